import type { Command } from "./command.ts";

/**
 * The code of each command, by its name in the table; loaded when it is called. A command of the table that is missing here
 * is not available: help does not list it, and calling it is an error.
 */
const loaders: Readonly<Record<string, () => Promise<Command>>> = {};

/** Whether a command can be called. */
export function isAvailable(name: string): boolean {
  return Object.hasOwn(loaders, name);
}

/** The code of a command; undefined when it is not available. */
export async function loadCommand(name: string): Promise<Command | undefined> {
  return isAvailable(name) ? loaders[name]?.() : undefined;
}

import { SopsError } from "../errors.ts";
import type { Command } from "./command.ts";

/**
 * The code of each command, by its name in the table; loaded when it is called. A command of the table that is missing here
 * is not available: help does not list it, and calling it is an error.
 */
const loaders: Readonly<Record<string, () => Promise<Command>>> = {
  "": async () => (await import("./commands/legacy.ts")).legacy,
  encrypt: async () => (await import("./commands/encrypt.ts")).encrypt,
  decrypt: async () => (await import("./commands/decrypt.ts")).decrypt,
};

/** Whether a command can be called. */
export function isAvailable(name: string): boolean {
  return Object.hasOwn(loaders, name);
}

/**
 * The code of a command.
 *
 * @throws SopsError when it is not available
 */
export async function loadCommand(name: string): Promise<Command> {
  const load = isAvailable(name) ? loaders[name] : undefined;
  if (load !== undefined) return load();
  throw new SopsError("GENERIC", `the command ${name} is not available in this version of sops-ts`, {
    hint: "sops itself has it, and reads and writes the same files.",
  });
}

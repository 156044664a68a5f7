import { readlinkSync, statSync } from "node:fs";
import { hostname } from "node:os";
import { isAbsolute } from "node:path";
import { isMissing, readWholeFile, replaceFile } from "./node-files.ts";
import { PlatformError, type Platform } from "./platform.ts";

/** The platform of Node, Deno and Bun. */
export const platform: Platform = {
  os: process.platform,
  env: (name) => process.env[name],
  workingDirectory,
  homeDirectory: () => process.env[process.platform === "win32" ? "USERPROFILE" : "HOME"] || undefined,
  hostName: () => hostname() || undefined,
  readFile: async (path) => readWholeFile(path),
  readFileIfExists,
  writeFile: async (path, content) => replaceFile(path, content),
  // Loaded when they are needed: few operations start a program or ask.
  run: async (command, options) => (await import("./node-process.ts")).runProgram(command, options),
  start: async (command) => (await import("./node-connection.ts")).startProgram(command),
  connect: async (path) => (await import("./node-connection.ts")).connectToSocket(path),
  askSecret: async (question) => (await import("./node-terminal.ts")).askAtTerminal(question, "secret"),
  ask: async (question, answer) => (await import("./node-terminal.ts")).askAtTerminal(question, answer),
  tell: async (message) => (await import("./node-terminal.ts")).tellAtTerminal(message),
  terminalName,
};

function terminalName(): string | undefined {
  // Not imported: it takes longer to load than a small file to decrypt, and few operations ask.
  if (!process.getBuiltinModule("node:tty").isatty(0)) return undefined;
  try {
    return readlinkSync("/proc/self/fd/0");
  } catch {
    return process.env["GPG_TTY"];
  }
}

/** As Go's programs see it: `$PWD` where that is right, since it keeps the symlinks that the user went through. */
function workingDirectory(): string {
  const named = process.env["PWD"];
  return named !== undefined && isAbsolute(named) && isSameDirectory(named, ".") ? named : process.cwd();
}

function isSameDirectory(a: string, b: string): boolean {
  const [first, second] = [a, b].map((path) => statSync(path, { throwIfNoEntry: false }));
  return first !== undefined && second !== undefined && first.dev === second.dev && first.ino === second.ino;
}

async function readFileIfExists(path: string): Promise<Uint8Array | undefined> {
  if (isMissing(path)) return undefined;
  try {
    return readWholeFile(path);
  } catch (error) {
    if (error instanceof PlatformError && error.notFound) return undefined;
    throw error;
  }
}

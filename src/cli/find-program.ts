import { accessSync, constants, statSync } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";
import type { Platform } from "../platform/platform.ts";
import { isSystemError } from "./system-error.ts";

/**
 * The path of a program: a name with a slash as it is, another searched on `PATH`. Entries that are not absolute are passed over, so that
 * a program is never taken from the working directory by chance. Undefined when there is none.
 */
export function findProgram(platform: Platform, name: string): string | undefined {
  const windows = platform.os === "win32";
  if (name.includes("/") || (windows && name.includes("\\"))) return name;
  const suffixes = windows ? ["", ...(platform.env("PATHEXT") ?? ".EXE").split(";")] : [""];
  return (platform.env("PATH") ?? "")
    .split(delimiter)
    .filter(isAbsolute)
    .flatMap((folder) => suffixes.map((suffix) => join(folder, name + suffix)))
    .find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch (error) {
    if (isSystemError(error)) return false;
    throw error;
  }
}

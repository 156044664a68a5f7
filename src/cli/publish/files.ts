import { lstatSync, readdirSync, statSync } from "node:fs";
import { join, sep } from "node:path";
import { SopsError } from "../../errors.ts";
import type { Platform } from "../../platform/platform.ts";
import { absolutePath } from "../files.ts";
import { isSystemError, systemReason } from "../system-error.ts";

/**
 * The files that a path stands for: itself, or all in a directory and those below it, by name, each found when it is its turn. Links to
 * directories are not followed, unless the path is one and ends with a slash.
 *
 * @param path - as the user typed it; the files begin with it
 * @throws SopsError when there is no such path, it is a directory and that was not asked for, or one below cannot be read
 */
export function* filesAt(
  platform: Platform,
  path: string,
  options: { readonly recursive: boolean },
): Generator<string, void> {
  const place = path === "" ? "" : `${absolutePath(platform, path)}${/[/\\]\.?$/.test(path) ? sep : ""}`;
  const [isDirectory, isItself] = calling(`stat ${path}`, () => [
    statSync(place).isDirectory(),
    lstatSync(place).isDirectory(),
  ]);
  if (isDirectory && !options.recursive) {
    throw new SopsError("GENERIC", "can't operate on a directory without --recursive flag.");
  }
  if (isItself) yield* filesBelow(platform, path);
  else yield path;
}

function* filesBelow(platform: Platform, folder: string): Generator<string, void> {
  const entries = calling(`open ${folder}`, () => readdirSync(absolutePath(platform, folder), { withFileTypes: true }));
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesBelow(platform, path);
    else yield path;
  }
}

function calling<Result>(what: string, call: () => Result): Result {
  try {
    return call();
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new SopsError("GENERIC", `${what}: ${systemReason(error)}`, { cause: error });
  }
}

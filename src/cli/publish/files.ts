import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { SopsError } from "../../errors.ts";
import type { Platform } from "../../platform/platform.ts";
import { absolutePath } from "../files.ts";
import { isSystemError, systemReason } from "../system-error.ts";

/**
 * The files that a path stands for: itself, or all in a directory and those below it, by name. Links to directories are not followed.
 *
 * @param path - as the user typed it; the files begin with it
 * @throws SopsError when there is no such path, or it is a directory and that was not asked for
 */
export function filesAt(platform: Platform, path: string, options: { readonly recursive: boolean }): string[] {
  return reading(path, () => {
    const isDirectory = statSync(absolutePath(platform, path)).isDirectory();
    if (!isDirectory) return [path];
    if (options.recursive) return [...filesBelow(platform, path)];
    throw new SopsError("GENERIC", "can't operate on a directory without --recursive flag.");
  });
}

function* filesBelow(platform: Platform, folder: string): Generator<string> {
  const entries = readdirSync(absolutePath(platform, folder), { withFileTypes: true });
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesBelow(platform, path);
    else yield path;
  }
}

function reading<Result>(path: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    if (!isSystemError(error) || error instanceof SopsError) throw error;
    throw new SopsError("GENERIC", `stat ${path}: ${systemReason(error)}`, { cause: error });
  }
}

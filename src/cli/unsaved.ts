import { closeSync, openSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Platform } from "../platform/platform.ts";
import { secretDirectories } from "./private-directory.ts";
import { isSystemError } from "./system-error.ts";

/** How many files of one name are kept beside each other at most. */
const mostCopies = 1000;

/** Where an encrypted file goes that cannot be saved: beside its place, else home, else where temporary files go. */
export function unsavedPlaces(platform: Platform, path: string): readonly string[] {
  const home = platform.homeDirectory();
  return [dirname(path), ...(home === undefined ? [] : [home]), ...secretDirectories(platform)];
}

/**
 * Keeps an encrypted file in the first place that takes it. No file is overwritten.
 *
 * @param name - what it is called, with a number for each further copy
 * @returns the path; undefined when no place takes it
 */
export function keepUnsaved(
  places: readonly string[],
  name: (copy: string) => string,
  content: Uint8Array,
): string | undefined {
  for (const place of places) {
    const kept = writeNew(place, name, content);
    if (kept !== undefined) return kept;
  }
  return undefined;
}

/** `secrets.unsaved.yaml` for `secrets.yaml`: its name tells the same format. */
export function unsavedFileName(path: string): (copy: string) => string {
  const suffix = /\.(?:ya?ml|json|env|ini)$/.exec(path)?.[0] ?? "";
  return (copy) => `${basename(path, suffix)}.unsaved${copy}${suffix}`;
}

/** `secrets.yaml.unsaved`: a binary file, whatever the format. */
export function unsavedTextName(name: string): (copy: string) => string {
  return (copy) => `${name}.unsaved${copy}`;
}

function writeNew(directory: string, name: (copy: string) => string, content: Uint8Array): string | undefined {
  for (let copy = 1; copy <= mostCopies; copy++) {
    const path = join(directory, name(copy === 1 ? "" : `-${copy}`));
    try {
      const descriptor = openSync(path, "wx", 0o600);
      return writeWhole(path, descriptor, content) ? path : undefined;
    } catch (error) {
      if (!isSystemError(error)) throw error;
      if (error.code !== "EEXIST") return undefined;
    }
  }
  return undefined;
}

/** Half a file is of no use: it is removed again. */
function writeWhole(path: string, descriptor: number, content: Uint8Array): boolean {
  try {
    writeFileSync(descriptor, content);
    return true;
  } catch (error) {
    if (!isSystemError(error)) throw error;
    rmSync(path, { force: true });
    return false;
  } finally {
    closeSync(descriptor);
  }
}

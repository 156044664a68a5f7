import { statSync } from "node:fs";
import { relative } from "node:path";
import { formatForPath } from "../stores/format.ts";
import { loadEncrypted } from "../stores/metadata-placement.ts";
import { loadStore } from "../stores/registry.ts";
import { decodeByteString } from "../bytes.ts";
import { SopsError } from "../errors.ts";
import type { Platform } from "../platform/platform.ts";
import { absolutePath } from "./files.ts";
import { filesBelow } from "./repository-files.ts";

/** Whether a word stands for several files: it is a directory, or a pattern and no file's name. */
export function isManyFiles(platform: Platform, word: string): boolean {
  const status = statSync(absolutePath(platform, word), { throwIfNoEntry: false });
  return status === undefined ? /[*?]/.test(word) : status.isDirectory();
}

/**
 * The files that words name, absolute, each once. A word that is a file's name, or nothing's, stays; of directories and patterns only
 * the encrypted files are taken. In a pattern `*` and `?` stay within a name and `**` goes through directories.
 */
export async function namedFiles(platform: Platform, words: readonly string[]): Promise<readonly string[]> {
  const paths = new Set<string>();
  for (const word of words) {
    if (!isManyFiles(platform, word)) {
      paths.add(absolutePath(platform, word));
      continue;
    }
    for (const path of candidates(platform, word)) {
      if (await isEncrypted(platform, path)) paths.add(path);
    }
  }
  return [...paths];
}

function candidates(platform: Platform, word: string): string[] {
  const path = absolutePath(platform, word);
  if (statSync(path, { throwIfNoEntry: false }) !== undefined) return filesBelow(path);
  const start = word.split("/");
  const base = absolutePath(
    platform,
    start
      .slice(
        0,
        start.findIndex((name) => /[*?]/.test(name)),
      )
      .join("/") || (word.startsWith("/") ? "/" : "."),
  );
  if (statSync(base, { throwIfNoEntry: false })?.isDirectory() !== true) return [];
  const rest = new RegExp(`^${patternSource(relative(base, path))}$`, "su");
  return filesBelow(base).filter((file) => rest.test(relative(base, file)));
}

function patternSource(pattern: string): string {
  return pattern.replaceAll(/\*\*\/|\*\*|\*|\?|[\\^$.+()[\]{}|]/g, (part) => wildcards[part] ?? `\\${part}`);
}

const wildcards: Readonly<Record<string, string>> = { "**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]" };

/** Files that only speak of sops are none, and those that cannot be read as encrypted are left to `check`. */
async function isEncrypted(platform: Platform, path: string): Promise<boolean> {
  const content = await platform.readFile(path);
  if (!decodeByteString(content).includes("lastmodified")) return false;
  const store = await loadStore(formatForPath(path));
  try {
    loadEncrypted(store.encryptedForm ?? store, content);
    return true;
  } catch (error) {
    if (error instanceof SopsError) return false;
    throw error;
  }
}

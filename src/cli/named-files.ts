import { type Stats, statSync } from "node:fs";
import { relative } from "node:path";
import { formatForPath } from "../stores/format.ts";
import { loadEncrypted } from "../stores/metadata-placement.ts";
import { loadStore } from "../stores/registry.ts";
import { decodeByteString } from "../bytes.ts";
import { SopsError } from "../errors.ts";
import { PlatformError, type Platform } from "../platform/platform.ts";
import { absolutePath } from "./files.ts";
import { filesBelow } from "./repository-files.ts";
import { mayBeEncrypted } from "./sops-marker.ts";
import { isSystemError, systemReason } from "./system-error.ts";

/** Whether a word stands for several files: it is a directory, or a pattern and no file's name. */
export function isManyFiles(platform: Platform, word: string): boolean {
  const status = statusOf(absolutePath(platform, word));
  return status === undefined ? /[*?]/.test(word) : status.isDirectory();
}

/**
 * The files that words name, absolute, each once. A word that is a file's name, or nothing's, stays; of directories and patterns only
 * the encrypted files are taken, damaged ones too, and those that cannot be read: nobody knows what they are. In a pattern `*` and `?` stay within a name and
 * `**` goes through directories.
 *
 * @throws SopsError `COULD_NOT_READ_INPUT_FILE` when a directory cannot be listed
 */
export async function namedFiles(platform: Platform, words: readonly string[]): Promise<readonly string[]> {
  const paths = new Set<string>();
  for (const word of words) {
    if (!isManyFiles(platform, word)) {
      paths.add(absolutePath(platform, word));
      continue;
    }
    for (const path of listed(platform, word)) {
      if (await isEncrypted(platform, path)) paths.add(path);
    }
  }
  return [...paths];
}

function listed(platform: Platform, word: string): string[] {
  try {
    return candidates(platform, word);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    const message = `cannot list the files of ${word}: ${systemReason(error)}`;
    throw new SopsError("COULD_NOT_READ_INPUT_FILE", message, { cause: error });
  }
}

/** Undefined too where it cannot be told; reading then fails with the reason. */
function statusOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if (isSystemError(error)) return undefined;
    throw error;
  }
}

function candidates(platform: Platform, word: string): string[] {
  const path = absolutePath(platform, word);
  if (statusOf(path) !== undefined) return filesBelow(path);
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
  if (statusOf(base)?.isDirectory() !== true) return [];
  const rest = new RegExp(`^${patternSource(relative(base, path))}$`, "su");
  return filesBelow(base).filter((file) => rest.test(relative(base, file)));
}

function patternSource(pattern: string): string {
  return pattern.replaceAll(/\*\*\/|\*\*|\*|\?|[\\^$.+()[\]{}|]/g, (part) => wildcards[part] ?? `\\${part}`);
}

const wildcards: Readonly<Record<string, string>> = { "**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]" };

/** Files that only speak of sops are none. One that was encrypted and is damaged counts: that it fails must be told. */
async function isEncrypted(platform: Platform, path: string): Promise<boolean> {
  if (!maySeemEncrypted(path)) return false;
  const content = await readIfPossible(platform, path);
  if (content === undefined) return true;
  const format = formatForPath(path);
  const store = await loadStore(format);
  try {
    loadEncrypted(store.encryptedForm ?? store, content);
    return true;
  } catch (error) {
    if (!(error instanceof SopsError)) throw error;
    const mayBeAnything = format === "binary" && error.code !== "INVALID_METADATA";
    return (
      error.code !== "METADATA_NOT_FOUND" &&
      !mayBeAnything &&
      decodeByteString(content).includes("ENC[AES256_GCM,data:")
    );
  }
}

/** Also where it cannot be told. */
function maySeemEncrypted(path: string): boolean {
  try {
    return mayBeEncrypted(path);
  } catch (error) {
    if (isSystemError(error)) return true;
    throw error;
  }
}

async function readIfPossible(platform: Platform, path: string): Promise<Uint8Array | undefined> {
  try {
    return await platform.readFile(path);
  } catch (error) {
    if (error instanceof PlatformError) return undefined;
    throw error;
  }
}

import type { Format } from "./store.ts";

const words: ReadonlySet<string> = new Set<Format>(["yaml", "json", "dotenv", "ini", "binary"]);

const suffixes: readonly (readonly [suffix: string, format: Format])[] = [
  [".yaml", "yaml"],
  [".yml", "yaml"],
  [".json", "json"],
  [".env", "dotenv"],
  [".ini", "ini"],
];

/**
 * The format that a file's name stands for: `.yaml` `.yml` `.json` `.env` `.ini`, in lower case; every other name is binary. A file
 * called `.env` counts. The content is never looked at.
 *
 * @param path - a path or a name alone
 * @example
 * ```ts
 * import { formatForPath } from "sops-ts";
 *
 * console.log(formatForPath("config/secrets.yml"), formatForPath("tls.key")); // yaml binary
 * ```
 * @see sops cmd/sops/formats/formats.go
 */
export function formatForPath(path: string): Format {
  return suffixes.find(([suffix]) => path.endsWith(suffix))?.[1] ?? "binary";
}

/** Whether a word is the name of a format. */
export function isFormat(word: string): word is Format {
  return words.has(word);
}

/** The format of an `--input-type` or `--output-type`; as in sops a word that names none leaves it to the path. */
export function formatForWordOrPath(word: string, path: string): Format {
  return isFormat(word) ? word : formatForPath(path);
}

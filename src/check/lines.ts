import type { TreePath } from "../core/tree-path.ts";

/**
 * The line of a value in a file's text: where the last key of its path stands, looked for behind the line of the key before it.
 * That is a good guess for annotations; where formatting hides a key it is the line of the last one found.
 *
 * @returns counts from 1; undefined when not even the first key is found
 */
export function lineOfPath(lines: readonly string[], path: TreePath): number | undefined {
  let line = -1;
  for (const step of path) {
    if (typeof step === "number") continue;
    const from = line + 1;
    const next = lines.slice(from).findIndex((text) => startsWithKey(text, step));
    if (next < 0) break;
    line = from + next;
  }
  return line < 0 ? undefined : line + 1;
}

/** Whether a line opens with a key, in any of the formats: `key:`, `"key":`, `- key:`, `key=`, `[key]`. */
function startsWithKey(line: string, key: string): boolean {
  const text = line.replace(/^[\s{[,]*(?:- +)*/, "");
  for (const form of [key, JSON.stringify(key), `'${key}'`]) {
    if (text.startsWith(form) && /^\s*[:=\]]/.test(text.slice(form.length))) return true;
  }
  return false;
}

/** The line where a file's metadata begins, counted from 1; undefined when there is none. */
export function lineOfMetadata(lines: readonly string[]): number | undefined {
  const line = lines.findLastIndex((text, index) => {
    if (!/^\s*(?:"sops"\s*:|sops\s*:|\[sops\]|sops_\w+=)/.test(text)) return false;
    const before = lines[index - 1] ?? "";
    return !before.startsWith("sops_") || !text.startsWith("sops_");
  });
  return line < 0 ? undefined : line + 1;
}

import { decodeByteString, encodeByteString } from "../bytes.ts";
import { SopsError } from "../errors.ts";
import { Branch, Comment, type Item, NonStringKey, type Value } from "../core/tree.ts";
import { scalarText } from "./scalar-text.ts";
import type { Store } from "./store.ts";

/**
 * dotenv as sops has it: one `KEY=value` a line, everything verbatim but `\n` (backslash n), which stands for a newline in the value.
 * A line that begins with `#` is a comment; empty lines are lost.
 *
 * @see sops stores/dotenv/store.go
 */
export function dotenvStore(): Store {
  return {
    format: "dotenv",
    metadataPlacement: "flat",
    load: (file) => [parseLines(decodeByteString(file))],
    emit: ([document = new Branch()]) => encodeByteString(document.items.map(formatLine).join("")),
    emitValue: emitValue,
  };
}

function parseLines(text: string): Branch {
  const branch = new Branch();
  let start = 0;
  for (let line = 1; start <= text.length; line++) {
    const newline = text.indexOf("\n", start);
    const end = newline < 0 ? text.length : newline;
    if (end > start) branch.items.push(parseLine(text.slice(start, end), line));
    start = end + 1;
  }
  return branch;
}

function parseLine(text: string, line: number): Item | Comment {
  if (text.startsWith("#")) return new Comment(text.slice(1));
  const separator = text.indexOf("=");
  if (separator < 0) {
    throw new SopsError("COULD_NOT_READ_INPUT_FILE", `invalid dotenv input line: line ${line} has no "="`, {
      hint: 'Write KEY=value, or "#" in the first column for a comment.',
    });
  }
  return { key: text.slice(0, separator), value: text.slice(separator + 1).replaceAll("\\n", "\n") };
}

function formatLine(item: Item | Comment): string {
  if (item instanceof Comment) return `#${item.text}\n`;
  const { key, value } = item;
  if (key instanceof NonStringKey || key.startsWith("#") || /[=\n]/.test(key)) throw unreadableKey(key);
  return `${key}=${valueText(key, value)}\n`;
}

function valueText(key: string, value: Value): string {
  if (typeof value === "string") return value.replaceAll("\n", "\\n");
  if (value instanceof Branch || Array.isArray(value) || value instanceof Comment) {
    throw new SopsError("ERROR_DUMPING_TREE", `cannot use complex value in dotenv file; offending key ${key}`, {
      hint: "A dotenv file holds one level of keys: choose another output type.",
    });
  }
  return scalarText(value).replaceAll("\n", "\\n");
}

/** sops writes such a line as it comes and reads another key from it, so an encrypted value could never be opened again. */
function unreadableKey(key: string | NonStringKey): SopsError {
  const text = key instanceof NonStringKey ? key.text : key;
  return new SopsError("ERROR_DUMPING_TREE", `cannot use key ${JSON.stringify(text)} in dotenv file`, {
    hint: 'A dotenv key is text without "=" and newlines that does not begin with "#".',
  });
}

function emitValue(value: Value): Uint8Array {
  if (typeof value === "string") return encodeByteString(value);
  throw new SopsError("ERROR_DUMPING_TREE", "the dotenv store only supports emitting strings", {
    hint: "Use --output-type to select another format.",
  });
}

import { encodeByteString } from "../../bytes.ts";
import { trim, trimStart } from "./white-space.ts";

/** A key at the start of a line, and where its value begins. */
export interface KeyName {
  readonly name: string;
  readonly valueStart: number;
}

/** Why a line does not begin with a key. */
export type KeyNameProblem = "missing closing key quote" | "key-value delimiter not found" | "empty key name";

const delimiter = /[=:]/;

/**
 * The key of a line: the text before the first `=` or `:`, or a text in backquotes, double quotes or triple double quotes.
 *
 * @param line - begins with neither white space nor the sign of a comment or section
 */
export function readKeyName(line: string): KeyName | KeyNameProblem {
  const quote = quoteOf(line);
  if (quote === "") {
    const end = line.search(delimiter);
    if (end < 0) return "key-value delimiter not found";
    return end === 0 ? "empty key name" : named(line.slice(0, end), end);
  }
  const close = line.indexOf(quote, quote.length);
  if (close < 0) return "missing closing key quote";
  const afterQuote = close + quote.length;
  const end = line.slice(afterQuote).search(delimiter);
  if (end < 0) return "key-value delimiter not found";
  return named(line.slice(quote.length, close), afterQuote + end);
}

function named(text: string, delimiterAt: number): KeyName | KeyNameProblem {
  const name = trim(text);
  return name === "" ? "empty key name" : { name, valueStart: delimiterAt + 1 };
}

function quoteOf(line: string): string {
  if (line.startsWith("`")) return "`";
  if (!line.startsWith('"')) return "";
  // The length counts in bytes, and the line's newline counts too.
  return line.startsWith('"""') && encodeByteString(line).length > 6 ? '"""' : '"';
}

/** A key as it is written before the `=`: in quotes when it holds quotes or delimiters. */
export function formatKeyName(name: string): string {
  if (/["=:]/.test(name)) return `\`${name}\``;
  return name.includes("`") ? `"""${name}"""` : name;
}

/** Whether a key, once written, is read as the same key. A key `-` never is: it is numbered. */
export function keyReadsBack(name: string): boolean {
  if (/^\w+$/.test(name)) return true;
  const line = `${formatKeyName(name)} = \n`;
  if (name === "-" || name.includes("\n") || trimStart(line) !== line || /^[#;[]/.test(line)) return false;
  const read = readKeyName(line);
  return typeof read === "object" && read.name === name;
}

const namedEscapes = new Map<string, string>([
  ["\0", "\\0"],
  ["\x07", "\\a"],
  ["\b", "\\b"],
  ["\t", "\\t"],
  ["\n", "\\n"],
  ["\v", "\\v"],
  ["\f", "\\f"],
  ["\r", "\\r"],
  ["\x1b", "\\e"],
  ['"', '\\"'],
  ["\\", "\\\\"],
  ["\x85", "\\N"],
  ["\xa0", "\\_"],
  ["\u2028", "\\L"],
  ["\u2029", "\\P"],
]);

const escaped = /["\\\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\u{10000}-\u{10ffff}]/gu;
const anyCharacter = /[^]/gu;
const byteOrderMark = "\ufeff";

/** Text in double quotes. Behind a byte order mark at its start, go-yaml escapes every character. */
export function doubleQuoted(text: string): string {
  return `"${text.replace(text.startsWith(byteOrderMark) ? anyCharacter : escaped, escapeCharacter)}"`;
}

function escapeCharacter(character: string): string {
  const named = namedEscapes.get(character);
  if (named !== undefined) return named;
  const code = character.codePointAt(0) ?? 0;
  const [letter, width] = code <= 0xff ? ["x", 2] : code <= 0xffff ? ["u", 4] : ["U", 8];
  return `\\${letter}${code.toString(16).toUpperCase().padStart(width, "0")}`;
}

const lineWithin = /(?<=[\u2028\u2029])[^\u2028\u2029]/g;

/**
 * Text in single quotes. It may hold the breaks U+2028 and U+2029; the lines behind them are indented, which does not
 * change what is read back.
 */
export function singleQuoted(text: string, indentation: string): string {
  return `'${text.replace(lineWithin, `${indentation}$&`).replaceAll("'", "''")}'`;
}

const breaks = "\n\u2028\u2029";
const lineOfBlock = /[^\n\u2028\u2029]+/g;

/**
 * What stands before the lines of a literal block: `|`, the indentation where it cannot be told from the first line, `-`
 * for no newline at the end and `+` for several.
 *
 * @param step - spaces a level, also where the block is in a list and really is indented by two; so does go-yaml
 */
export function literalHeader(text: string, step: number): string {
  const first = text.charAt(0);
  const indicator = first === " " || breaks.includes(first) ? String(step) : "";
  return `|${indicator}${chomping(text)}`;
}

function chomping(text: string): "-" | "+" | "" {
  if (!endsInBreak(text)) return "-";
  return text.length === 1 || breaks.includes(text.charAt(text.length - 2)) ? "+" : "";
}

/** Whether the last character ends a line. */
export function endsInBreak(text: string): boolean {
  return breaks.includes(text.charAt(text.length - 1));
}

/** The lines of a literal block; empty lines are not indented. */
export function literalLines(text: string, indentation: string): string {
  return text.replace(lineOfBlock, `${indentation}$&`);
}

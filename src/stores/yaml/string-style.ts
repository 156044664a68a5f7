import { staysStringWhenPlain } from "./resolve.ts";

/** How a string is written: without quotes, in either kind of quotes, or as a block of lines after `|`. */
export type StringStyle = "plain" | "single" | "double" | "literal";

/*
 * Line breaks are LF, U+2028 and U+2029 here; the others of YAML (CR, U+0085) are escaped wherever they stand. Escapes
 * are also due to control characters, the byte order mark, U+FFFE, U+FFFF and all characters above them.
 */

/** What keeps printable text from being certainly plain: more than ASCII, or signs of a key or a comment. */
const uncertain = /[^ -~]|: |[ :]$| #/;

/** In text of one line: what only double quotes can hold, with the space before or behind a break. */
const needsEscapes = /[\x00-\x1f\x7f-\x9f\ufeff\ufffe\uffff\ud800-\udfff]| [\u2028\u2029]|[\u2028\u2029] /;

/** What YAML would take for its own syntax, or for nothing. */
const needsQuotes = /^(?:---|\.\.\.|[#,[\]{}&*!|>'"%@` ]|[?-](?: |$))|: | #|[ :]$|[\u2028\u2029]/;

/** In text of several lines: what a literal block cannot hold. */
const unfitForLiteral = /^\t|[\x00-\x08\x0b-\x1f\x7f-\x9f\ufeff\ufffe\uffff\ud800-\udfff]| [\n\u2028\u2029]| $/;

/** First characters that begin neither syntax nor a number, boolean or null, of YAML 1.1 or 1.2. */
const safeStart = new Uint8Array(128);
for (const letter of "abcdeghijklmpqrsuvwxzABCDEGHIJKLMPQRSUVWXZ_/") safeStart[letter.charCodeAt(0)] = 1;

/** Whether a string is plain beyond doubt: true for nearly all, and cheap. */
export function isPlainlySafe(text: string): boolean {
  return safeStart[text.charCodeAt(0)] === 1 && !uncertain.test(text);
}

/**
 * The style that go-yaml chooses for a string: plain where that reads back as the same string, double quotes for what
 * would read back as another type and for characters that need escapes, single quotes for what looks like syntax, a
 * literal block for text with a newline.
 *
 * One case differs: text of several lines that begins with a tab goes to double quotes. go-yaml puts it into a literal
 * block that it cannot read, so that sops writes null in its place.
 *
 * @param text - valid UTF-8
 * @see go-yaml encode.go, `stringv`; emitterc.go, `yaml_emitter_analyze_scalar`
 */
export function styleOfString(text: string): StringStyle {
  if (text.includes("\n")) return unfitForLiteral.test(text) ? "double" : "literal";
  if (!staysStringWhenPlain(text) || needsEscapes.test(text)) return "double";
  return needsQuotes.test(text) ? "single" : "plain";
}

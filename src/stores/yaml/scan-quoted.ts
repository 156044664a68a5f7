import { BACKSLASH, DOUBLE_QUOTE, hexValue, isBlank, isBreak, isBreakOrEnd, SINGLE_QUOTE } from "./characters.ts";
import type { Cursor } from "./cursor.ts";
import { failAt } from "./failure.ts";
import { foldBreaks } from "./scan-plain.ts";

const escapes = new Map<string, string>([
  ["0", "\0"],
  ["a", "\x07"],
  ["b", "\b"],
  ["t", "\t"],
  ["\t", "\t"],
  ["n", "\n"],
  ["v", "\v"],
  ["f", "\f"],
  ["r", "\r"],
  ["e", "\x1b"],
  [" ", " "],
  ['"', '"'],
  ["'", "'"],
  ["\\", "\\"],
  ["N", "\x85"],
  ["_", "\xa0"],
  ["L", "\u2028"],
  ["P", "\u2029"],
]);

/** How many hexadecimal digits follow an escape. */
const digitsOfEscape = new Map([
  ["x", 2],
  ["u", 4],
  ["U", 8],
]);

/** Reads a scalar in single or double quotes. Line breaks fold as in a plain scalar, whatever the indentation. */
export function scanQuoted(cursor: Cursor): string {
  return scanUnfolded(cursor) ?? new QuotedScanner(cursor).scan();
}

/** The common case, one line without escapes; undefined (and nothing read) when it is another. */
function scanUnfolded(cursor: Cursor): string | undefined {
  const { text, index: start } = cursor;
  const quote = text.charCodeAt(start);
  for (let index = start + 1; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === quote) {
      if (quote === SINGLE_QUOTE && text.charCodeAt(index + 1) === SINGLE_QUOTE) return undefined;
      cursor.advance(index + 1 - start);
      return text.slice(start + 1, index);
    }
    if (code === BACKSLASH ? quote === DOUBLE_QUOTE : isBreak(code)) return undefined;
  }
  return undefined;
}

class QuotedScanner {
  readonly #cursor: Cursor;
  readonly #quote: number;
  readonly #startLine: number;
  #value = "";

  constructor(cursor: Cursor) {
    this.#cursor = cursor;
    this.#quote = cursor.code();
    this.#startLine = cursor.line;
  }

  scan(): string {
    const cursor = this.#cursor;
    cursor.advance(1);
    for (;;) {
      if (cursor.atDocumentIndicator()) this.#fail("found unexpected document indicator");
      if (cursor.code() === 0) this.#fail("found unexpected end of stream");
      const brokenByEscape = this.#scanWord();
      if (cursor.code() === this.#quote) break;
      this.#value += passSpace(cursor, brokenByEscape);
    }
    cursor.advance(1);
    return this.#value;
  }

  /** Reads up to a blank, a break or the closing quote; returns whether an escaped line break ended it. */
  #scanWord(): boolean {
    const cursor = this.#cursor;
    for (;;) {
      const start = cursor.index;
      while (!this.#endsRun(cursor.code())) cursor.index += 1;
      if (cursor.index > start) {
        this.#value += cursor.text.slice(start, cursor.index);
        cursor.breaks = 0;
      }
      const code = cursor.code();
      if (code === BACKSLASH && this.#quote === DOUBLE_QUOTE) {
        if (this.#scanEscape()) return true;
      } else if (code === SINGLE_QUOTE && this.#quote === SINGLE_QUOTE && cursor.code(1) === SINGLE_QUOTE) {
        this.#value += "'";
        cursor.advance(2);
      } else return false;
    }
  }

  #endsRun(code: number): boolean {
    return (
      code === this.#quote ||
      (code === BACKSLASH && this.#quote === DOUBLE_QUOTE) ||
      isBlank(code) ||
      isBreakOrEnd(code)
    );
  }

  /** Reads an escape; returns whether it is a line break. */
  #scanEscape(): boolean {
    const cursor = this.#cursor;
    const code = cursor.code(1);
    if (isBreak(code)) {
      cursor.advance(1);
      cursor.passBreak();
      return true;
    }
    const letter = String.fromCharCode(code);
    const character = escapes.get(letter) ?? this.#scanNumericEscape(digitsOfEscape.get(letter));
    this.#value += character;
    cursor.advance(2);
    return false;
  }

  /** The character of a numeric escape; leaves the cursor so that the two characters before the digits are still to pass. */
  #scanNumericEscape(digits: number | undefined): string {
    if (digits === undefined) return this.#fail("found unknown escape character");
    const cursor = this.#cursor;
    let value = 0;
    for (let offset = 2; offset < digits + 2; offset++) {
      const digit = hexValue(cursor.code(offset));
      if (digit < 0) this.#fail("did not find expected hexdecimal number");
      value = value * 16 + digit;
    }
    if ((value >= 0xd800 && value <= 0xdfff) || value > 0x10ffff) {
      this.#fail("found invalid Unicode character escape code");
    }
    cursor.index += digits;
    return String.fromCodePoint(value);
  }

  #fail(problem: string): never {
    return failAt(this.#startLine, problem);
  }
}

/** Passes blanks and breaks; returns what they stand for. After an escaped break only further breaks count. */
function passSpace(cursor: Cursor, brokenByEscape: boolean): string {
  const start = cursor.index;
  cursor.skipBlanks();
  if (!brokenByEscape && !isBreak(cursor.code())) return cursor.text.slice(start, cursor.index);
  const first = brokenByEscape ? "" : cursor.passBreak();
  let further = "";
  for (;;) {
    cursor.skipBlanks();
    if (!isBreak(cursor.code())) break;
    further += cursor.passBreak();
  }
  return foldBreaks(first, further);
}

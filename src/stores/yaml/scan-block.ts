import { DIGIT_ZERO, HYPHEN, isBlank, isBreak, isBreakOrEnd, isDigit, PLUS, SPACE, TAB } from "./characters.ts";
import type { Cursor } from "./cursor.ts";
import { failAt, failAtTab } from "./failure.ts";

/** What stands behind the `|` or `>` of a block scalar. */
export interface BlockHeader {
  readonly literal: boolean;
  /** Final line breaks: `-` drops all, `+` keeps all, neither keeps one. */
  readonly chomping: "-" | "+" | "";
  /** Columns that its lines are indented more than their parent, 0 when the first line decides. */
  readonly increment: number;
  readonly line: number;
}

/** Reads the `|` or `>` and what belongs to it, and the blanks behind. */
export function scanBlockHeader(cursor: Cursor, literal: boolean): BlockHeader {
  const { line } = cursor;
  cursor.advance(1);
  let chomping = scanChomping(cursor);
  let increment = 0;
  if (isDigit(cursor.code())) {
    increment = cursor.code() - DIGIT_ZERO;
    if (increment === 0) failAt(line, "found an indentation indicator equal to 0");
    cursor.advance(1);
    if (chomping === "") chomping = scanChomping(cursor);
  }
  cursor.skipBlanks();
  return { literal, chomping, increment, line };
}

function scanChomping(cursor: Cursor): "-" | "+" | "" {
  const code = cursor.code();
  if (code !== HYPHEN && code !== PLUS) return "";
  cursor.advance(1);
  return code === HYPHEN ? "-" : "+";
}

/**
 * Reads the lines of a block scalar, from the break that ends its header.
 *
 * @param parentIndent - the column of the block that holds it, -1 at the top
 */
export function scanBlockBody(cursor: Cursor, header: BlockHeader, parentIndent: number): string {
  if (!isBreakOrEnd(cursor.code())) failAt(header.line, "did not find expected comment or line break");
  if (isBreak(cursor.code())) cursor.passBreak();
  return new BlockScanner(cursor, header, parentIndent).scan();
}

class BlockScanner {
  readonly #cursor: Cursor;
  readonly #header: BlockHeader;
  readonly #parentIndent: number;
  /** The column of the lines, 0 while unknown. */
  #indent: number;

  constructor(cursor: Cursor, header: BlockHeader, parentIndent: number) {
    this.#cursor = cursor;
    this.#header = header;
    this.#parentIndent = parentIndent;
    this.#indent = header.increment === 0 ? 0 : Math.max(parentIndent, 0) + header.increment;
  }

  scan(): string {
    const cursor = this.#cursor;
    const { literal, chomping } = this.#header;
    let value = "";
    let lineBreak = "";
    let emptyLines = this.#passEmptyLines();
    let afterIndented = false;
    while (cursor.column === this.#indent && cursor.code() !== 0) {
      const indented = isBlank(cursor.code());
      const folds = !literal && !afterIndented && !indented && lineBreak === "\n";
      if (!folds) value += lineBreak;
      else if (emptyLines === "") value += " ";
      value += emptyLines + this.#scanLine();
      afterIndented = indented;
      lineBreak = isBreak(cursor.code()) ? cursor.passBreak() : "";
      emptyLines = this.#passEmptyLines();
    }
    if (chomping !== "-") value += lineBreak;
    return chomping === "+" ? value + emptyLines : value;
  }

  #scanLine(): string {
    const cursor = this.#cursor;
    const { text, index: start } = cursor;
    let index = start;
    for (; index < text.length; index++) {
      const code = text.charCodeAt(index);
      if (isBreak(code)) break;
      if (!isBlank(code)) cursor.breaks = 0;
    }
    cursor.index = index;
    return text.slice(start, index);
  }

  /** Passes indentation and empty lines; returns the latter's breaks. The first time, this may decide the indentation. */
  #passEmptyLines(): string {
    const cursor = this.#cursor;
    let breaks = "";
    let deepest = 0;
    for (;;) {
      while (this.#inIndentation() && cursor.code() === SPACE) cursor.index += 1;
      deepest = Math.max(deepest, cursor.column);
      if (this.#inIndentation() && cursor.code() === TAB) {
        failAtTab(this.#header.line, "found a tab character where an indentation space is expected");
      }
      if (!isBreak(cursor.code())) break;
      breaks += cursor.passBreak();
    }
    if (this.#indent === 0) this.#indent = Math.max(deepest, this.#parentIndent + 1, 1);
    return breaks;
  }

  #inIndentation(): boolean {
    return this.#indent === 0 || this.#cursor.column < this.#indent;
  }
}

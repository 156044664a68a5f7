import {
  countPairs,
  isBlank,
  isBreak,
  isBreakOrEnd,
  isWideBreak,
  NUMBER_SIGN,
  RIGHT_BRACE,
  RIGHT_BRACKET,
} from "./characters.ts";
import type { Cursor } from "./cursor.ts";

/*
 * Comments travel beside the tokens. Each has the place of a token: when the composer comes to the first token at or
 * behind that place, the comment is handed out with it, as one of three: a head stands above what follows, a line stands
 * behind what precedes on its line, a foot belongs to what precedes though it stands on a line of its own.
 * Lines are joined by line feeds and keep their "#"; an empty line within a head is an empty line in the text.
 */

/** How far the next comment is looked for. */
const farthest = 512;

/** A comment that waits for its token. */
export interface PendingComment {
  role: "head" | "line" | "foot";
  readonly text: string;
  /** The place of the token that it goes with. */
  tokenIndex: number;
  readonly index: number;
  readonly line: number;
  readonly column: number;
  /** Where the search that found it began and ended; what lies between two comments of one search is blank. */
  readonly searchStart: number;
  readonly searchEnd: number;
}

/** The comments that wait, oldest first. */
export class CommentQueue {
  #comments: PendingComment[] = [];
  #head = 0;

  get first(): PendingComment | undefined {
    return this.#comments[this.#head];
  }

  get last(): PendingComment | undefined {
    return this.#comments.length > this.#head ? this.#comments[this.#comments.length - 1] : undefined;
  }

  push(comment: PendingComment): void {
    this.#comments.push(comment);
  }

  shift(): void {
    this.#head += 1;
    if (this.#head === this.#comments.length) {
      this.#comments = [];
      this.#head = 0;
    }
  }

  /**
   * Where a block ends that a shallower line closes: before the first of the comments at the block's own column that
   * were found since its last token, so that these stay in it and the ones behind go to the blocks around it.
   *
   * @returns `end` when there are none
   */
  endOfBlock(column: number, end: number): number {
    let blockEnd = end;
    let searchEnd = end;
    for (let position = this.#comments.length - 1; position >= this.#head; position--) {
      const comment = this.#comments[position] as PendingComment;
      if (comment.searchEnd < searchEnd) break;
      if (comment.column === column) blockEnd = comment.index;
      searchEnd = comment.searchStart;
    }
    return blockEnd;
  }
}

/** Takes the comment behind a token on its line, if there is one, and leaves the cursor at the end of the line. */
export function scanLineComment(cursor: Cursor, comments: CommentQueue, tokenIndex: number): void {
  if (cursor.breaks > 0) return;
  let offset = 0;
  while (offset < farthest && isBlank(cursor.code(offset))) offset += 1;
  if (offset === farthest || cursor.code(offset) !== NUMBER_SIGN) return;
  cursor.index += offset;
  const { index, line, column } = cursor;
  const text = passCommentText(cursor);
  comments.push({ role: "line", text, tokenIndex, index, line, column, searchStart: 0, searchEnd: 0 });
}

/** Passes a comment up to the end of its line. */
export function passCommentText(cursor: Cursor): string {
  const { text, index: start } = cursor;
  let index = start;
  while (index < text.length && !isBreak(text.charCodeAt(index))) index += 1;
  cursor.advance(index - start);
  const comment = text.slice(start, index);
  // At the end of the text the column decides which blocks are closed before the comment: it counts characters.
  if (index === text.length) cursor.lineStart += countPairs(comment);
  return comment;
}

/** What decides whether comments are head or foot. */
export interface CommentSurroundings {
  /** The place of the token before them (of the one before it when it is a comma). */
  readonly previousIndex: number;
  /** Whether that token is the `:` of a mapping. */
  readonly afterColon: boolean;
  /** The column of the innermost block, -1 at the top. */
  readonly indent: number;
  readonly inFlow: boolean;
  /** Where the search for the next token began. */
  readonly searchStart: number;
  readonly searchLine: number;
}

/** Takes the run of comments that begins at the cursor and leaves the cursor behind the last one. */
export function scanComments(cursor: Cursor, comments: CommentQueue, surroundings: CommentSurroundings): void {
  new CommentScanner(cursor, comments, surroundings).scan();
}

class CommentScanner {
  readonly #cursor: Cursor;
  readonly #comments: CommentQueue;
  readonly #surroundings: CommentSurroundings;
  /** A comment that begins further left is none of the innermost block's. */
  readonly #indent: number;
  /** The line on which a comment must begin to be the foot of what precedes. */
  readonly #footLine: number;
  #searchStart: number;
  #tokenIndex: number;
  /** The lines taken so far that are not handed out yet, and where they began. */
  #text = "";
  #start = { index: 0, line: 0, column: 0 };
  /** How far the search has come: characters behind the cursor, and the line and column there. */
  #offset = 0;
  #line: number;
  #column: number;
  /** Whether no empty line has been met yet, and whether the line before was empty. */
  #beforeEmptyLine: boolean;
  #afterEmptyLine = false;

  constructor(cursor: Cursor, comments: CommentQueue, surroundings: CommentSurroundings) {
    this.#cursor = cursor;
    this.#comments = comments;
    this.#surroundings = surroundings;
    this.#indent = Math.max(surroundings.indent, 0);
    this.#footLine = footLine(cursor, surroundings.searchLine);
    this.#searchStart = surroundings.searchStart;
    this.#tokenIndex = surroundings.previousIndex;
    this.#line = cursor.line;
    this.#column = cursor.column;
    this.#beforeEmptyLine = cursor.breaks <= 1;
  }

  scan(): void {
    while (this.#offset < farthest) {
      const code = this.#cursor.code(this.#offset);
      if (isBlank(code)) {
        this.#offset += 1;
        this.#column += 1;
      } else if (isBreakOrEnd(code) || this.#closesFlow(code)) {
        this.#endLine(code);
        if (!isBreak(code)) break;
        this.#passLine();
        if (isWideBreak(code) && this.#endAtContent()) break;
      } else {
        this.#endIfDedented();
        if (code !== NUMBER_SIGN) break;
        this.#takeLine();
        if (isWideBreak(this.#cursor.code()) && this.#endAtContent()) break;
      }
    }
    if (this.#text !== "") this.#handOut("head", this.#start.index, this.#cursor.index + this.#offset - 1);
  }

  #closesFlow(code: number): boolean {
    return this.#surroundings.inFlow && (code === RIGHT_BRACKET || code === RIGHT_BRACE);
  }

  /** An empty line, the end of the text or of a flow collection: ends a foot; within a head it is kept. */
  #endLine(code: number): void {
    const closes = this.#closesFlow(code);
    if (this.#afterEmptyLine && !closes) return;
    if (closes || (this.#beforeEmptyLine && this.#isFoot())) this.#endFoot();
    else if (this.#text !== "" && code !== 0) this.#text += "\n";
  }

  #isFoot(): boolean {
    const { line, column } = this.#start;
    return (line === this.#footLine && !this.#surroundings.afterColon) || column < this.#indent;
  }

  #endFoot(): void {
    if (this.#text === "") return;
    if (this.#start.column < this.#indent) this.#tokenIndex = this.#start.index;
    this.#endAsFoot();
  }

  #passLine(): void {
    this.#beforeEmptyLine = false;
    this.#afterEmptyLine = true;
    this.#offset += 1;
    this.#line += 1;
    this.#column = 0;
  }

  /** Comments at another column, left of the block, begin anew: the ones before are a foot. */
  #endIfDedented(): void {
    if (this.#text === "") return;
    if (this.#column < this.#indent && this.#column !== this.#start.column) this.#endAsFoot();
  }

  /**
   * Go looks at the bytes one by one here: the second byte of a NEL, LS or PS is neither blank nor break, so the search
   * ends there.
   */
  #endAtContent(): true {
    this.#endIfDedented();
    return true;
  }

  #endAsFoot(): void {
    const end = this.#cursor.index + this.#offset;
    this.#handOut("foot", this.#tokenIndex, end);
    this.#searchStart = end;
    this.#tokenIndex = end;
    this.#text = "";
  }

  #handOut(role: "head" | "foot", tokenIndex: number, searchEnd: number): void {
    const { index, line, column } = this.#start;
    const searchStart = this.#searchStart;
    this.#comments.push({ role, text: this.#text, tokenIndex, index, line, column, searchStart, searchEnd });
  }

  /** Takes a comment line; the search goes on behind the first character of its line break. */
  #takeLine(): void {
    const cursor = this.#cursor;
    if (this.#text === "") {
      this.#start = { index: cursor.index + this.#offset, line: this.#line, column: this.#column };
    } else {
      this.#text += "\n";
    }
    this.#moveTo(cursor.index + this.#offset);
    this.#text += passCommentText(cursor);
    this.#afterEmptyLine = false;
    this.#offset = 1;
    this.#line = cursor.line;
    this.#column = 0;
  }

  #moveTo(index: number): void {
    const cursor = this.#cursor;
    while (cursor.index < index) {
      if (isBreak(cursor.code())) cursor.passBreak();
      else cursor.index += 1;
    }
  }
}

function footLine(cursor: Cursor, searchLine: number): number {
  if (searchLine === 0) return -1;
  const line = cursor.line - cursor.breaks + 1;
  return cursor.breaks === 0 && cursor.column > 1 ? line + 1 : line;
}

import { breakText, CARRIAGE_RETURN, HYPHEN, isBlank, isSpaceOrEnd, LINE_FEED, PERIOD, SPACE } from "./characters.ts";

/**
 * A place in the text. Positions are UTF-16 units; lines and columns count from 0.
 * The scanning functions move it; those that are in a hurry work on a copy of `index` and put it back.
 */
export class Cursor {
  readonly text: string;
  index = 0;
  line = 0;
  /** Where the current line begins. */
  lineStart = 0;
  /** Line breaks passed since the last character that was not blank. */
  breaks = 0;

  constructor(text: string) {
    this.text = text;
  }

  get column(): number {
    return this.index - this.lineStart;
  }

  /** The code of the character at the cursor, or some way behind it; 0 behind the end. */
  code(offset = 0): number {
    const index = this.index + offset;
    return index < this.text.length ? this.text.charCodeAt(index) : 0;
  }

  /** Passes characters that are neither blank nor breaks. */
  advance(count: number): void {
    this.index += count;
    this.breaks = 0;
  }

  skipSpaces(): void {
    while (this.code() === SPACE) this.index += 1;
  }

  /** Passes spaces and tabs. */
  skipBlanks(): void {
    while (isBlank(this.code())) this.index += 1;
  }

  /** Passes the line break at the cursor and returns what it stands for in a scalar. */
  passBreak(): string {
    const code = this.code();
    this.index += code === CARRIAGE_RETURN && this.code(1) === LINE_FEED ? 2 : 1;
    this.line += 1;
    this.lineStart = this.index;
    this.breaks += 1;
    return breakText(code);
  }

  /** Ends a last line that has no line break. */
  endLine(): void {
    if (this.index === this.lineStart) return;
    this.line += 1;
    this.lineStart = this.index;
  }

  /** Whether `---` or `...` stands alone at the start of the current line. */
  atDocumentIndicator(): boolean {
    if (this.index !== this.lineStart) return false;
    const code = this.code();
    if (code !== HYPHEN && code !== PERIOD) return false;
    return this.code(1) === code && this.code(2) === code && isSpaceOrEnd(this.code(3));
  }
}

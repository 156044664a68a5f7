import { concatBytes, encodeUtf8 } from "../../bytes.ts";

/** Text is encoded in pieces of about this many characters, so that a large file is not held as text and as bytes. */
const pieceLength = 65_536;

/**
 * Collects the text and knows as much of its last line as layout depends on: whether anything but spaces and the
 * indicators `-`, `?` and `:` stands there, and whether a space is due before what comes next.
 */
export class LineWriter {
  #text = "";
  /** Characters on the line; only right while the line is bare. */
  #column = 0;
  /** Only spaces and indicators so far. */
  #bare = true;
  /** Nothing, or a space, stands before what comes next. */
  #spaced = true;
  /** A line of this indentation is to be set off by an empty line; -1: none. */
  #setOff = -1;
  readonly #lineStarts: string[] = [];
  readonly #encoded: Uint8Array[] = [];

  /** All that was written, in UTF-8. */
  bytes(): Uint8Array {
    this.#encode();
    return concatBytes(...this.#encoded);
  }

  #encode(): void {
    this.#encoded.push(encodeUtf8(this.#text));
    this.#text = "";
  }

  /**
   * Moves to a column: on a new line, or on this one when only indicators left of that column stand on it (`- a: 1`).
   */
  startLine(indent: number): void {
    if (this.#text.length > pieceLength) this.#encode();
    const setOff = this.#setOff === indent;
    if (!this.#bare || this.#column > indent || (this.#column === indent && !this.#spaced)) {
      this.#text += setOff ? `\n${this.#lineStart(indent)}` : this.#lineStart(indent);
    } else if (setOff) {
      this.#text += this.#lineStart(indent);
    } else if (this.#column < indent) {
      this.#text += " ".repeat(indent - this.#column);
    }
    this.#column = indent;
    this.#bare = true;
    this.#spaced = true;
    this.#setOff = -1;
  }

  #lineStart(indent: number): string {
    return (this.#lineStarts[indent] ??= `\n${" ".repeat(indent)}`);
  }

  /** Sets the next line off by an empty line, if it has this indentation. */
  setOff(indent: number): void {
    this.#setOff = indent;
  }

  /** Whether a word or the like ends the text so far, and nothing sets the next line off. */
  get isBehindWord(): boolean {
    return !this.#bare && !this.#spaced && this.#setOff === -1;
  }

  /** A line with a key and a value that are plain. {@link isBehindWord} was true before, and is again. */
  plainItem(indent: number, key: string, value: string): void {
    if (this.#text.length > pieceLength) this.#encode();
    this.#text += `${this.#lineStart(indent)}${key}: ${value}`;
  }

  /** A mark that more may follow on its line: `-`, `?`, `:`. */
  indicator(mark: string): void {
    this.#text += mark;
    this.#column += mark.length;
    this.#spaced = false;
  }

  /** A word of a line, behind a space if need be. */
  word(text: string): void {
    this.#text += this.#spaced ? text : ` ${text}`;
    this.#bare = false;
    this.#spaced = false;
  }

  /** Text right behind what stands there. */
  attach(text: string): void {
    this.#text += text;
    this.#bare = false;
    this.#spaced = false;
  }

  /** The opening bracket of an empty collection. */
  bracket(mark: string): void {
    this.word(mark);
    this.#spaced = true;
  }

  /** Lines that bring their own indentation. */
  lines(text: string, endsInBreak: boolean): void {
    this.#text += text;
    this.#column = 0;
    this.#bare = endsInBreak;
    this.#spaced = true;
  }

  /** Ends the line. */
  endLine(): void {
    this.lines("\n", true);
  }

  /**
   * A comment to the end of the line, and further lines of it at an indentation.
   *
   * @param text - with its `#`; further lines get `# ` unless they begin with one
   */
  comment(text: string, indent: number): void {
    if (lineBreak.test(text)) this.#commentLines(text.split(lineBreaks), indent);
    else this.#text += this.#spaced ? `${text}\n` : ` ${text}\n`;
    this.#column = 0;
    this.#bare = true;
    this.#spaced = true;
  }

  /** @param parts - lines and, between them, what breaks them; a comment may end in a break of its own */
  #commentLines(parts: readonly string[], indent: number): void {
    if (!this.#spaced) this.#text += " ";
    for (const [index, part] of parts.entries()) {
      if (index % 2 === 1) {
        this.#text += part;
        this.#column = 0;
        this.#bare = true;
      } else if (index > 0 && part !== "") {
        this.startLine(indent);
        this.#text += part.startsWith("#") ? part : `# ${part}`;
      } else {
        this.#text += part;
      }
    }
    if (parts.at(-1) !== "") this.#text += "\n";
  }
}

const lineBreak = /[\n\r\x85\u2028\u2029]/;
const lineBreaks = /([\n\r\x85\u2028\u2029]+)/;

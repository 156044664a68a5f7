import { SopsError } from "../../errors.ts";
import { readKeyName } from "./key-name.ts";
import { trim, trimStart } from "./white-space.ts";

/** A section with the comment above it and behind its name. */
export interface IniSection {
  readonly name: string;
  readonly comment: string;
  /** By name, in the order in which the names were first met. */
  readonly keys: Map<string, IniKey>;
}

/** A key with the comment above it and behind its value. Comments keep their first sign, `;` or `#`. */
export interface IniKey {
  value: string;
  comment: string;
}

/** The section of keys that stand before any section. */
export const defaultSection = "DEFAULT";

/**
 * Reads INI as gopkg.in/ini.v1 does with sops's options: sections of one name stay apart, the first is always {@link defaultSection}, a
 * repeated key keeps its place and takes the last value.
 *
 * @param text - without a byte order mark
 * @throws SopsError `COULD_NOT_READ_INPUT_FILE` with the line
 */
export function parseIni(text: string): IniSection[] {
  return new IniReader(text).read();
}

class IniReader {
  readonly #text: string;
  #position = 0;
  /** Number of the line that was read last, from 1 on. */
  #line = 0;
  #isAtEnd = false;
  /** Comment lines and inline comments since the last key or section. */
  #comment = "";
  /** Keys called `-` in this section. */
  #numberedKeys = 0;

  constructor(text: string) {
    this.#text = text;
  }

  read(): IniSection[] {
    let section: IniSection = { name: defaultSection, comment: "", keys: new Map() };
    const sections = [section];
    while (!this.#isAtEnd) {
      const line = trimStart(this.#readLine());
      if (line === "") continue;
      if (line.startsWith("#") || line.startsWith(";")) this.#comment += line;
      else if (line.startsWith("[")) sections.push((section = this.#readSection(line)));
      else this.#readKey(line, section);
    }
    return sections;
  }

  #readSection(line: string): IniSection {
    const close = line.lastIndexOf("]");
    if (close < 0) throw this.#error("unclosed section");
    const name = line.slice(1, close);
    if (name === "") throw this.#error("empty section name");
    this.#comment += commentIn(line.slice(close + 1));
    this.#numberedKeys = 0;
    return { name, comment: this.#takeComment(), keys: new Map() };
  }

  #readKey(line: string, section: IniSection): void {
    const key = readKeyName(line);
    if (typeof key === "string") throw this.#error(key);
    const name = key.name === "-" ? `#${++this.#numberedKeys}` : key.name;
    const value = this.#readValue(trimStart(line.slice(key.valueStart)));
    const comment = this.#takeComment();
    const known = section.keys.get(name);
    if (known === undefined) section.keys.set(name, { value, comment });
    else Object.assign(known, { value, comment });
  }

  /** @param rest - what follows the delimiter, with the newline */
  #readValue(rest: string): string {
    if (rest === "") return "";
    const quote = rest.length > 3 && rest.startsWith('"""') ? '"""' : rest.startsWith("`") ? "`" : "";
    if (quote !== "") return this.#readQuoted(rest.slice(quote.length), quote);
    const line = trim(rest);
    if (line.endsWith("\\")) return this.#readContinued(line.slice(0, -1));
    return withoutQuotes(this.#takeInlineComment(line));
  }

  #readQuoted(rest: string, quote: string): string {
    const close = rest.lastIndexOf(quote);
    // What follows the closing quote on the first line is lost, a comment too.
    return close < 0 ? this.#readQuotedLines(rest, quote) : rest.slice(0, close);
  }

  #readQuotedLines(first: string, quote: string): string {
    const firstLine = this.#line;
    let value = first;
    for (;;) {
      const line = this.#readLine();
      const close = line.lastIndexOf(quote);
      if (close < 0 && this.#isAtEnd) throw this.#error("missing closing key quote", firstLine);
      if (close < 0 || isContinued(line.slice(close + quote.length))) {
        value += line;
        continue;
      }
      this.#comment += trim(commentIn(line.slice(close)));
      return value + line.slice(0, close);
    }
  }

  #readContinued(first: string): string {
    let value = first;
    for (;;) {
      const line = trim(this.#readLine());
      if (line === "") return value;
      value += line;
      if (!value.endsWith("\\")) return value;
      value = value.slice(0, -1);
    }
  }

  /** A comment begins anywhere outside quotes that span the value; even between other quotes. */
  #takeInlineComment(line: string): string {
    const comment = commentIn(line);
    if (comment === "") return line;
    this.#comment += comment;
    return trim(line.slice(0, -comment.length));
  }

  #takeComment(): string {
    const comment = trim(this.#comment);
    this.#comment = "";
    return comment;
  }

  /** The next line with its newline; the last one has none. */
  #readLine(): string {
    const newline = this.#text.indexOf("\n", this.#position);
    const end = newline < 0 ? this.#text.length : newline + 1;
    const line = this.#text.slice(this.#position, end);
    this.#isAtEnd = newline < 0;
    this.#position = end;
    this.#line += 1;
    return line;
  }

  #error(reason: string, line = this.#line): SopsError {
    return new SopsError("COULD_NOT_READ_INPUT_FILE", `Could not unmarshal input data: ${reason} (line ${line})`);
  }
}

function commentIn(text: string): string {
  const start = text.search(/[#;]/);
  return start < 0 ? "" : text.slice(start);
}

function isContinued(rest: string): boolean {
  return trim(rest).endsWith("\\");
}

/** Takes one pair of quotes off, when there are no others of that kind inside. */
function withoutQuotes(text: string): string {
  const quote = text.charAt(0);
  const isQuoted = (quote === '"' || quote === "'") && text.length > 1 && text.indexOf(quote, 1) === text.length - 1;
  return isQuoted ? text.slice(1, -1) : text;
}

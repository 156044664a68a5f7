import { SopsError } from "../../errors.ts";
import { Branch, type Scalar, type Value } from "../../core/tree.ts";
import { maxNesting } from "../store.ts";

/**
 * Reads a JSON text as Go's `encoding/json` does, token by token: key order and duplicate keys are kept, integers that fit 64 bits
 * are `bigint` and other numbers `number`, a surrogate without its partner becomes U+FFFD. What follows the first value is
 * not looked at.
 *
 * @param text - the file; bytes that are not UTF-8 already replaced by U+FFFD
 * @throws SopsError `COULD_NOT_READ_INPUT_FILE` with line and column; sops's top level rule applies: only an object
 */
export function parseJsonObject(text: string): Branch {
  return new JsonReader(text).readObject();
}

/**
 * Reads a text that is one JSON value of any kind and nothing more, by the same rules.
 *
 * @throws SopsError `COULD_NOT_READ_INPUT_FILE` with line and column
 */
export function parseJsonValue(text: string): Value {
  return new JsonReader(text).readWhole();
}

const quote = 0x22;
const comma = 0x2c;
const colon = 0x3a;
const minus = 0x2d;
const openList = 0x5b;
const backslash = 0x5c;
const closeList = 0x5d;
const openObject = 0x7b;
const closeObject = 0x7d;

const literals: readonly (readonly [text: string, value: Scalar])[] = [
  ["true", true],
  ["false", false],
  ["null", null],
];

/** Up to the end of a string without escapes, or to what ends that hope. */
const unescaped = /[^"\\\u0000-\u001f]*/y;
/** A member whose value is a string, with all that may stand before it; neither has escapes. */
const plainMember = /[ \t\r\n]*(,?)[ \t\r\n]*"([^"\\\u0000-\u001f]*)"[ \t\r\n]*:[ \t\r\n]*"([^"\\\u0000-\u001f]*)"/y;
const escape = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const number = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/y;
const loneSurrogate = /[\uD800-\uDFFF]/gu;

/** `-9223372036854775808` has this many characters; a longer integer is none of 64 bits. */
const longestInteger = 20;
/** Integers of up to this many characters are exact as a `number`. */
const longestExact = 15;

class JsonReader {
  readonly #text: string;
  #position = 0;

  constructor(text: string) {
    this.#text = text;
  }

  readObject(): Branch {
    const first = this.#next();
    if (Number.isNaN(first)) throw this.#error("EOF: the file is empty");
    if (first !== openObject) throw this.#notAnObject(first);
    this.#position += 1;
    return this.#readMembers(new Branch());
  }

  /** The only value of the text. */
  readWhole(): Value {
    const value = this.#readValue(this.#next());
    if (value instanceof Branch || Array.isArray(value)) this.#readMembers(value);
    if (!Number.isNaN(this.#next())) throw this.#unexpected("after top-level value");
    return value;
  }

  /** Reads on after the opening bracket of `root`. Nesting costs no stack, so a hostile file cannot exhaust it. */
  #readMembers<Root extends Branch | Value[]>(root: Root): Root {
    const parents: (Branch | Value[])[] = [];
    let container: Branch | Value[] = root;
    let isEmpty = true;
    for (;;) {
      if (container instanceof Branch && this.#readPlainMember(container, isEmpty)) {
        isEmpty = false;
        continue;
      }
      let code = this.#next();
      if (code === (container instanceof Branch ? closeObject : closeList)) {
        this.#position += 1;
        const parent = parents.pop();
        if (parent === undefined) return root;
        container = parent;
        isEmpty = false;
        continue;
      }
      if (!isEmpty) {
        if (code !== comma) throw this.#unexpected(afterMember(container));
        this.#position += 1;
        code = this.#next();
      }
      const value =
        container instanceof Branch ? this.#readMember(container, code) : this.#readElement(container, code);
      isEmpty = value instanceof Branch || Array.isArray(value);
      if (!isEmpty) continue;
      parents.push(container);
      if (parents.length >= maxNesting) throw this.#error(`exceeded max depth: more than ${maxNesting} levels`);
      container = value as Branch | Value[];
    }
  }

  /** Reads a member that is nothing but two strings, as most are. Returns whether one was there. */
  #readPlainMember({ items }: Branch, isFirst: boolean): boolean {
    plainMember.lastIndex = this.#position;
    const match = plainMember.exec(this.#text);
    if (match === null || (match[1] === "") !== isFirst) return false;
    items.push({ key: match[2] as string, value: match[3] as string });
    this.#position = plainMember.lastIndex;
    return true;
  }

  #readMember(branch: Branch, code: number): Value {
    const key = this.#readKey(code);
    const value = this.#readValue(this.#next());
    branch.items.push({ key, value });
    return value;
  }

  #readElement(list: Value[], code: number): Value {
    const value = this.#readValue(code);
    list.push(value);
    return value;
  }

  /** A scalar, or a container of which only the opening bracket is read. */
  #readValue(code: number): Value {
    if (code !== openObject && code !== openList) return this.#readScalar(code);
    this.#position += 1;
    return code === openObject ? new Branch() : [];
  }

  /** A key with the colon behind it. */
  #readKey(code: number): string {
    if (code !== quote) throw this.#unexpected("looking for beginning of object key string");
    const key = this.#readString();
    if (this.#next() !== colon) throw this.#unexpected("after object key");
    this.#position += 1;
    return key;
  }

  #readScalar(code: number): Scalar {
    if (code === quote) return this.#readString();
    if (code === minus || (code >= 0x30 && code <= 0x39)) return this.#readNumber();
    for (const [literal, value] of literals) {
      if (!this.#text.startsWith(literal, this.#position)) continue;
      this.#position += literal.length;
      return value;
    }
    throw this.#unexpected("looking for beginning of value");
  }

  #readString(): string {
    const start = this.#position + 1;
    const end = this.#endOfUnescaped(start);
    if (this.#text.charCodeAt(end) !== quote) return this.#readEscapedString(start, end);
    this.#position = end + 1;
    return this.#text.slice(start, end);
  }

  /** @param end - where the part without escapes ends */
  #readEscapedString(start: number, end: number): string {
    let position = end;
    while (this.#text.charCodeAt(position) === backslash) {
      position = this.#endOfUnescaped(this.#endOfEscape(position));
    }
    this.#position = position;
    if (this.#text.charCodeAt(position) !== quote) throw this.#unexpected("in string literal");
    this.#position += 1;
    // JavaScript knows the same escapes; only what becomes of a surrogate without its partner differs.
    const decoded = JSON.parse(this.#text.slice(start - 1, position + 1)) as string;
    return decoded.replace(loneSurrogate, "\uFFFD");
  }

  #endOfUnescaped(start: number): number {
    unescaped.lastIndex = start;
    unescaped.test(this.#text);
    return unescaped.lastIndex;
  }

  #endOfEscape(start: number): number {
    escape.lastIndex = start;
    if (escape.test(this.#text)) return escape.lastIndex;
    this.#position = start;
    throw this.#unexpected("in string escape code");
  }

  #readNumber(): bigint | number {
    number.lastIndex = this.#position;
    const match = number.exec(this.#text);
    if (match === null) throw this.#unexpected("in numeric literal");
    const [literal, fraction, exponent] = match;
    const value = fraction === undefined && exponent === undefined ? integerOf(literal) : Number(literal);
    if (value === Infinity || value === -Infinity) throw this.#error("number: value out of range");
    this.#position += literal.length;
    return value;
  }

  /** Skips white space; the code at the position then, NaN at the end. */
  #next(): number {
    for (;;) {
      const code = this.#text.charCodeAt(this.#position);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return code;
      this.#position += 1;
    }
  }

  #notAnObject(first: number): SopsError {
    const position = this.#position;
    if (first !== openList) this.#readScalar(first);
    this.#position = position;
    const rule = "SOPS only supports JSON files with a top-level object (starting with '{')";
    return this.#error(`${rule}, not arrays or other types`, 'Wrap it in an object, such as {"data": [...]}.');
  }

  #unexpected(context: string): SopsError {
    if (this.#position < this.#text.length) return this.#error(`invalid character ${context}`);
    return this.#error("unexpected end of JSON input", "The file seems to be cut off.");
  }

  #error(reason: string, hint?: string): SopsError {
    const before = this.#text.slice(0, this.#position).split("\n");
    const where = `line ${before.length}, column ${(before.at(-1) ?? "").length + 1}`;
    const message = `Could not unmarshal input data: ${reason} (${where})`;
    return new SopsError("COULD_NOT_READ_INPUT_FILE", message, hint === undefined ? {} : { hint });
  }
}

function afterMember(container: Branch | Value[]): string {
  return container instanceof Branch ? "after object key:value pair" : "after array element";
}

function integerOf(literal: string): bigint | number {
  if (literal.length <= longestExact) return BigInt(Number(literal));
  if (literal.length > longestInteger) return Number(literal);
  const value = BigInt(literal);
  return BigInt.asIntN(64, value) === value ? value : Number(literal);
}

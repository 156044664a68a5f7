import { decodeByteString } from "../../bytes.ts";
import {
  AT_SIGN,
  BACKTICK,
  COLON,
  COMMA,
  EXCLAMATION_MARK,
  GREATER_THAN,
  hexValue,
  isBlank,
  isBreak,
  isBreakOrEnd,
  isDigit,
  isNameCharacter,
  isSpaceOrEnd,
  LESS_THAN,
  NUMBER_SIGN,
  PERCENT,
  PERIOD,
  QUESTION_MARK,
  RIGHT_BRACE,
  RIGHT_BRACKET,
} from "./characters.ts";
import type { Cursor } from "./cursor.ts";
import { failAt } from "./failure.ts";

/* Anchors, aliases, tags and directives. */

const behindName = new Set([QUESTION_MARK, COLON, COMMA, RIGHT_BRACKET, RIGHT_BRACE, PERCENT, AT_SIGN, BACKTICK]);
const uriPunctuation = new Set(Array.from(";/?:@&=+$,.!~*'()[]%", (character) => character.charCodeAt(0)));

/** Reads an anchor or alias and returns its name. */
export function scanName(cursor: Cursor): string {
  cursor.advance(1);
  const name = passName(cursor);
  const code = cursor.code();
  if (name === "" || !(isSpaceOrEnd(code) || behindName.has(code))) {
    failAt(cursor.line, "did not find expected alphabetic or numeric character");
  }
  return name;
}

function passName(cursor: Cursor): string {
  const start = cursor.index;
  while (isNameCharacter(cursor.code())) cursor.advance(1);
  return cursor.text.slice(start, cursor.index);
}

/** A tag: its handle (`!`, `!!`, `!name!`; empty when the suffix is all of it) and the rest. */
export interface TagParts {
  readonly handle: string;
  readonly suffix: string;
}

/** Reads a tag: `!<uri>`, `!handle!suffix`, `!suffix` or `!`. */
export function scanTag(cursor: Cursor): TagParts {
  const parts = cursor.code(1) === LESS_THAN ? scanVerbatimTag(cursor) : scanShortTag(cursor);
  if (!isSpaceOrEnd(cursor.code())) failAt(cursor.line, "did not find expected whitespace or line break");
  return parts;
}

function scanVerbatimTag(cursor: Cursor): TagParts {
  cursor.advance(2);
  const suffix = scanUri(cursor, "");
  if (cursor.code() !== GREATER_THAN) failAt(cursor.line, "did not find the expected '>'");
  cursor.advance(1);
  return { handle: "", suffix };
}

function scanShortTag(cursor: Cursor): TagParts {
  const handle = passHandle(cursor);
  if (handle.length > 1 && handle.endsWith("!")) return { handle, suffix: scanUri(cursor, "") };
  const suffix = scanUri(cursor, handle);
  return suffix === "" ? { handle: "", suffix: "!" } : { handle: "!", suffix };
}

/** Passes `!`, or `!name` with or without a further `!`. */
function passHandle(cursor: Cursor): string {
  const start = cursor.index;
  if (cursor.code() !== EXCLAMATION_MARK) failAt(cursor.line, "did not find expected '!'");
  cursor.advance(1);
  passName(cursor);
  if (cursor.code() === EXCLAMATION_MARK) cursor.advance(1);
  return cursor.text.slice(start, cursor.index);
}

/** Reads a tag's URI, or the rest of one of which `head` (with its `!`, which is dropped) has been read. */
function scanUri(cursor: Cursor, head: string): string {
  let uri = head.slice(1);
  let start = cursor.index;
  const first = start;
  for (let code = cursor.code(); isNameCharacter(code) || uriPunctuation.has(code); code = cursor.code()) {
    if (code === PERCENT) {
      uri += cursor.text.slice(start, cursor.index) + scanEscapedCharacter(cursor);
      start = cursor.index;
    } else {
      cursor.advance(1);
    }
  }
  if (head === "" && cursor.index === first) failAt(cursor.line, "did not find expected tag URI");
  return uri + cursor.text.slice(start, cursor.index);
}

/** Reads one character that is written as the `%xx` of its UTF-8 bytes. */
function scanEscapedCharacter(cursor: Cursor): string {
  const bytes = [scanEscapedByte(cursor)];
  const first = bytes[0] as number;
  const length = first < 0x80 ? 1 : first < 0xc0 || first > 0xf7 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  if (length === 0) failAt(cursor.line, "found an incorrect leading UTF-8 octet");
  while (bytes.length < length) {
    const byte = scanEscapedByte(cursor);
    if (byte < 0x80 || byte > 0xbf) failAt(cursor.line, "found an incorrect trailing UTF-8 octet");
    bytes.push(byte);
  }
  return decodeByteString(Uint8Array.from(bytes));
}

function scanEscapedByte(cursor: Cursor): number {
  const high = hexValue(cursor.code(1));
  const low = hexValue(cursor.code(2));
  if (cursor.code() !== PERCENT || high < 0 || low < 0) failAt(cursor.line, "did not find URI escaped octet");
  cursor.advance(3);
  return high * 16 + low;
}

/** A directive line: `%YAML major.minor` or `%TAG handle prefix`. */
export type Directive =
  | { readonly name: "YAML"; readonly major: number; readonly minor: number }
  | { readonly name: "TAG"; readonly handle: string; readonly prefix: string };

/** Reads a directive with its line break; a comment behind it is dropped. */
export function scanDirective(cursor: Cursor): Directive {
  const { line } = cursor;
  cursor.advance(1);
  const name = passName(cursor);
  if (name === "") failAt(line, "could not find expected directive name");
  if (!isSpaceOrEnd(cursor.code())) failAt(line, "found unexpected non-alphabetical character");
  if (name !== "YAML" && name !== "TAG") failAt(line, "found unknown directive name");
  cursor.skipBlanks();
  const directive = name === "YAML" ? scanVersion(cursor) : scanTagDirective(cursor);
  passRestOfLine(cursor);
  return directive;
}

function scanVersion(cursor: Cursor): Directive {
  const major = scanVersionNumber(cursor);
  if (cursor.code() !== PERIOD) failAt(cursor.line, "did not find expected digit or '.' character");
  cursor.advance(1);
  return { name: "YAML", major, minor: scanVersionNumber(cursor) };
}

function scanVersionNumber(cursor: Cursor): number {
  const start = cursor.index;
  while (isDigit(cursor.code())) cursor.advance(1);
  const digits = cursor.text.slice(start, cursor.index);
  if (digits === "") failAt(cursor.line, "did not find expected version number");
  if (digits.length > 2) failAt(cursor.line, "found extremely long version number");
  return Number(digits);
}

function scanTagDirective(cursor: Cursor): Directive {
  const handle = passHandle(cursor);
  if (handle.length > 1 && !handle.endsWith("!")) failAt(cursor.line, "did not find expected '!'");
  if (!isBlank(cursor.code())) failAt(cursor.line, "did not find expected whitespace");
  cursor.skipBlanks();
  const prefix = scanUri(cursor, "");
  if (!isSpaceOrEnd(cursor.code())) failAt(cursor.line, "did not find expected whitespace or line break");
  return { name: "TAG", handle, prefix };
}

function passRestOfLine(cursor: Cursor): void {
  cursor.skipBlanks();
  if (cursor.code() === NUMBER_SIGN) {
    while (!isBreakOrEnd(cursor.code())) cursor.advance(1);
  }
  if (!isBreakOrEnd(cursor.code())) failAt(cursor.line, "did not find expected comment or line break");
  if (isBreak(cursor.code())) cursor.passBreak();
}

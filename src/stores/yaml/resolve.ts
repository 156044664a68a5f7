/*
 * Which value a scalar's text stands for: go-yaml's mix of YAML 1.1 and 1.2. A plain scalar is resolved by its text
 * alone; a tag either asks for a type, and then the text must fit it, or is dropped.
 */

import { decodeByteString } from "../../bytes.ts";
import { type Scalar, Timestamp, UnsignedInteger } from "../../core/tree.ts";
import { decodeBase64 } from "../../crypto/base64.ts";
import { beginsLikeDate, parseTimestamp } from "./timestamp.ts";

/** What a plain scalar may be, by its first character; 0 is a string without further looking. */
const enteringWord = 1;
const enteringNumber = 2;
const enteringFraction = 3;

const byFirstCharacter = new Uint8Array(128);
for (const character of "tTfFnN~") byFirstCharacter[character.charCodeAt(0)] = enteringWord;
for (const character of "+-0123456789") byFirstCharacter[character.charCodeAt(0)] = enteringNumber;
byFirstCharacter[".".charCodeAt(0)] = enteringFraction;

const longestWord = 5;

const words = new Map<string, boolean | number | null>([
  ["true", true],
  ["True", true],
  ["TRUE", true],
  ["false", false],
  ["False", false],
  ["FALSE", false],
  ["~", null],
  ["null", null],
  ["Null", null],
  ["NULL", null],
]);
for (const word of [".nan", ".NaN", ".NAN"]) words.set(word, Number.NaN);
for (const word of [".inf", ".Inf", ".INF"]) {
  words.set(word, Infinity);
  words.set(`+${word}`, Infinity);
  words.set(`-${word}`, -Infinity);
}

const oldBooleans = new Set("y Y yes Yes YES on On ON n N no No NO off Off OFF".split(" "));

const decimalFloat = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const fraction = /^\.[0-9]+(?:_[0-9]+)*(?:[eE][-+]?[0-9]+(?:_[0-9]+)*)?$/;
const signedDigits = /^0(?:b([+-][01]+)|o([+-][0-7]+))$/;
const base60 = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/;

const highestInteger = 0x7fff_ffff_ffff_ffffn;
const highestUnsigned = 0xffff_ffff_ffff_ffffn;

/**
 * The value of a plain (unquoted) scalar without a tag. Anything that is not a number, boolean, null or point in time is
 * the text itself.
 *
 * @see go-yaml resolve.go, `resolve` with an empty tag
 */
export function resolvePlain(text: string): Scalar {
  if (text.length === 0) return null;
  const first = text.charCodeAt(0);
  const kind = first < 128 ? byFirstCharacter[first] : 0;
  if (kind === 0) return text;
  if (text.length <= longestWord) {
    const word = words.get(text);
    if (word !== undefined) return word;
  }
  if (kind === enteringNumber) return resolveNumber(text);
  return kind === enteringFraction ? resolveFraction(text) : text;
}

/**
 * The value of a scalar with an explicit tag in its short form (`!!int`), whatever its style.
 *
 * @returns undefined when the text does not fit the tag, such as `!!int x` or `!!binary` with bad Base64
 */
export function resolveTagged(tag: string, text: string): Scalar | undefined {
  switch (tag) {
    case "!!bool":
    case "!!int":
    case "!!float":
    case "!!null":
    case "!!timestamp":
      return fitToTag(tag, resolvePlain(text));
    case "!!binary":
      return decodeBinary(text);
    default:
      return text;
  }
}

function decodeBinary(text: string): string | undefined {
  const bytes = decodeBase64(text);
  return bytes === undefined ? undefined : decodeByteString(bytes);
}

function fitToTag(tag: string, value: Scalar): Scalar | undefined {
  if (tag === "!!float" && typeof value === "bigint") return Number(value);
  return tagOf(value) === tag ? value : undefined;
}

/** The short tag of the type that a value has: `!!int`, `!!str`, … */
export function tagOf(value: Scalar): string {
  switch (typeof value) {
    case "string":
      return "!!str";
    case "bigint":
      return "!!int";
    case "number":
      return "!!float";
    case "boolean":
      return "!!bool";
    default:
      if (value === null) return "!!null";
      if (value instanceof Timestamp) return "!!timestamp";
      return value instanceof UnsignedInteger ? "!!int" : "!!binary";
  }
}

/**
 * Whether a string reads back as itself when written plain, as far as its value goes (the syntax is another matter):
 * it resolves to a string, and is neither a boolean of YAML 1.1 nor looks like one of its base 60 numbers.
 *
 * @see go-yaml encode.go, `stringv`
 */
export function staysStringWhenPlain(text: string): boolean {
  if (text.length === 0) return false;
  const first = text.charCodeAt(0);
  if (first >= 128) return true;
  if (byFirstCharacter[first] !== 0 && typeof resolvePlain(text) !== "string") return false;
  return !isOldBoolean(text) && !looksBase60(text);
}

/** Whether YAML 1.1 reads a text as a boolean where this mix does not: `yes`, `No`, `on`, `y` and so on. */
export function isOldBoolean(text: string): boolean {
  return text.length <= 3 && oldBooleans.has(text);
}

/** Whether YAML 1.1 reads a text as a number in base 60, such as `12:30:45`. */
export function looksBase60(text: string): boolean {
  return byFirstCharacter[text.charCodeAt(0)] === enteringNumber && text.includes(":") && base60.test(text);
}

/** Text that begins with a digit or a sign. */
function resolveNumber(text: string): Scalar {
  if (beginsLikeDate(text)) {
    const time = parseTimestamp(text);
    if (time !== undefined) return time;
  }
  const digits = text.includes("_") ? text.replaceAll("_", "") : text;
  const integer = parseInteger(digits);
  if (integer !== undefined) return integer;
  if (decimalFloat.test(digits)) {
    const float = Number(digits);
    if (Number.isFinite(float)) return float;
  }
  return resolveSignedDigits(digits) ?? text;
}

/** Oddities that go-yaml takes for numbers: the sign behind the base, `0b-101` and `0o+17`. */
function resolveSignedDigits(digits: string): bigint | undefined {
  const match = signedDigits.exec(digits);
  if (match === null) return undefined;
  const [prefix, signed] = match[1] === undefined ? ["0o", match[2] ?? ""] : ["0b", match[1]];
  const magnitude = parseDigits(signed.slice(1), prefix);
  if (magnitude === undefined) return undefined;
  const value = signed.startsWith("-") ? -magnitude : magnitude;
  return value > highestInteger || value < -highestInteger - 1n ? undefined : value;
}

/** Text that begins with a dot: here alone underscores must stand between digits. */
function resolveFraction(text: string): Scalar {
  if (!fraction.test(text)) return text;
  const float = Number(text.includes("_") ? text.replaceAll("_", "") : text);
  return Number.isFinite(float) ? float : text;
}

/** An integer as Go writes them: decimal, or with the prefix 0x, 0o, 0b or (octal) 0; undefined when it is none. */
function parseInteger(text: string): bigint | UnsignedInteger | undefined {
  const first = text.charCodeAt(0);
  const signed = first === 0x2b || first === 0x2d;
  const start = signed ? 1 : 0;
  const base = baseAt(text, start);
  const digitsStart = base === 10 ? start : base === 8 && !hasLetterAt(text, start + 1) ? start + 1 : start + 2;
  if (digitsStart > text.length || (digitsStart === text.length && base !== 8)) return undefined;
  for (let index = digitsStart; index < text.length; index++) {
    if (digitValue(text.charCodeAt(index)) >= base) return undefined;
  }
  const magnitude = parseDigits(
    text.slice(digitsStart),
    base === 16 ? "0x" : base === 8 ? "0o" : base === 2 ? "0b" : "",
  );
  if (magnitude === undefined) return undefined;
  if (first === 0x2d) return magnitude <= highestInteger + 1n ? -magnitude : undefined;
  if (magnitude <= highestInteger) return magnitude;
  return signed || magnitude > highestUnsigned ? undefined : new UnsignedInteger(magnitude);
}

function baseAt(text: string, start: number): number {
  if (text.charCodeAt(start) !== 0x30) return 10;
  if (text.length - start < 3) return 8;
  const letter = text.charCodeAt(start + 1) | 0x20;
  return letter === 0x78 ? 16 : letter === 0x62 ? 2 : 8;
}

/** Whether an `o` or `O` stands at an index: the newer spelling of octal numbers, which needs a digit behind it. */
function hasLetterAt(text: string, index: number): boolean {
  return (text.charCodeAt(index) | 0x20) === 0x6f && text.length > index + 1;
}

/** The value of a hexadecimal digit; 16 or more for any other character. */
function digitValue(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : 16;
}

/** Digits as a number; undefined when there are more than 64 bits hold in any base (making such a number is slow). */
function parseDigits(digits: string, prefix: string): bigint | undefined {
  if (digits.length < 16 && prefix === "") return BigInt(Number(digits));
  let start = 0;
  while (digits.charCodeAt(start) === 0x30) start += 1;
  if (digits.length - start > 64) return undefined;
  return BigInt(prefix + digits.slice(start).padStart(1, "0"));
}

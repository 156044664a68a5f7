/*
 * Go strings are byte strings. In a tree they are JavaScript strings, and a byte that is not part of valid UTF-8 is the
 * lone surrogate U+DC00 + byte (0xDC80 to 0xDCFF): no valid UTF-8 decodes to one, so the mapping goes both ways.
 */

const encoder = new TextEncoder();
const strictDecoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Bytes of a text without lone surrogates. */
export function encodeUtf8(text: string): Uint8Array {
  return encoder.encode(text);
}

/** What a text has at most in V8, in UTF-16 units. Other engines take more. */
const longestText = 2 ** 29 - 24;

/**
 * The text of valid UTF-8 (a byte order mark is kept); undefined when the bytes are not valid UTF-8.
 *
 * @throws RangeError when there are more of them than the runtime can hold as a text
 */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return strictDecoder.decode(bytes);
  } catch {
    // Whether they are valid is not known then.
    if (bytes.length > longestText) throw new RangeError("Invalid string length");
    return undefined;
  }
}

/** Bytes as text, each that is not UTF-8 as a U+FFFD of its own, as Go has it; a decoder of the web would join some. */
export function decodeUtf8Replacing(bytes: Uint8Array): string {
  return decodeUtf8(bytes) ?? decodeEscaping(bytes).replaceAll(/[\uDC80-\uDCFF]/gu, "\uFFFD");
}

/** Any bytes as text: valid UTF-8 decoded, each other byte as the lone surrogate U+DC00 + byte. */
export function decodeByteString(bytes: Uint8Array): string {
  return decodeUtf8(bytes) ?? decodeEscaping(bytes);
}

/** The inverse of {@link decodeByteString}; other lone surrogates become U+FFFD. */
export function encodeByteString(text: string): Uint8Array {
  return escapedByte.test(text) ? encodeEscaped(text) : encoder.encode(text);
}

/** Whether a text holds a byte that is not valid UTF-8. */
export function hasInvalidUtf8(text: string): boolean {
  return escapedByte.test(text);
}

const escapedByte = /[\uDC80-\uDCFF]/u;
const escapedBytes = /[\uDC80-\uDCFF]+/gu;

function decodeEscaping(bytes: Uint8Array): string {
  const parts: string[] = [];
  let start = 0;
  let index = 0;
  while (index < bytes.length) {
    const length = sequenceLength(bytes, index);
    if (length > 0) {
      index += length;
      continue;
    }
    if (index > start) parts.push(strictDecoder.decode(bytes.subarray(start, index)));
    parts.push(String.fromCharCode(0xdc00 + (bytes[index] as number)));
    index += 1;
    start = index;
  }
  if (index > start) parts.push(strictDecoder.decode(bytes.subarray(start, index)));
  return parts.join("");
}

/** Length in bytes of the valid UTF-8 sequence at `index`, 0 when there is none (the Unicode standard's table 3-7). */
function sequenceLength(bytes: Uint8Array, index: number): number {
  const first = bytes[index] as number;
  if (first < 0x80) return 1;
  if (first < 0xc2 || first > 0xf4) return 0;
  const length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  const second = bytes[index + 1] ?? 0;
  const lowest = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const highest = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  if (second < lowest || second > highest) return 0;
  for (let offset = 2; offset < length; offset++) {
    const next = bytes[index + offset] ?? 0;
    if (next < 0x80 || next > 0xbf) return 0;
  }
  return length;
}

function encodeEscaped(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 3);
  let length = 0;
  let start = 0;
  for (const { 0: run, index } of text.matchAll(escapedBytes)) {
    length += encoder.encodeInto(text.slice(start, index), bytes.subarray(length)).written;
    for (let offset = 0; offset < run.length; offset++) bytes[length++] = run.charCodeAt(offset) - 0xdc00;
    start = index + run.length;
  }
  length += encoder.encodeInto(text.slice(start), bytes.subarray(length)).written;
  return bytes.slice(0, length);
}

/** One array with the bytes of all. */
export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const joined = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

/** Whether two arrays are equal; the time it takes depends on their lengths alone. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let index = 0; index < a.length; index++) difference |= (a[index] as number) ^ (b[index] as number);
  return difference === 0;
}

/** Sorts texts as Go sorts strings: by their bytes, which is the order of code points and not that of UTF-16 units. */
export function compareByBytes(a: string, b: string): number {
  const [left, right] = [[...a], [...b]];
  const length = Math.min(left.length, right.length);
  for (let index = 0; index < length; index++) {
    const difference = (left[index]?.codePointAt(0) ?? 0) - (right[index]?.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

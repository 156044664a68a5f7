import { encodeUtf8 } from "../bytes.ts";
import { paddedLength, type PaddedTexts } from "./cipher.ts";

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const characterOfDigit = Uint8Array.from(alphabet, (character) => character.charCodeAt(0));

/** The digit of each character, 255 for bytes that are none. */
const digitOfCharacter = new Uint8Array(256).fill(255);
for (const [digit, character] of characterOfDigit.entries()) digitOfCharacter[character] = digit;

/** Standard Base64 with padding, in JavaScript alone. */
export function encodePortably(bytes: Uint8Array): string {
  const characters = encodeUtf8("=".repeat(base64Length(bytes.length)));
  encodeAll({ bytes, lengths: Int32Array.of(bytes.length) }, characters, Int32Array.of(0));
  return new TextDecoder().decode(characters);
}

/**
 * The bytes of standard Base64 with padding and without line breaks; undefined when the text is not that. Spare bits of the
 * last character don't matter.
 */
export function decodePortably(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0) return undefined;
  const bytes = new Uint8Array(decodedLength(text));
  const valid = Uint8Array.of(1);
  decodeAll(encodeUtf8(text), Int32Array.of(0), { bytes, lengths: Int32Array.of(bytes.length) }, valid);
  return valid[0] === 1 ? bytes : undefined;
}

/** How many characters so many bytes take. */
export function base64Length(byteLength: number): number {
  return Math.ceil(byteLength / 3) * 4;
}

/** How many bytes a text in Base64, or one that ends with it, stands for; `length` characters of it are Base64. */
export function decodedLength(text: string, length = text.length, end = text.length): number {
  const missing = text.endsWith("==", end) ? 2 : text.endsWith("=", end) ? 1 : 0;
  return (length / 4) * 3 - missing;
}

/**
 * Encodes many texts.
 *
 * @param characters - in ASCII; takes the digits, and has the padding already
 * @param starts - where in `characters` each begins
 */
export function encodeAll({ bytes, lengths }: PaddedTexts, characters: Uint8Array, starts: Int32Array): void {
  let start = 0;
  for (let index = 0; index < lengths.length; index++) {
    const end = start + (lengths[index] as number);
    let at = starts[index] as number;
    for (let offset = start; offset < end; offset += 3) {
      const left = end - offset;
      const first = bytes[offset] as number;
      const second = left > 1 ? (bytes[offset + 1] as number) : 0;
      const third = left > 2 ? (bytes[offset + 2] as number) : 0;
      characters[at] = characterOfDigit[first >>> 2] as number;
      characters[at + 1] = characterOfDigit[((first & 3) << 4) | (second >>> 4)] as number;
      if (left > 1) characters[at + 2] = characterOfDigit[((second & 15) << 2) | (third >>> 6)] as number;
      if (left > 2) characters[at + 3] = characterOfDigit[third & 63] as number;
      at += 4;
    }
    start += paddedLength(end - start);
  }
}

/**
 * Decodes many texts.
 *
 * @param characters - in ASCII
 * @param starts - where in `characters` each begins
 * @param texts - what they stand for: `lengths` says how many bytes each has, and `bytes` is filled
 * @param valid - becomes 0 for those that are not Base64
 */
export function decodeAll(
  characters: Uint8Array,
  starts: Int32Array,
  { bytes, lengths }: PaddedTexts,
  valid: Uint8Array,
): void {
  let start = 0;
  for (let index = 0; index < lengths.length; index++) {
    const end = start + (lengths[index] as number);
    let at = starts[index] as number;
    let seen = 0;
    for (let offset = start; offset < end; offset += 3) {
      const left = end - offset;
      const first = digitOfCharacter[characters[at] as number] as number;
      const second = digitOfCharacter[characters[at + 1] as number] as number;
      const third = left > 1 ? (digitOfCharacter[characters[at + 2] as number] as number) : 0;
      const fourth = left > 2 ? (digitOfCharacter[characters[at + 3] as number] as number) : 0;
      bytes[offset] = (first << 2) | (second >>> 4);
      if (left > 1) bytes[offset + 1] = (second << 4) | (third >>> 2);
      if (left > 2) bytes[offset + 2] = (third << 6) | fourth;
      seen |= first | second | third | fourth;
      at += 4;
    }
    if (seen > 63) valid[index] = 0;
    start += paddedLength(end - start);
  }
}

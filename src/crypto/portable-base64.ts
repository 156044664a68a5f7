const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const padding = "=".charCodeAt(0);
const characterOfDigit = Uint8Array.from(alphabet, (character) => character.charCodeAt(0));

/** The digit of each ASCII character, 255 for those that are none. */
const digitOfCharacter = new Uint8Array(128).fill(255);
for (const [digit, character] of characterOfDigit.entries()) digitOfCharacter[character] = digit;

/** Standard Base64 with padding, in JavaScript alone. */
export function encodePortably(bytes: Uint8Array): string {
  const text = new Uint8Array(Math.ceil(bytes.length / 3) * 4);
  let written = 0;
  for (let offset = 0; offset < bytes.length; offset += 3) {
    const group = ((bytes[offset] as number) << 16) | ((bytes[offset + 1] ?? 0) << 8) | (bytes[offset + 2] ?? 0);
    for (let shift = 18; shift >= 0; shift -= 6) text[written++] = characterOfDigit[(group >>> shift) & 63] as number;
  }
  const missing = (3 - (bytes.length % 3)) % 3;
  text.fill(padding, text.length - missing);
  return new TextDecoder().decode(text);
}

/**
 * The bytes of standard Base64 with padding and without line breaks; undefined when the text is not that. Spare bits of the
 * last character don't matter.
 */
export function decodePortably(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0) return undefined;
  const missing = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  const digits = text.length - missing;
  const bytes = new Uint8Array((text.length / 4) * 3 - missing);
  let seen = 0;
  let written = 0;
  for (let index = 0; index < digits; index += 4) {
    const first = digitAt(text, index);
    const second = digitAt(text, index + 1);
    const third = index + 2 < digits ? digitAt(text, index + 2) : 0;
    const fourth = index + 3 < digits ? digitAt(text, index + 3) : 0;
    seen |= first | second | third | fourth;
    // What the last group has too many is beyond the end of the array, where nothing is stored.
    bytes[written++] = (first << 2) | (second >>> 4);
    bytes[written++] = (second << 4) | (third >>> 2);
    bytes[written++] = (third << 6) | fourth;
  }
  return seen < 64 ? bytes : undefined;
}

/** The digit of a character, or a number above 63. */
function digitAt(text: string, index: number): number {
  const code = text.charCodeAt(index);
  return code < 128 ? (digitOfCharacter[code] as number) : 255;
}

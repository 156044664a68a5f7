/**
 * Standard Base64 with padding (RFC 4648, section 4).
 */
export function encodeBase64(bytes: Uint8Array): string {
  return native === undefined ? encodePortably(bytes) : native.encode(bytes);
}

/**
 * The bytes of standard Base64; undefined when the text is not that. As Go's `base64.StdEncoding`: padding has to be there,
 * line breaks (CR and LF) may stand anywhere, nothing else may, and spare bits of the last character don't matter.
 */
export function decodeBase64(text: string): Uint8Array | undefined {
  if (native !== undefined && text.length > shortCharacters) {
    const bytes = native.decode(text);
    // Native decoders overlook more than is allowed here; they have not when encoding gives the same text again.
    if (bytes !== undefined && native.encode(bytes) === text) return bytes;
  }
  return decodePortably(text) ?? (/[\r\n]/.test(text) ? decodePortably(text.replaceAll(/[\r\n]/g, "")) : undefined);
}

/** Up to this length, decoding in JavaScript is quicker than a call of the runtime. */
const shortCharacters = 64;

/** Encodes, and decodes whatever it can, leniently. */
interface NativeBase64 {
  encode(bytes: Uint8Array): string;
  decode(text: string): Uint8Array | undefined;
}

const native = findNative();

function findNative(): NativeBase64 | undefined {
  if ("fromBase64" in Uint8Array && "toBase64" in Uint8Array.prototype) return standardBase64();
  return "Buffer" in globalThis ? bufferBase64() : undefined;
}

/** ECMAScript 2026's own functions. */
function standardBase64(): NativeBase64 {
  const constructor = Uint8Array as unknown as { fromBase64(text: string): Uint8Array };
  return {
    encode: (bytes) => (bytes as unknown as { toBase64(): string }).toBase64(),
    decode: (text) => {
      try {
        return constructor.fromBase64(text);
      } catch {
        return undefined;
      }
    },
  };
}

interface BufferConstructor {
  from(text: string, encoding: "base64"): Uint8Array;
  from(memory: ArrayBufferLike, offset: number, length: number): { toString(encoding: "base64"): string };
}

/** Node's Buffer, as a global, for versions without ECMAScript's functions. */
function bufferBase64(): NativeBase64 {
  const { Buffer } = globalThis as unknown as { Buffer: BufferConstructor };
  return {
    encode: (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("base64"),
    decode: (text) => {
      const buffer = Buffer.from(text, "base64");
      return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);
    },
  };
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const padding = "=".charCodeAt(0);
const characterOfDigit = Uint8Array.from(alphabet, (character) => character.charCodeAt(0));

/** The digit of each ASCII character, 255 for those that are none. */
const digitOfCharacter = new Uint8Array(128).fill(255);
for (const [digit, character] of characterOfDigit.entries()) digitOfCharacter[character] = digit;

/** The same without the runtime's help. */
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

/** Bytes of Base64 without line breaks. */
function decodePortably(text: string): Uint8Array | undefined {
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

import { decodePortably, encodePortably } from "./portable-base64.ts";

/** Standard Base64 with padding (RFC 4648, section 4). */
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

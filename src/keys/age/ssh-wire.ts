import { decodeUtf8 } from "../../bytes.ts";

/** Reads SSH's wire format (RFC 4251): numbers of four bytes, and byte strings with their length before them. */
export class SshReader {
  readonly #bytes: Uint8Array;
  #offset = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** The next 32-bit number; undefined at the end. */
  uint32(): number | undefined {
    const bytes = this.take(4);
    return bytes && new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0);
  }

  /** The next byte string; undefined when it is not there in full. */
  string(): Uint8Array | undefined {
    const length = this.uint32();
    return length === undefined ? undefined : this.take(length);
  }

  /** The next byte string as text. */
  text(): string | undefined {
    const bytes = this.string();
    return bytes && decodeUtf8(bytes);
  }

  /** The next byte string as a positive integer, without leading zeros; undefined for a negative one. */
  integer(): Uint8Array | undefined {
    const bytes = this.string();
    if (bytes === undefined || bytes.length === 0 || (bytes[0] as number) > 0x7f) return undefined;
    return withoutLeadingZeros(bytes);
  }

  take(length: number): Uint8Array | undefined {
    if (length > this.#bytes.length - this.#offset) return undefined;
    this.#offset += length;
    return this.#bytes.subarray(this.#offset - length, this.#offset);
  }

  /** What has not been read yet. */
  rest(): Uint8Array {
    return this.#bytes.subarray(this.#offset);
  }
}

/** A byte string with its length before it. */
export function sshString(bytes: Uint8Array): Uint8Array {
  const framed = new Uint8Array(4 + bytes.length);
  new DataView(framed.buffer).setUint32(0, bytes.length);
  framed.set(bytes, 4);
  return framed;
}

/** A positive integer, which must not look negative. */
export function sshInteger(integer: Uint8Array): Uint8Array {
  const looksNegative = (integer[0] ?? 0) > 0x7f;
  const padded = new Uint8Array(integer.length + (looksNegative ? 1 : 0));
  padded.set(integer, looksNegative ? 1 : 0);
  return sshString(padded);
}

/** The integer's bytes from the first that is not zero. */
export function withoutLeadingZeros(bytes: Uint8Array): Uint8Array {
  const start = bytes.findIndex((byte) => byte !== 0);
  return start === -1 ? bytes.subarray(0, 0) : bytes.subarray(start);
}

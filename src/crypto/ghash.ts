import { blockBytes, paddedLength, type PaddedTexts } from "./cipher.ts";

/**
 * GHASH, the universal hash of GCM (NIST SP 800-38D, section 6.4), for one hash key. The products of the hash key with every
 * value of every 4-bit digit are tabulated once (8 KiB, Shoup's method), so that multiplying by it is 32 look-ups.
 *
 * No branch depends on data, but the addresses of the look-ups do: who can watch this machine's caches closely enough, from
 * a process on the same core, might learn the hash key. With it one can forge a tag for an IV whose tag one has seen, but not
 * decrypt: the AES key is not in these tables. Someone in that place can usually do worse, and the portable AES reads tables
 * in the same way; where that is not good enough, `node:crypto`'s own GCM is what to use.
 */
export class Ghash {
  readonly #table: Int32Array;
  readonly #state = new Int32Array(hashWords);
  readonly #block = new Uint8Array(blockBytes);

  /** @param hashKey - 16 bytes: a block of zeros, encrypted */
  constructor(hashKey: Uint8Array) {
    this.#table = productTable(hashKey);
  }

  /** Begins a new hash. */
  start(): void {
    this.#state.fill(0);
  }

  /** Takes in bytes, padded with zeros to a whole number of blocks. */
  absorb(bytes: Uint8Array): void {
    const whole = bytes.length - (bytes.length % blockBytes);
    absorbBlocks(this.#table, this.#state, 0, bytes, 0, whole);
    if (whole === bytes.length) return;
    this.#block.fill(0);
    for (let index = whole; index < bytes.length; index++) this.#block[index - whole] = bytes[index] as number;
    absorbBlocks(this.#table, this.#state, 0, this.#block, 0, blockBytes);
  }

  /**
   * Takes in the block that ends every hash of GCM, two lengths as 64-bit numbers of bits, and gives the hash.
   *
   * @param additionalBytes - 0 where an IV is hashed
   * @returns the hash as four big-endian words, valid until the next call
   */
  finish(additionalBytes: number, dataBytes: number): Readonly<Int32Array> {
    writeBitLength(this.#block, 0, additionalBytes);
    writeBitLength(this.#block, 8, dataBytes);
    absorbBlocks(this.#table, this.#state, 0, this.#block, 0, blockBytes);
    return this.#state;
  }

  /**
   * Takes the texts of many messages into their hashes, one each.
   *
   * @param hashes - four big-endian words a message, zeros at the beginning
   */
  absorbAll(hashes: Int32Array, { bytes, lengths }: PaddedTexts): void {
    let start = 0;
    for (let index = 0; index < lengths.length; index++) {
      const end = start + paddedLength(lengths[index] as number);
      absorbBlocks(this.#table, hashes, index * hashWords, bytes, start, end);
      start = end;
    }
  }

  /** Takes the block of lengths into the hashes of many messages, as {@link finish} does. */
  finishAll(hashes: Int32Array, additionalLengths: Int32Array, lengths: Int32Array): void {
    const bytes = new Uint8Array(lengths.length * blockBytes);
    for (let index = 0; index < lengths.length; index++) {
      writeBitLength(bytes, index * blockBytes, additionalLengths[index] as number);
      writeBitLength(bytes, index * blockBytes + 8, lengths[index] as number);
    }
    this.absorbAll(hashes, { bytes, lengths: new Int32Array(lengths.length).fill(blockBytes) });
  }
}

/** Words of a hash. */
export const hashWords = 4;

function writeBitLength(bytes: Uint8Array, offset: number, byteLength: number): void {
  writeWord(bytes, offset, Math.floor(byteLength / 2 ** 29));
  writeWord(bytes, offset + 4, byteLength << 3);
}

/** Writes a big-endian word. */
export function writeWord(bytes: Uint8Array, offset: number, word: number): void {
  bytes[offset] = word >>> 24;
  bytes[offset + 1] = word >>> 16;
  bytes[offset + 2] = word >>> 8;
  bytes[offset + 3] = word;
}

/*
 * The table: 32 digits, 16 values each, four words a product. A digit's most significant bit is the lowest power of x, as
 * everywhere in GCM, so value 8 of the first digit is the hash key itself, and each further bit is one multiplication by x.
 */
const valueWords = 4;
const digitWords = 16 * valueWords;
const tableWords = 32 * digitWords;

/** What x^128 is in this field: x^7 + x^2 + x + 1, with the lowest power in the most significant bit. */
const reduction = 0xe1000000;

function productTable(hashKey: Uint8Array): Int32Array {
  const table = new Int32Array(tableWords);
  let a = bigEndianWord(hashKey, 0);
  let b = bigEndianWord(hashKey, 4);
  let c = bigEndianWord(hashKey, 8);
  let d = bigEndianWord(hashKey, 12);
  for (let digit = 0; digit < tableWords; digit += digitWords) {
    for (let bit = 8; bit > 0; bit >>= 1) {
      const entry = digit + bit * valueWords;
      table[entry] = a;
      table[entry + 1] = b;
      table[entry + 2] = c;
      table[entry + 3] = d;
      const carry = -(d & 1) & reduction;
      d = (d >>> 1) | (c << 31);
      c = (c >>> 1) | (b << 31);
      b = (b >>> 1) | (a << 31);
      a = (a >>> 1) ^ carry;
    }
    addSums(table, digit);
  }
  return table;
}

/** Fills in the products of the values with several bits: the sum of those of their bits. */
function addSums(table: Int32Array, digit: number): void {
  for (let value = 3; value < 16; value++) {
    const lowestBit = value & -value;
    if (value === lowestBit) continue;
    for (let word = 0; word < valueWords; word++) {
      const sum =
        at(table, digit + lowestBit * valueWords + word) ^ at(table, digit + (value ^ lowestBit) * valueWords + word);
      table[digit + value * valueWords + word] = sum;
    }
  }
}

/** Adds each block to a state, the four words at an index, and multiplies the sum by the hash key. */
function absorbBlocks(
  table: Int32Array,
  states: Int32Array,
  state: number,
  bytes: Uint8Array,
  start: number,
  end: number,
): void {
  let a = at(states, state);
  let b = at(states, state + 1);
  let c = at(states, state + 2);
  let d = at(states, state + 3);
  for (let offset = start; offset < end; offset += blockBytes) {
    let word = a ^ bigEndianWord(bytes, offset);
    let second = b ^ bigEndianWord(bytes, offset + 4);
    let third = c ^ bigEndianWord(bytes, offset + 8);
    const fourth = d ^ bigEndianWord(bytes, offset + 12);
    a = b = c = d = 0;
    for (let wordStart = 0; wordStart < tableWords; wordStart += 8 * digitWords) {
      for (let digit = wordStart; digit < wordStart + 8 * digitWords; digit += digitWords) {
        // The four topmost bits, times four words.
        const entry = digit + ((word >>> 26) & 0x3c);
        a ^= at(table, entry);
        b ^= at(table, entry + 1);
        c ^= at(table, entry + 2);
        d ^= at(table, entry + 3);
        word <<= 4;
      }
      word = second;
      second = third;
      third = fourth;
    }
  }
  states[state] = a;
  states[state + 1] = b;
  states[state + 2] = c;
  states[state + 3] = d;
}

function bigEndianWord(bytes: Uint8Array, offset: number): number {
  return (
    ((bytes[offset] as number) << 24) |
    ((bytes[offset + 1] as number) << 16) |
    ((bytes[offset + 2] as number) << 8) |
    (bytes[offset + 3] as number)
  );
}

/** A word of an array, where the index is known to be inside. */
function at(words: Int32Array, index: number): number {
  return words[index] as number;
}

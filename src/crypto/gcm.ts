import { equalBytes } from "../bytes.ts";
import { blockBytes, type EncryptBlocks, tagBytes, type Aes256Gcm, type Messages } from "./cipher.ts";
import { openMessages, sealMessages } from "./gcm-batch.ts";
import { Ghash } from "./ghash.ts";

/**
 * GCM (NIST SP 800-38D) on top of a block cipher, for many short values under one key. All counter blocks of a value go
 * through the block cipher in one call, and the tables of GHASH are made once, on first use.
 */
export class Gcm implements Aes256Gcm {
  readonly #encryptBlocks: EncryptBlocks;
  #ghash: Ghash | undefined;
  /** The counter blocks of one call; it grows as needed, up to `chunkBytes`. */
  #counterBlocks = new DataView(new ArrayBuffer(16 * blockBytes));
  /** The block that comes next, as four big-endian words. */
  readonly #counter = new Int32Array(4);
  /** The first block of keystream, which hides the hash in the tag. */
  readonly #tagMask = new Uint8Array(tagBytes);

  constructor(encryptBlocks: EncryptBlocks) {
    this.#encryptBlocks = encryptBlocks;
  }

  seal(iv: Uint8Array, plaintext: Uint8Array, additionalData: Uint8Array): Uint8Array {
    if (iv.length === 0) throw new TypeError("an IV has at least one byte");
    const keystream = this.#begin(iv, plaintext.length);
    const sealed = new Uint8Array(plaintext.length + tagBytes);
    this.#apply(keystream, plaintext, sealed);
    this.#writeTag(sealed.subarray(0, plaintext.length), additionalData, sealed, plaintext.length);
    return sealed;
  }

  open(iv: Uint8Array, sealed: Uint8Array, additionalData: Uint8Array): Uint8Array | undefined {
    if (iv.length === 0 || sealed.length < tagBytes) return undefined;
    const ciphertext = sealed.subarray(0, sealed.length - tagBytes);
    const keystream = this.#begin(iv, ciphertext.length);
    const tag = new Uint8Array(tagBytes);
    this.#writeTag(ciphertext, additionalData, tag, 0);
    if (!equalBytes(tag, sealed.subarray(ciphertext.length))) return undefined;
    const plaintext = new Uint8Array(ciphertext.length);
    this.#apply(keystream, ciphertext, plaintext);
    return plaintext;
  }

  sealAll(messages: Messages): void {
    sealMessages(this.#encryptBlocks, this.#hash(), messages);
  }

  openAll(messages: Messages): Uint8Array {
    return openMessages(this.#encryptBlocks, this.#hash(), messages);
  }

  /** Takes up an IV: keeps the mask of its tag, and gives the keystream that begins with that mask. */
  #begin(iv: Uint8Array, dataBytes: number): Uint8Array {
    this.#setCounter(iv);
    const keystream = this.#keystream(blockBytes + dataBytes);
    for (let index = 0; index < tagBytes; index++) this.#tagMask[index] = keystream[index] as number;
    return keystream;
  }

  #setCounter(iv: Uint8Array): void {
    const counter = this.#counter;
    if (iv.length === 12) {
      const view = new DataView(iv.buffer, iv.byteOffset);
      for (let word = 0; word < 3; word++) counter[word] = view.getInt32(4 * word);
      counter[3] = 1;
      return;
    }
    const ghash = this.#hash();
    ghash.start();
    ghash.absorb(iv);
    const hash = ghash.finish(0, iv.length);
    for (let word = 0; word < 4; word++) counter[word] = hash[word] as number;
  }

  /** Keystream for so many bytes from the counter on, in whole blocks; at most `chunkBytes` of it. */
  #keystream(wantedBytes: number): Uint8Array {
    const length = Math.min(Math.ceil(wantedBytes / blockBytes) * blockBytes, chunkBytes);
    if (this.#counterBlocks.byteLength < length) this.#counterBlocks = new DataView(new ArrayBuffer(chunkBytes));
    const view = this.#counterBlocks;
    const counter = this.#counter;
    const first = counter[0] as number;
    const second = counter[1] as number;
    const third = counter[2] as number;
    let count = counter[3] as number;
    for (let offset = 0; offset < length; offset += blockBytes) {
      view.setInt32(offset, first);
      view.setInt32(offset + 4, second);
      view.setInt32(offset + 8, third);
      view.setInt32(offset + 12, count);
      count = (count + 1) | 0;
    }
    counter[3] = count;
    return this.#encryptBlocks(new Uint8Array(view.buffer, 0, length));
  }

  /** Combines input and keystream, whose first block is the tag's mask, and makes more keystream until the input ends. */
  #apply(firstKeystream: Uint8Array, input: Uint8Array, output: Uint8Array): void {
    let keystream = firstKeystream;
    let used = tagBytes;
    for (let offset = 0; offset < input.length; used = 0) {
      const end = Math.min(input.length, offset + keystream.length - used);
      for (; offset < end; offset++, used++) output[offset] = (input[offset] as number) ^ (keystream[used] as number);
      if (offset < input.length) keystream = this.#keystream(input.length - offset);
    }
  }

  #writeTag(ciphertext: Uint8Array, additionalData: Uint8Array, output: Uint8Array, offset: number): void {
    const ghash = this.#hash();
    ghash.start();
    ghash.absorb(additionalData);
    ghash.absorb(ciphertext);
    const hash = ghash.finish(additionalData.length, ciphertext.length);
    for (let index = 0; index < tagBytes; index++) {
      const byte = (hash[index >> 2] as number) >>> (24 - 8 * (index & 3));
      output[offset + index] = byte ^ (this.#tagMask[index] as number);
    }
  }

  #hash(): Ghash {
    this.#ghash ??= new Ghash(this.#encryptBlocks(new Uint8Array(blockBytes)));
    return this.#ghash;
  }
}

/** How much keystream is made in one go, in bytes: enough that the calls don't count, little enough for the caches. */
const chunkBytes = 16 * 1024;

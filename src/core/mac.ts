import { encodeByteString } from "../bytes.ts";
import type { Cipher, RunningHash } from "../crypto/cipher.ts";
import { type Leaf, plaintextOf } from "./value.ts";

/**
 * The MAC of a tree as it grows: SHA-512 over the plaintexts of its leaves in file order, with nothing between them. Nulls and
 * comments are not part of it.
 */
export class Mac {
  readonly #hash: RunningHash;
  /** Short texts are gathered here: one call of the hash for many of them. */
  readonly #buffer = new Uint8Array(bufferBytes);
  readonly #encoder = new TextEncoder();
  #used = 0;

  /**
   * @param onlyEncrypted - whether only encrypted leaves will be added; such a MAC starts with the SHA-256 of `sops`, so that
   * it never equals one over all leaves
   */
  constructor(cipher: Cipher, onlyEncrypted: boolean) {
    this.#hash = cipher.sha512();
    if (onlyEncrypted) this.#hash.update(cipher.sha256(this.#encoder.encode("sops")));
  }

  /** Adds a leaf that is no comment. */
  add(leaf: Leaf): void {
    if (leaf instanceof Uint8Array) this.#addBytes(leaf);
    else this.#addText(plaintextOf(leaf));
  }

  #addText(text: string): void {
    // A UTF-16 unit is three bytes of UTF-8 at the most.
    if (text.length * 3 > bufferBytes - this.#used) this.#flush();
    if (text.length * 3 > bufferBytes) {
      this.#hash.update(encodeByteString(text));
      return;
    }
    const { read, written } = this.#encoder.encodeInto(text, this.#buffer.subarray(this.#used));
    if (read === text.length && !loneSurrogate.test(text)) this.#used += written;
    else this.#addBytes(encodeByteString(text));
  }

  #addBytes(bytes: Uint8Array): void {
    this.#flush();
    this.#hash.update(bytes);
  }

  #flush(): void {
    if (this.#used > 0) this.#hash.update(this.#buffer.subarray(0, this.#used));
    this.#used = 0;
  }

  /** The MAC as 128 upper-case hexadecimal digits. Ends it. */
  digest(): string {
    this.#flush();
    return Array.from(this.#hash.digest(), (byte) => byte.toString(16).padStart(2, "0"))
      .join("")
      .toUpperCase();
  }
}

const bufferBytes = 16_384;
const loneSurrogate = /[\uD800-\uDFFF]/u;

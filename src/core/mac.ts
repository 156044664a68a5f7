import { encodeByteString, encodeUtf8 } from "../bytes.ts";
import type { Cipher, RunningHash } from "../crypto/cipher.ts";
import { type Leaf, plaintextOf } from "./value.ts";

/**
 * The MAC of a tree as it grows: SHA-512 over the plaintexts of its leaves in file order, with nothing between them. Nulls and
 * comments are not part of it.
 */
export class Mac {
  readonly #hash: RunningHash;
  /** Texts are gathered here: encoding and hashing many together costs a fraction of what it does one by one. */
  #texts: string[] = [];
  #characters = 0;

  /**
   * @param onlyEncrypted - whether only encrypted leaves will be added; such a MAC starts with the SHA-256 of `sops`, so that
   * it never equals one over all leaves
   */
  constructor(cipher: Cipher, onlyEncrypted: boolean) {
    this.#hash = cipher.sha512();
    if (onlyEncrypted) this.#hash.update(cipher.sha256(encodeUtf8("sops")));
  }

  /** Adds a leaf that is no comment. */
  add(leaf: Leaf): void {
    if (leaf instanceof Uint8Array) {
      this.#flush();
      this.#hash.update(leaf);
      return;
    }
    const text = plaintextOf(leaf);
    this.#texts.push(text);
    this.#characters += text.length;
    // Half of a surrogate pair must not meet another half in the next text.
    if (this.#characters > gatheredCharacters || endsInHighSurrogate(text)) this.#flush();
  }

  #flush(): void {
    if (this.#texts.length > 0) this.#hash.update(encodeByteString(this.#texts.join("")));
    this.#texts = [];
    this.#characters = 0;
  }

  /** The MAC as 128 upper-case hexadecimal digits. Ends it. */
  digest(): string {
    this.#flush();
    return Array.from(this.#hash.digest(), (byte) => byte.toString(16).padStart(2, "0"))
      .join("")
      .toUpperCase();
  }
}

const gatheredCharacters = 16_384;

function endsInHighSurrogate(text: string): boolean {
  return (text.charCodeAt(text.length - 1) & 0xfc00) === 0xd800;
}

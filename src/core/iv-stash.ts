import { decodeByteString } from "../bytes.ts";
import { datatypeOf, type Leaf, plaintextOf } from "./value.ts";
import { Comment, UnsignedInteger } from "./tree.ts";

/**
 * The IVs that values had when a file was decrypted. Encrypting the same value at the same path takes the same IV again, so
 * that a value which did not change keeps its ciphertext. Two values are the same when datatype, plaintext and, for comments,
 * being inline agree; of equal values at one path (elements of a list) the last one's IV counts.
 */
export class IvStash {
  readonly #ivs = new Map<string, Uint8Array>();

  remember(leaf: Leaf, additionalData: string, iv: Uint8Array): void {
    this.#ivs.set(keyOf(leaf, additionalData), iv);
  }

  recall(leaf: Leaf, additionalData: string): Uint8Array | undefined {
    // Not a number is not equal to itself, for Go's maps too.
    return this.#ivs.size === 0 || Number.isNaN(leaf) ? undefined : this.#ivs.get(keyOf(leaf, additionalData));
  }
}

function keyOf(leaf: Leaf, additionalData: string): string {
  if (leaf instanceof UnsignedInteger) throw new TypeError("an unsigned integer has no envelope");
  const text = leaf instanceof Uint8Array ? decodeByteString(leaf) : plaintextOf(leaf);
  const inline = leaf instanceof Comment && leaf.inline ? "inline " : "";
  return `${inline}${datatypeOf(leaf)} ${additionalData.length} ${additionalData}${text}`;
}

import { decodeByteString } from "../bytes.ts";
import { datatypeOf, type Leaf, plaintextOf } from "./value.ts";
import { Comment, UnsignedInteger } from "./tree.ts";

/** How a value was sealed when a file was decrypted. */
export interface EarlierSealing {
  readonly envelope: string;
  /** Whether sealing the value again, with the same IV and data key, is known to give the same text. */
  readonly isExact: boolean;
}

/**
 * The IVs that values had when a file was decrypted. Encrypting the same value at the same path takes the same IV again, so
 * that a value which did not change keeps its ciphertext. Two values are the same when datatype, plaintext and, for comments,
 * being inline agree; of equal values at one path (elements of a list) the last one's IV counts.
 */
export class IvStash {
  readonly #sealings = new Map<string, EarlierSealing>();
  /** The data key that the envelopes were made with. */
  dataKey: Uint8Array | undefined;

  remember(leaf: Leaf, additionalData: string, sealing: EarlierSealing): void {
    this.#sealings.set(keyOf(leaf, additionalData), sealing);
  }

  recall(leaf: Leaf, additionalData: string): EarlierSealing | undefined {
    // Not a number is not equal to itself, for Go's maps too.
    if (this.#sealings.size === 0 || Number.isNaN(leaf)) return undefined;
    return this.#sealings.get(keyOf(leaf, additionalData));
  }
}

function keyOf(leaf: Leaf, additionalData: string): string {
  if (leaf instanceof UnsignedInteger) throw new TypeError("an unsigned integer has no envelope");
  const text = leaf instanceof Uint8Array ? decodeByteString(leaf) : plaintextOf(leaf);
  const inline = leaf instanceof Comment && leaf.inline ? "inline " : "";
  return `${inline}${datatypeOf(leaf)} ${additionalData.length} ${additionalData}${text}`;
}

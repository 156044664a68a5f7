import { encodeUtf8, equalBytes } from "../bytes.ts";
import type { Aes256Gcm, Cipher } from "../crypto/cipher.ts";
import { SopsError } from "../errors.ts";
import type { IvStash } from "./iv-stash.ts";
import { collectLeaves, type Leaf, pathOfLeaf, replaceLeaf } from "./leaves.ts";
import { Mac } from "./mac.ts";
import { defaultSelection, type Metadata } from "./metadata.ts";
import { openMovedComment } from "./moved-comment.ts";
import {
  type Opened,
  type OpenedValue,
  openValue,
  openValues,
  type Sealable,
  sealValue,
  sealValues,
} from "./sealed-value.ts";
import { makeSelector } from "./selection.ts";
import { rfc3339Now } from "./timestamp.ts";
import { type Branch, Comment, UnsignedInteger } from "./tree.ts";
import { goTypeOf } from "./value.ts";

/** What {@link encryptTree} and {@link decryptTree} work with. */
export interface TreeKey {
  readonly cipher: Cipher;
  /** 32 bytes. */
  readonly dataKey: Uint8Array;
}

/** What {@link decryptTree} takes; all fields optional. */
export interface DecryptTreeOptions {
  /** Do not compare the MAC. Default: false. */
  readonly ignoreMac?: boolean;
  /** Remembers the IV of every value, for {@link encryptTree} to use again. */
  readonly stash?: IvStash | undefined;
  /** Called when a comment could not be opened and is kept as it stands. */
  readonly warn?: ((message: string) => void) | undefined;
}

/**
 * Encrypts the documents in place: every selected leaf becomes the text of its envelope. Sets `lastModified` and `mac` of the
 * metadata. Empty strings and empty comments stay as they are.
 *
 * @param stash - IVs of values that were there before; all others get new random ones
 * @throws SopsError `ERROR_ENCRYPTING_TREE` for a key that is not a string or an integer beyond 64 bits; the branches are then
 * to be thrown away
 */
export function encryptTree(branches: Branch[], metadata: Metadata, key: TreeKey, stash?: IvStash): void {
  const selector = makeSelector(metadata.selection ?? defaultSelection, { lenient: false });
  const mac = new Mac(key.cipher, metadata.macOnlyEncrypted);
  const keepsEnvelopes = stash?.dataKey !== undefined && equalBytes(stash.dataKey, key.dataKey);
  const sealing = { cipher: key.cipher, aes: key.cipher.aes256Gcm(key.dataKey), stash, keepsEnvelopes };
  for (const leaves of inBatches(collectLeaves(branches, selector, false))) {
    const toSeal = leaves.filter(isToSeal);
    const envelopes = sealValues(sealing, toSeal.map(valueOf), toSeal.map(additionalDataOf));
    let sealed = 0;
    for (const leaf of leaves) {
      const { value, selected } = leaf;
      if (value instanceof UnsignedInteger) throw tooLarge(branches, leaf);
      if (!(value instanceof Comment) && (selected || !metadata.macOnlyEncrypted)) mac.add(value);
      if (!selected) continue;
      const envelope = envelopes[sealed++] as string;
      if (value instanceof Comment && selector.usesComments && !selector.encryptsWhenMatched) {
        if (selector.matchesComment(envelope)) throw matchesItself();
      }
      replaceLeaf(leaf, envelope);
    }
  }
  metadata.lastModified = rfc3339Now();
  metadata.mac = sealValue(sealing, mac.digest(), metadata.lastModified);
}

/** How many leaves are sealed or opened together: enough that calls don't count, few enough for the caches. */
const leavesOfBatch = 1024;

function* inBatches(leaves: readonly Leaf[]): Generator<readonly Leaf[]> {
  for (let start = 0; start < leaves.length; start += leavesOfBatch) yield leaves.slice(start, start + leavesOfBatch);
}

type LeafToSeal = Leaf & { readonly value: Sealable };

function isToSeal(leaf: Leaf): leaf is LeafToSeal {
  return leaf.selected && !(leaf.value instanceof UnsignedInteger);
}

function valueOf(leaf: LeafToSeal): Sealable {
  return leaf.value;
}

function additionalDataOf(leaf: Leaf): string {
  return leaf.additionalData;
}

/** The text to open in a leaf's place; empty when there is nothing to open. */
function sealedText({ value, selected }: Leaf): string {
  if (!selected) return "";
  if (value instanceof Comment) return value.text;
  return typeof value === "string" ? value : "";
}

function tooLarge(branches: readonly Branch[], leaf: Leaf): SopsError {
  const path = pathOfLeaf(branches, leaf);
  return new SopsError(
    "ERROR_ENCRYPTING_TREE",
    `Error encrypting tree: Error walking tree: Cannot walk value, unknown type: uint64 (at ${path})`,
    { ...(path !== undefined && { path }), hint: "An integer has at most 64 bits with its sign; quote a larger one." },
  );
}

function matchesItself(): SopsError {
  return new SopsError(
    "ERROR_ENCRYPTING_TREE",
    "Error encrypting tree: Error walking tree: Encrypted comment matches unencrypted_comment_regex! " +
      "Make sure that unencrypted_comment_regex cannot match an encrypted comment.",
    { hint: "Write an expression that does not match `ENC[AES256_GCM,data:…]`." },
  );
}

/**
 * Decrypts the documents in place and compares the MAC. What comes from a tree for which this throws must not be used.
 *
 * @throws SopsError `ERROR_DECRYPTING_TREE` when a value cannot be opened, `MAC_MISMATCH` when the MAC is missing, cannot be
 * opened or differs
 */
export function decryptTree(
  branches: Branch[],
  metadata: Metadata,
  key: TreeKey,
  options: DecryptTreeOptions = {},
): void {
  const selector = makeSelector(metadata.selection ?? defaultSelection, { lenient: true });
  const mac = new Mac(key.cipher, metadata.macOnlyEncrypted);
  const aes = key.cipher.aes256Gcm(key.dataKey);
  if (options.stash !== undefined) options.stash.dataKey = key.dataKey.slice();
  for (const leaves of inBatches(collectLeaves(branches, selector, true))) {
    const texts = leaves.map(sealedText);
    const opened = openValues(aes, texts, leaves.map(additionalDataOf), options.stash !== undefined);
    for (let index = 0; index < leaves.length; index++) {
      const leaf = leaves[index] as Leaf;
      const value = leaf.selected ? openLeaf(aes, branches, leaf, opened[index] as Opened, options) : leaf.value;
      if (value instanceof UnsignedInteger)
        throw cannotDecrypt(branches, leaf, "Cannot walk value, unknown type: uint64");
      if (!(value instanceof Comment) && (leaf.selected || !metadata.macOnlyEncrypted)) mac.add(value);
      if (value !== leaf.value) replaceLeaf(leaf, value);
    }
  }
  if (options.ignoreMac !== true) compareMac(aes, metadata, mac.digest(), options.stash);
}

function openLeaf(
  aes: Aes256Gcm,
  branches: readonly Branch[],
  leaf: Leaf,
  opened: Opened,
  options: DecryptTreeOptions,
): Leaf["value"] {
  const { value, additionalData } = leaf;
  if (value instanceof Comment) return openComment(aes, branches, leaf, value, opened, options);
  if (typeof value !== "string") {
    const found = value instanceof Uint8Array ? "bytes" : goTypeOf(value);
    throw cannotDecrypt(branches, leaf, `Expected encrypted value as string, but got ${found}`);
  }
  if ("reason" in opened) throw cannotDecrypt(branches, leaf, `Could not decrypt value: ${opened.reason}`);
  remember(opened, value, additionalData, options.stash);
  return opened.value;
}

function remember(
  { value, isExact }: OpenedValue,
  envelope: string,
  additionalData: string,
  stash: IvStash | undefined,
): void {
  if (envelope !== "") stash?.remember(value, additionalData, { envelope, isExact });
}

function openComment(
  aes: Aes256Gcm,
  branches: readonly Branch[],
  leaf: Leaf,
  comment: Comment,
  opened: Opened,
  options: DecryptTreeOptions,
): Comment {
  if ("value" in opened) {
    remember(opened, comment.text, leaf.additionalData, options.stash);
    return asComment(branches, leaf, opened.value, comment.inline);
  }
  const moved = openMovedComment(branches, leaf, (path) => {
    const attempt = openValue(aes, comment.text, path);
    return "value" in attempt && attempt.value instanceof Comment ? attempt.value : undefined;
  });
  if (moved !== undefined) return moved;
  options.warn?.(
    "Found possibly unencrypted comment in file. This is to be expected if the file being decrypted was created with an " +
      "older version of SOPS.",
  );
  return comment;
}

/** An envelope in a comment's place may be of type str; any other is not what sops writes. */
function asComment(branches: readonly Branch[], leaf: Leaf, value: Leaf["value"], inline: boolean): Comment {
  if (value instanceof Comment) return value;
  if (typeof value === "string") return new Comment(value, inline);
  throw cannotDecrypt(branches, leaf, "walkValue of Comment should be either Comment or string");
}

function cannotDecrypt(branches: readonly Branch[], leaf: Leaf, reason: string): SopsError {
  const path = pathOfLeaf(branches, leaf);
  return new SopsError("ERROR_DECRYPTING_TREE", `Error decrypting tree: Error walking tree: ${reason} (at ${path})`, {
    ...(path !== undefined && { path }),
    hint: hintFor(reason),
  });
}

function hintFor(reason: string): string {
  return reason.includes("authentication failed")
    ? "The value was changed, moved to another key or damaged after encryption. Restore it from version control."
    : "The value was changed or added by hand. Restore it, and make changes with `edit` or `set`.";
}

function compareMac(aes: Aes256Gcm, metadata: Metadata, computed: string, stash: IvStash | undefined): void {
  const opened = openValue(aes, metadata.mac, metadata.lastModified);
  if ("reason" in opened) {
    throw new SopsError("MAC_MISMATCH", `Cannot decrypt MAC: ${opened.reason}`, {
      hint: "The `mac` or `lastmodified` of the file was changed or damaged. Restore it from version control.",
    });
  }
  remember(opened, metadata.mac, metadata.lastModified, stash);
  const stored = typeof opened.value === "string" ? opened.value : "";
  if (equalBytes(encodeUtf8(stored), encodeUtf8(computed))) return;
  throw new SopsError(
    "MAC_MISMATCH",
    `MAC mismatch. File has ${stored === "" ? "no MAC" : stored}, computed ${computed}`,
    {
      hint: "Values were added, removed, reordered or changed after encryption. Restore the file from version control.",
    },
  );
}

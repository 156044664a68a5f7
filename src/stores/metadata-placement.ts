import type { Metadata } from "../core/metadata.ts";
import { metadataFromBranch, metadataToBranch } from "../core/metadata-tree.ts";
import { Branch, Comment, type Item, type Value } from "../core/tree.ts";
import { SopsError } from "../errors.ts";
import { flattenBranch, unflattenBranch } from "./flatten.ts";
import type { MetadataPlacement, Store } from "./store.ts";

/** An encrypted file in memory: documents whose selected leaves are envelopes, and what the `sops` block says. */
export interface EncryptedFile {
  readonly branches: Branch[];
  readonly metadata: Metadata;
}

const metadataKey = "sops";
const metadataPrefix = "sops_";

/**
 * Reads an encrypted file and takes the metadata out of its documents. Of several documents the first one's counts.
 *
 * @throws SopsError `COULD_NOT_READ_INPUT_FILE`, `METADATA_NOT_FOUND`, `INVALID_METADATA`
 */
export function loadEncrypted(store: Store, file: Uint8Array): EncryptedFile {
  const branches = store.load(file);
  const placed = store.metadataPlacement === "flat" ? takePrefixed(branches[0]) : takeNested(branches);
  if (placed === undefined) {
    throw new SopsError("METADATA_NOT_FOUND", "sops metadata not found", {
      hint: "The file is not encrypted by sops, or it is of another format (see --input-type).",
    });
  }
  const block = store.metadataPlacement === "nested" ? placed : unflattenBranch(withNewlines(store, placed));
  return { branches, metadata: metadataFromBranch(block) };
}

/** Takes the entry `sops` out of every document and gives the first document's. */
function takeNested(branches: readonly Branch[]): Branch | undefined {
  let found: Branch | undefined;
  for (const [index, branch] of branches.entries()) {
    const entries = takeItems(branch, (key) => key === metadataKey);
    if (index > 0 || entries.length === 0) continue;
    if (entries.length > 1) throw invalidMetadata(`Found duplicate ${metadataKey} entry`);
    const value = entries[0]?.value;
    if (!(value instanceof Branch)) throw invalidMetadata(`Found ${metadataKey} entry that is not a mapping`);
    found = value;
  }
  return found;
}

function takePrefixed(branch: Branch | undefined): Branch | undefined {
  if (branch === undefined) return undefined;
  const items = takeItems(branch, (key) => key.startsWith(metadataPrefix));
  if (items.length === 0) return undefined;
  return new Branch(items.map(({ key, value }) => ({ key: String(key).slice(metadataPrefix.length), value })));
}

/** Removes the items whose key is wanted from a branch, and gives them. */
function takeItems(branch: Branch, wanted: (key: string) => boolean): Item[] {
  const taken: Item[] = [];
  const kept = branch.items.filter((item) => {
    if (item instanceof Comment || typeof item.key !== "string" || !wanted(item.key)) return true;
    taken.push(item);
    return false;
  });
  if (taken.length > 0) branch.items.splice(0, branch.items.length, ...kept);
  return taken;
}

function invalidMetadata(message: string): SopsError {
  return new SopsError("INVALID_METADATA", message, {
    hint: "The `sops` block was changed by hand or damaged. Restore it from version control.",
  });
}

/** INI keeps newlines of its metadata as backslash and n. */
function withNewlines(store: Store, block: Branch): Branch {
  return store.metadataPlacement === "below-top" ? mapTexts(block, (text) => text.replaceAll("\\n", "\n")) : block;
}

function mapTexts(branch: Branch, map: (text: string) => string): Branch {
  return new Branch(
    branch.items.map((item) =>
      item instanceof Comment || typeof item.value !== "string" ? item : { key: item.key, value: map(item.value) },
    ),
  );
}

/**
 * The bytes of an encrypted file: every document gets the same metadata as its last entry.
 *
 * @throws SopsError `ERROR_DUMPING_TREE` when the format cannot represent the tree
 */
export function emitEncrypted(store: Store, { branches, metadata }: EncryptedFile): Uint8Array {
  const items = placedItems(store.metadataPlacement, metadataToBranch(metadata));
  for (const branch of branches) refuseReservedKeys(branch, store.metadataPlacement);
  return store.emit(branches.map((branch) => new Branch([...branch.items, ...items])));
}

function placedItems(placement: MetadataPlacement, block: Branch): readonly (Item | Comment)[] {
  if (placement === "nested") return [nestedItem(block)];
  if (placement === "flat") return flattenBranch(block, metadataPrefix).items;
  return [nestedItem(mapTexts(flattenBranch(block, ""), (text) => text.replaceAll("\n", "\\n")))];
}

function nestedItem(value: Value): Item {
  return { key: metadataKey, value };
}

function refuseReservedKeys(branch: Branch, placement: MetadataPlacement): void {
  if (!hasReservedKey(branch, placement)) return;
  const name = placement === "flat" ? `that starts with ${metadataPrefix}` : metadataKey;
  throw new SopsError(
    "ERROR_DUMPING_TREE",
    `Found a key ${name} in encrypted data, which is reserved for the metadata`,
    {
      hint: "Rename the key.",
    },
  );
}

/** Whether a plain document has an entry where a format keeps its metadata; such a file cannot be encrypted. */
export function hasReservedKey(branch: Branch, placement: MetadataPlacement): boolean {
  return branch.items.some(
    (item) =>
      !(item instanceof Comment) &&
      typeof item.key === "string" &&
      (placement === "flat" ? item.key.startsWith(metadataPrefix) : item.key === metadataKey),
  );
}

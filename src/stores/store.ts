import type { Branch, Value } from "../core/tree.ts";

/** The file formats. */
export type Format = "yaml" | "json" | "dotenv" | "ini" | "binary";

/**
 * Where a format keeps the metadata of an encrypted file: as the mapping `sops` (nested), as a section `sops` with flat
 * keys (below-top), or as flat keys that start with `sops_` (flat).
 */
export type MetadataPlacement = "nested" | "below-top" | "flat";

/**
 * How many lists and mappings may stand in each other. Walks over a tree recurse, and this many levels fit the stack of every
 * runtime; Go's limit is 10,000.
 */
export const maxNesting = 1000;

/** Layout of what a store emits. */
export interface StoreOptions {
  /** Spaces a level; for JSON -1 is a tab and 0 newlines only. Undefined: the store's default (YAML 4, JSON a tab). */
  readonly indent?: number | undefined;
}

/** Reads and writes one file format. A store knows nothing of encryption. */
export interface Store {
  readonly format: Format;
  readonly metadataPlacement: MetadataPlacement;
  /** The store of this format's encrypted files, where it is another one: binary alone, whose encrypted files are JSON. */
  readonly encryptedForm?: Store;

  /**
   * The documents of a file: one branch each (only YAML can have several, or none).
   *
   * @throws SopsError `COULD_NOT_READ_INPUT_FILE` when the bytes are not of this format; the message says where
   */
  load(file: Uint8Array): Branch[];

  /**
   * The bytes of a file. Does not change the branches.
   *
   * @throws SopsError `ERROR_DUMPING_TREE` when the format cannot represent them
   */
  emit(branches: readonly Branch[]): Uint8Array;

  /**
   * One value taken out of a tree, as `decrypt --extract` prints it (a string is printed raw and never comes here).
   *
   * @throws SopsError `ERROR_DUMPING_TREE` when the format has no form for a value
   */
  emitValue(value: Value): Uint8Array;
}

/** Makes a store with its layout. */
export type StoreFactory = (options: StoreOptions) => Store;

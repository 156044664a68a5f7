import { defaultSelection } from "./core/metadata.ts";
import { makeSelector } from "./core/selection.ts";
import { editedBranches, type TreeEdit } from "./core/tree-edit.ts";
import { treeEntries, type TreeEntry } from "./core/tree-entries.ts";
import { bytesOf, type FileInput, storeFor } from "./file-input.ts";
import {
  decryptLoaded,
  openFile,
  type OpenedFile,
  type OpenFileOptions,
  type OperationOptions,
  sealUnrecorded,
} from "./sops.ts";
import { loadEncrypted } from "./stores/metadata-placement.ts";
import type { Format, Store, StoreOptions } from "./stores/store.ts";

/** What {@link openSecrets} takes; all fields optional but `format` for bytes. */
export interface OpenOptions extends OperationOptions {
  /** Default for a path: by its suffix, as sops chooses. Bytes have no name: there it must be given. */
  readonly format?: Format;
  /** Layout of edited files. */
  readonly outputStore?: StoreOptions;
}

/** An encrypted file that is open: what is in it, and what it becomes by edits. It never changes itself. */
export interface OpenedSecrets {
  /** The bytes of the encrypted file. */
  readonly file: Uint8Array;
  /** The entries of each document. Only YAML can have more than one. */
  readonly documents: readonly (readonly TreeEntry[])[];
  /**
   * Makes edits. Values that are the same afterwards keep their ciphertext, comments stay where they were, and the file keeps its
   * keys. The edited file is read back before it is given, with its MAC; no identity is needed for that. The option `audit` is told
   * that the file was opened, not of edits, which wait for nobody.
   *
   * @param edits - all paths are those of the file as it is: values are set in the given order, then removed from the last to the first
   * @throws SopsError `INVALID_SET_FORMAT`, `TREE_PATH_NOT_FOUND`, `ERROR_ENCRYPTING_TREE`, `ERROR_DUMPING_TREE` when the format
   * cannot represent a value
   * @throws TypeError for a value that no file can hold
   */
  edit(edits: readonly TreeEdit[]): OpenedSecrets;
}

/**
 * Opens an encrypted file to look at all of it and to change it: with its comments and types, and what of it is encrypted. Its data
 * key stays inside and in memory for as long as the result is kept; identities and services are asked once.
 *
 * @param file - a path, or the bytes of a file
 * @param options - as for `readSecrets`, and the layout of edited files
 * @throws SopsError as {@link decryptBytes}
 * @throws PlatformError for a path that cannot be read
 * @throws TypeError for bytes without `format`
 * @example
 * ```ts
 * import { openSecrets } from "sops-ts";
 *
 * const opened = await openSecrets("secrets.yaml", { identities: [identity] });
 * const [entry] = opened.documents[0] ?? [];
 * console.log(entry?.kind); // mapping
 * const edited = opened.edit([
 *   { path: ["database", "password"], value: "new" },
 *   { path: ["database", "user"], remove: true },
 * ]);
 * console.log(edited.file.length < opened.file.length); // true
 * ```
 */
export async function openSecrets(file: FileInput, options: OpenOptions = {}): Promise<OpenedSecrets> {
  const reopening = {
    input: await storeFor(file, options, {}),
    output: await storeFor(file, options, options.outputStore),
    options: { ...options, ignoreMac: false, keepIvs: true },
  };
  const bytes = await bytesOf(file, options);
  return openedSecrets(bytes, await openFile(bytes, reopening.input, reopening.options), reopening);
}

/** What opens the file again once it was edited. */
interface Reopening {
  readonly input: Store;
  readonly output: Store;
  readonly options: OpenFileOptions;
}

function openedSecrets(file: Uint8Array, opened: OpenedFile, reopening: Reopening): OpenedSecrets {
  const { input, output, options } = reopening;
  const { branches, metadata, dataKey } = opened;
  return {
    file,
    documents: treeEntries(branches, makeSelector(metadata.selection ?? defaultSelection, { lenient: true })),
    edit(edits) {
      const edited = { ...opened, branches: editedBranches(branches, edits), metadata: { ...metadata } };
      const bytes = sealUnrecorded(edited, output, options);
      const encrypted = loadEncrypted(input.encryptedForm ?? input, bytes);
      return openedSecrets(bytes, decryptLoaded(encrypted, dataKey, options), reopening);
    },
  };
}

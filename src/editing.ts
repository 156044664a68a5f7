import { describeKey } from "./core/master-key.ts";
import { IvStash } from "./core/iv-stash.ts";
import { defaultSelection, type MasterKey, type Metadata } from "./core/metadata.ts";
import { prepareSelection } from "./core/selection.ts";
import type { Branch } from "./core/tree.ts";
import { isNewerVersion, sopsVersion } from "./core/version.ts";
import { messageOf, SopsError } from "./errors.ts";
import { wrapDataKey } from "./keys/data-key.ts";
import {
  type EncryptOptions,
  keyContextOf,
  openFile,
  type OpenedFile,
  type OperationOptions,
  sealFile,
  sealUnrecorded,
  startFile,
} from "./sops.ts";
import { exampleBranches } from "./stores/example.ts";
import { emitEncrypted, loadEncrypted } from "./stores/metadata-placement.ts";
import { loadStore } from "./stores/registry.ts";
import type { Format, Store } from "./stores/store.ts";

/** How an opened file becomes a text, and a text a file again. */
export interface TextOptions extends OperationOptions {
  /** The metadata stand below the values, to be changed too. Default: false. */
  readonly showMetadata?: boolean;
}

/**
 * Opens an encrypted file for a person to change as text.
 *
 * @throws SopsError as `decryptBytes`
 */
export async function openForEditing(
  file: Uint8Array,
  format: Format,
  options: OperationOptions & { readonly ignoreMac?: boolean },
): Promise<OpenedFile> {
  return openFile(file, await loadStore(format), { ...options, keepIvs: true });
}

/**
 * Starts a file that does not exist yet, with the example of its format and a wrapped data key.
 *
 * @throws SopsError `COULD_NOT_GENERATE_DATA_KEY`, `INVALID_CONFIG`
 */
export async function startExample(options: Omit<EncryptOptions, "outputFormat" | "outputStore">): Promise<OpenedFile> {
  const input = await loadStore(options.format);
  // What the format has no form for, such as comments in JSON, is no part of its example.
  return startFile(input.load(input.emit(exampleBranches(options.format))), options);
}

/**
 * The text of an opened file.
 *
 * @throws SopsError `ERROR_DUMPING_TREE` when the format cannot represent it
 */
export function emitForEditing(opened: OpenedFile, output: Store, { showMetadata }: TextOptions): Uint8Array {
  return showMetadata === true ? emitEncrypted(output.encryptedForm ?? output, opened) : output.emit(opened.branches);
}

/**
 * Encrypts an edited text with the data key of the file that it was. Values that did not change keep their ciphertext; `version` is
 * raised to this release's. With `showMetadata` what the text says of keys, threshold and rules counts: a key that is new gets the
 * data key wrapped. `opened` stays as it is, so that it can be tried again.
 *
 * @returns the bytes of the encrypted file
 * @throws SopsError what is wrong with the text: `COULD_NOT_READ_INPUT_FILE`, `METADATA_NOT_FOUND`, `INVALID_METADATA`,
 * `NEED_AT_LEAST_ONE_DOCUMENT`, `FILE_ALREADY_ENCRYPTED`, `FAILED_TO_COMPARE_VERSIONS`, `COULD_NOT_GENERATE_DATA_KEY`,
 * `ERROR_ENCRYPTING_TREE`, `ERROR_DUMPING_TREE`
 * @see sops cmd/sops/edit.go
 */
export async function sealEdited(
  opened: OpenedFile,
  text: Uint8Array,
  output: Store,
  options: TextOptions,
): Promise<Uint8Array> {
  const { branches, metadata } =
    options.showMetadata === true ? loadBoth(text, output) : loadValues(opened, text, output);
  raiseVersion(metadata);
  if (options.showMetadata === true) await wrapForNewKeys(opened, metadata, options);
  await prepareSelection(metadata.selection ?? defaultSelection);
  return sealFile({ ...opened, branches, metadata }, output, options);
}

interface Edited {
  readonly branches: Branch[];
  readonly metadata: Metadata;
}

function loadValues(opened: OpenedFile, text: Uint8Array, output: Store): Edited {
  return { branches: output.load(text), metadata: { ...opened.metadata } };
}

function loadBoth(text: Uint8Array, output: Store): Edited {
  const edited = loadEncrypted(output.encryptedForm ?? output, text);
  // A binary file whose one value is gone could be encrypted, but never be printed again.
  if (output.encryptedForm !== undefined) output.emit(edited.branches);
  return edited;
}

function raiseVersion(metadata: Metadata): void {
  try {
    if (isNewerVersion(sopsVersion, metadata.version)) metadata.version = sopsVersion;
  } catch (error) {
    const versions = `document version ${JSON.stringify(metadata.version)} with program version "${sopsVersion}"`;
    throw new SopsError("FAILED_TO_COMPARE_VERSIONS", `Failed to compare ${versions}: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

/** Wraps the data key for keys that the person added; those that were there keep what they have. */
async function wrapForNewKeys(opened: OpenedFile, edited: Metadata, options: OperationOptions): Promise<void> {
  const before = opened.metadata;
  if (edited.keyGroups.every((group) => group.length === 0)) {
    throw new SopsError("COULD_NOT_GENERATE_DATA_KEY", "No master keys were provided, so sops can't encrypt the file");
  }
  const [group, ...furtherGroups] = edited.keyGroups;
  const context = keyContextOf(options);
  if (group !== undefined && furtherGroups.length === 0 && before.keyGroups.length === 1) {
    const known = new Set(before.keyGroups.flat().map(identityOf));
    const added = group.filter((key) => !known.has(identityOf(key)));
    if (added.length > 0) await wrapDataKey({ keyGroups: [added], shamirThreshold: 0 }, opened.dataKey, context);
    return;
  }
  // Among several groups the data key is split: whatever changes, every key gets a new share.
  if (sharesOf(before) !== sharesOf(edited)) await wrapDataKey(edited, opened.dataKey, context);
}

function identityOf(key: MasterKey): string {
  return JSON.stringify([key.kind, describeKey(key), key.enc]);
}

function sharesOf({ keyGroups, shamirThreshold }: Metadata): string {
  return JSON.stringify([shamirThreshold, keyGroups.map((group) => group.map(identityOf))]);
}

/**
 * What encrypts any text as it is, as a binary file that the keys of `opened` open: so it can be kept whatever is wrong with it. No key
 * is asked, no audit log is waited for, and nothing needs to be loaded any more.
 */
export async function binarySealer(
  opened: OpenedFile,
  options: OperationOptions,
): Promise<(text: Uint8Array) => Uint8Array> {
  const store = await loadStore("binary");
  const metadata = { ...opened.metadata, selection: undefined, macOnlyEncrypted: false, version: sopsVersion };
  return (text) =>
    sealUnrecorded(
      { ...opened, branches: store.load(text), metadata: { ...metadata }, stash: new IvStash() },
      store,
      options,
    );
}

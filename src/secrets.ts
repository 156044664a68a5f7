import { getValue } from "./core/edit.ts";
import { mergePlain } from "./core/merge.ts";
import type { KeyGroup, MasterKeyKind, SelectionRule } from "./core/metadata.ts";
import {
  fromPlain,
  type PlainInput,
  type PlainObject,
  type PlainValue,
  toPlain,
  toPlainObject,
} from "./core/plain-object.ts";
import { Branch } from "./core/tree.ts";
import { parseTreePath, type TreePath } from "./core/tree-path.ts";
import { SopsError } from "./errors.ts";
import { bytesOf, type FileInput, storeFor } from "./file-input.ts";
import { describeKey } from "./core/master-key.ts";
import { loadKeySource } from "./keys/registry.ts";
import {
  type EncryptOptions,
  encryptBranches,
  keyContextOf,
  openFile,
  type OpenedFile,
  type OperationOptions,
  sealFile,
} from "./sops.ts";
import { loadEncrypted } from "./stores/metadata-placement.ts";
import { loadStore } from "./stores/registry.ts";
import type { Format, StoreOptions } from "./stores/store.ts";

/** What reading takes; all fields optional but `format` for bytes. */
export interface ReadOptions extends OperationOptions {
  /** Default for a path: by its suffix, as sops chooses. Bytes have no name: there it must be given. */
  readonly format?: Format;
  /** Return values although the MAC does not fit. Default: false. */
  readonly ignoreMac?: boolean;
}

/**
 * The secrets of a file's first document, as a plain object.
 *
 * @typeParam T - the shape you expect; it is not checked
 * @param file - a path, or the bytes of a file
 * @param options - identities and where else keys come from; `format` for bytes
 * @throws SopsError as {@link decryptBytes}
 * @throws PlatformError for a path that cannot be read
 * @throws TypeError for bytes without `format`
 * @example
 * ```ts
 * import { readSecrets } from "sops-ts";
 *
 * const { database } = await readSecrets<{ database: { user: string } }>("secrets.yaml", { identities: [identity] });
 * console.log(database.user); // app
 * ```
 */
export async function readSecrets<T extends object = PlainObject>(
  file: FileInput,
  options: ReadOptions = {},
): Promise<T> {
  const { branches } = await open(file, options);
  return toPlainObject(branches[0] ?? new Branch()) as T;
}

/**
 * One value of a file's first document.
 *
 * @param file - a path, or the bytes of a file
 * @param path - steps, or a text such as `["db"]["password"]`
 * @param options - as for {@link readSecrets}
 * @throws SopsError `TREE_PATH_NOT_FOUND`, `INVALID_TREE_PATH_FORMAT`, and as {@link decryptBytes}
 * @example
 * ```ts
 * import { readValue } from "sops-ts";
 *
 * console.log(await readValue("secrets.yaml", ["database", "user"])); // app
 * console.log(await readValue("secrets.yaml", '["database"]["user"]')); // app
 * ```
 */
export async function readValue(
  file: FileInput,
  path: TreePath | string,
  options: ReadOptions = {},
): Promise<PlainValue> {
  const steps = typeof path === "string" ? parseTreePath(path) : path;
  const { branches } = await open(file, options);
  return toPlain(getValue(branches[0] ?? new Branch(), steps));
}

/** What {@link encryptSecrets} takes. */
export interface EncryptSecretsOptions extends Omit<EncryptOptions, "format" | "outputFormat" | "keyGroups"> {
  /** Format of the encrypted file. */
  readonly format: Exclude<Format, "binary">;
  /** Who can open it: age recipients, `age1…` or `ssh-…`. */
  readonly recipients?: readonly string[];
  /** Master keys of any kind, in groups; in place of `recipients`. */
  readonly keyGroups?: readonly KeyGroup[];
}

/**
 * Encrypts a plain object.
 *
 * @param secrets - the object; entries that are `undefined` are left out
 * @param options - format, and who can open it
 * @returns the bytes of the encrypted file
 * @throws TypeError for what a file cannot hold
 * @throws SopsError as {@link encryptBytes}
 * @example
 * ```ts
 * import { encryptSecrets } from "sops-ts";
 *
 * const secrets = { user: "app", region_unencrypted: "eu" };
 * const file = await encryptSecrets(secrets, { format: "json", recipients: [recipient] });
 * const { user, region_unencrypted } = JSON.parse(new TextDecoder().decode(file));
 * console.log(user.startsWith("ENC[AES256_GCM,"), region_unencrypted); // true eu
 * ```
 */
export async function encryptSecrets(
  secrets: Readonly<Record<string, PlainInput | undefined>>,
  options: EncryptSecretsOptions,
): Promise<Uint8Array> {
  const branch = fromPlain(secrets);
  if (!(branch instanceof Branch)) throw new TypeError("secrets must be an object");
  const keyGroups = options.keyGroups ?? [await recipientKeys(options.recipients ?? [], options)];
  return encryptBranches([branch], await loadStore(options.format, options.outputStore), { ...options, keyGroups });
}

/**
 * The master keys of age recipients, one group, for {@link encryptBytes}.
 *
 * @param recipients - `age1…`, or lines of SSH public keys
 * @throws SopsError `INVALID_MASTER_KEY`
 * @example
 * ```ts
 * import { recipientKeys } from "sops-ts";
 *
 * const keyGroup = await recipientKeys([recipient]);
 * console.log(keyGroup.map((key) => key.kind)); // [ 'age' ]
 * ```
 */
export async function recipientKeys(recipients: readonly string[], options: OperationOptions = {}): Promise<KeyGroup> {
  const context = keyContextOf(options);
  const source = await loadKeySource("age", context.keySources);
  const keys = await Promise.all(recipients.map((recipient) => source.parse(recipient, context)));
  return keys.flat();
}

/** What {@link updateSecrets} takes; all fields optional but `format` for bytes. */
export interface UpdateOptions extends ReadOptions {
  /** Layout of the result. */
  readonly outputStore?: StoreOptions;
}

/**
 * Changes an encrypted file. The function gets the secrets of the first document as a plain object and changes it, or returns
 * another. Values that are the same afterwards keep their ciphertext, comments stay where they were, and the file keeps its keys.
 *
 * @param file - a path, or the bytes of a file
 * @param change - changes the object, or returns another
 * @param options - as for {@link readSecrets}, and the layout of the result
 * @returns the bytes of the changed file; the file itself is not written
 * @throws SopsError as {@link decryptBytes} and {@link encryptBytes}; `NEED_AT_LEAST_ONE_DOCUMENT`
 * @example
 * ```ts
 * import { writeFile } from "node:fs/promises";
 * import { readValue, updateSecrets } from "sops-ts";
 *
 * const changed = await updateSecrets("secrets.yaml", (secrets) => {
 *   secrets.rotated = true;
 * });
 * await writeFile("secrets.yaml", changed);
 * console.log(await readValue("secrets.yaml", ["rotated"])); // true
 * ```
 */
export async function updateSecrets(
  file: FileInput,
  change: (secrets: PlainObject) => PlainObject | void,
  options: UpdateOptions = {},
): Promise<Uint8Array> {
  const store = await storeFor(file, options, options.outputStore);
  const opened = await open(file, options);
  const root = opened.branches[0];
  if (root === undefined) throw new SopsError("NEED_AT_LEAST_ONE_DOCUMENT", "The file has no document to change");
  const secrets = toPlainObject(root);
  mergePlain(root, change(secrets) ?? secrets);
  return sealFile(opened, store, options);
}

/** What an encrypted file says of itself to everyone. */
export interface FileInfo {
  /** Who can open it: groups of master keys. */
  readonly keyGroups: readonly (readonly KeyInfo[])[];
  /** How many groups are needed: 1 where there is one. */
  readonly groupsNeeded: number;
  /** RFC 3339 UTC seconds. */
  readonly lastModified: string;
  /** The release of the program that encrypted it. */
  readonly version: string;
  /** Which leaves are encrypted; undefined for a file without a rule, where all are but those of a key ending in `_unencrypted`. */
  readonly selection: SelectionRule | undefined;
  /** Whether the MAC covers encrypted leaves only: then the others may be changed without a key. */
  readonly macOnlyEncrypted: boolean;
}

/** One master key. */
export interface KeyInfo {
  /** What key it is. */
  readonly kind: MasterKeyKind;
  /** The key's string form: an age recipient, a fingerprint, an ARN, a URL. */
  readonly key: string;
}

/**
 * Who can open a file, and what else it tells without any key. Nothing here is checked by the MAC.
 *
 * @param file - a path, or the bytes of a file
 * @param options - `format` for bytes
 * @throws SopsError `METADATA_NOT_FOUND`, `INVALID_METADATA`, `COULD_NOT_READ_INPUT_FILE`
 * @throws PlatformError for a path that cannot be read
 * @example
 * ```ts
 * import { inspectFile } from "sops-ts";
 *
 * const { keyGroups, groupsNeeded } = await inspectFile("secrets.yaml");
 * console.log(keyGroups[0]?.[0]?.key === recipient, groupsNeeded); // true 1
 * ```
 */
export async function inspectFile(file: FileInput, options: ReadOptions = {}): Promise<FileInfo> {
  const store = await storeFor(file, options, {});
  const { metadata } = loadEncrypted(store.encryptedForm ?? store, await bytesOf(file, options));
  const { keyGroups, shamirThreshold, lastModified, version, selection, macOnlyEncrypted } = metadata;
  return {
    keyGroups: keyGroups.map((group) => group.map((key) => ({ kind: key.kind, key: describeKey(key) }))),
    groupsNeeded: keyGroups.length === 1 ? 1 : shamirThreshold,
    lastModified,
    version,
    selection,
    macOnlyEncrypted,
  };
}

async function open(file: FileInput, options: ReadOptions): Promise<OpenedFile> {
  return openFile(await bytesOf(file, options), await storeFor(file, options, {}), { ...options, keepIvs: true });
}

import { cipher as defaultCipher } from "#cipher";
import { platform as defaultPlatform } from "#platform";
import type { AuditAction } from "./core/audit-action.ts";
import type { Cipher } from "./crypto/cipher.ts";
import { decryptTree, encryptTree } from "./core/encryption.ts";
import { getValue } from "./core/edit.ts";
import { IvStash } from "./core/iv-stash.ts";
import type { LogEntryTaker } from "./core/log-entry.ts";
import { defaultSelection, type KeyGroup, type Metadata, type SelectionRule } from "./core/metadata.ts";
import { prepareSelection } from "./core/selection.ts";
import { Branch, type Value } from "./core/tree.ts";
import { parseTreePath } from "./core/tree-path.ts";
import { isNewerVersion, sopsVersion } from "./core/version.ts";
import { decodeByteString, encodeByteString } from "./bytes.ts";
import { SopsError } from "./errors.ts";
import { wrapDataKey } from "./keys/data-key.ts";
import { unwrapDatedDataKey } from "./keys/encryption-context-repair.ts";
import type { AskSecret, KeyContext, KeyService, KeySources } from "./keys/key-source.ts";
import { localKeyService } from "./keys/local-key-service.ts";
import type { Platform } from "./platform/platform.ts";
import { emitEncrypted, type EncryptedFile, hasReservedKey, loadEncrypted } from "./stores/metadata-placement.ts";
import { loadStore } from "./stores/registry.ts";
import type { Format, Store, StoreOptions } from "./stores/store.ts";

/** What every operation may be given; all fields optional. */
export interface OperationOptions {
  /** Files, environment, processes. Default: the one of the runtime. */
  readonly platform?: Platform;
  /** AES-GCM, SHA-512 and random bytes. Default: the one of the runtime. */
  readonly cipher?: Cipher;
  /**
   * Identities, tried first. Each is the text or the bytes of an age identity file, which a passphrase may protect; of an SSH private
   * key; or an armored block of PGP keys (to encrypt without gpg, public keys are enough).
   */
  readonly identities?: readonly (string | Uint8Array)[];
  /** Use `identities` alone and look nowhere else. Default: false. */
  readonly onlyGivenIdentities?: boolean;
  /** Asks for the passphrase of an identity or the PIN of an age plugin. Default: gpg-agent, then the terminal. */
  readonly askSecret?: AskSecret;
  /** Key sources to use in place of the built-in ones, by kind. Default: none. */
  readonly keySources?: KeySources;
  /**
   * Who is asked to wrap and unwrap data keys: one after the other, until one does it. Default: the key sources of this machine,
   * which are `localKeyService` in a list of several.
   */
  readonly keyServices?: readonly KeyService[];
  /**
   * What key sources keep, such as data keys that a service unwrapped, and clients with their credentials. Operations that are given
   * the same `Map` ask a service only once for the same ciphertext: give one to operations on many files that belong together, and
   * let go of it with them. Default: one of its own for every operation.
   */
  readonly keyCache?: Map<string, unknown>;
  /** Kinds of master keys in the order in which they are tried. Default: `["age", "pgp"]`, then the others. */
  readonly decryptionOrder?: readonly string[];
  /** Called with problems that do not stop the operation. Default: nothing. */
  readonly warn?: (message: string) => void;
  /** Called with each step of the operation, for a log. Default: nothing. */
  readonly log?: LogEntryTaker;
  /**
   * Waited for before the values of a file are decrypted or encrypted, once that is certain to be possible as far as keys go, and
   * before a file gets a new data key: to record it. What it throws ends the operation. Default: nothing.
   */
  readonly audit?: (action: AuditAction) => Promise<void>;
}

/** What {@link decryptBytes} takes. */
export interface DecryptOptions extends OperationOptions {
  /** Format of the encrypted file. */
  readonly format: Format;
  /** Format of the result. Default: `format`. */
  readonly outputFormat?: Format;
  /** Layout of the result. */
  readonly outputStore?: StoreOptions;
  /** Only the value at this path, such as `["db"]["password"]`. */
  readonly extract?: string;
  /** Return the plaintext although the MAC does not fit. Default: false. */
  readonly ignoreMac?: boolean;
}

/** What {@link encryptBytes} takes. */
export interface EncryptOptions extends OperationOptions {
  /** Format of the plain file. */
  readonly format: Format;
  /** Format of the encrypted file. Default: `format`. */
  readonly outputFormat?: Format;
  /** Layout of the result. */
  readonly outputStore?: StoreOptions;
  /** One group, or several for Shamir's secret sharing. Their keys get their `enc`. */
  readonly keyGroups: readonly KeyGroup[];
  /** How many groups are needed. Default: all of them. */
  readonly shamirThreshold?: number;
  /** Which leaves are encrypted. Default: those without a key that ends with `_unencrypted`. Ignored for binary files. */
  readonly selection?: SelectionRule | undefined;
  /** Compute the MAC over encrypted leaves only. Default: false. */
  readonly macOnlyEncrypted?: boolean;
}

/** A file that was opened: its plain documents, and all it takes to encrypt them again for the same keys. */
export interface OpenedFile {
  readonly branches: Branch[];
  readonly metadata: Metadata;
  /** 32 bytes. */
  readonly dataKey: Uint8Array;
  /** The IVs of all values: what does not change keeps its ciphertext. */
  readonly stash: IvStash;
}

/** What a key source gets from an operation's options. */
export function keyContextOf(options: OperationOptions): KeyContext {
  return {
    platform: options.platform ?? defaultPlatform,
    cipher: options.cipher ?? defaultCipher,
    identities: (options.identities ?? []).map(textOf),
    onlyGivenIdentities: options.onlyGivenIdentities ?? false,
    askSecret: options.askSecret,
    keySources: options.keySources ?? {},
    keyServices: options.keyServices ?? [localKeyService],
    cache: options.keyCache ?? new Map(),
    warn: options.warn ?? ((): void => undefined),
    log: options.log ?? ((): void => undefined),
  };
}

function textOf(identity: string | Uint8Array): string {
  return typeof identity === "string" ? identity : decodeByteString(identity);
}

/**
 * Decrypts the bytes of a file. The MAC is checked before anything is returned.
 *
 * @param file - the bytes of the encrypted file
 * @param options - its format, identities and where else keys come from
 * @returns the plain file; with `extract`, a text as it is, a mapping as a file, any other value as the format writes it
 * @throws SopsError `COULD_NOT_READ_INPUT_FILE`, `METADATA_NOT_FOUND` or `INVALID_METADATA` when it is no encrypted file of this
 * format, `COULD_NOT_RETRIEVE_KEY`, `ERROR_DECRYPTING_TREE`, `MAC_MISMATCH`, `INVALID_TREE_PATH_FORMAT`, `TREE_PATH_NOT_FOUND`,
 * `ERROR_DUMPING_TREE` when the output format cannot represent it
 * @example
 * ```ts
 * import { readFile } from "node:fs/promises";
 * import { decryptBytes } from "sops-ts";
 *
 * const file = await readFile("secrets.yaml");
 * const options = { format: "yaml", identities: [identity], onlyGivenIdentities: true } as const;
 * const user = await decryptBytes(file, { ...options, extract: '["database"]["user"]' });
 * console.log(new TextDecoder().decode(user)); // app
 * ```
 */
export async function decryptBytes(file: Uint8Array, options: DecryptOptions): Promise<Uint8Array> {
  const path = options.extract === undefined ? [] : parseTreePath(options.extract);
  const output = await loadStore(options.outputFormat ?? options.format, options.outputStore);
  const { branches } = await openFile(file, await loadStore(options.format), options);
  if (path.length === 0) return output.emit(branches);
  options.log?.({ level: "info", part: "SOPS", message: "Truncating tree", fields: { path: `[${path.join(" ")}]` } });
  return emitExtracted(output, getValue(branches[0] ?? new Branch(), path));
}

/**
 * Opens an encrypted file: recovers its data key, decrypts it, checks the MAC.
 *
 * @throws SopsError as {@link decryptBytes}
 */
export async function openFile(file: Uint8Array, store: Store, options: OpenFileOptions): Promise<OpenedFile> {
  return openLoaded(loadEncrypted(store.encryptedForm ?? store, file), options);
}

/**
 * Opens an encrypted file that was loaded, in place.
 *
 * @throws SopsError as {@link decryptBytes}
 */
export async function openLoaded(encrypted: EncryptedFile, options: OpenFileOptions): Promise<OpenedFile> {
  const { metadata } = encrypted;
  // Files of old releases may need a repair; a version that is none is refused before any key is asked.
  isNewerVersion(sopsVersion, metadata.version);
  const context = keyContextOf(options);
  const dataKey = await unwrapDatedDataKey(metadata, context, options.decryptionOrder);
  context.log({ level: "debug", part: "SOPS", message: "Decrypting tree" });
  await options.audit?.("decrypt");
  await prepareSelection(metadata.selection ?? defaultSelection);
  return decryptLoaded(encrypted, dataKey, options);
}

/** What opening a file takes; all fields optional. */
export interface OpenFileOptions extends OperationOptions {
  /** Go on although the MAC does not fit. Default: false. */
  readonly ignoreMac?: boolean;
  /** Remember the IVs, so that what does not change keeps its ciphertext. Default: false. */
  readonly keepIvs?: boolean;
}

/**
 * Opens an encrypted file, in place, with its data key; what its selection rule needs must be loaded. Nobody is told of it.
 *
 * @throws SopsError `ERROR_DECRYPTING_TREE`, `MAC_MISMATCH`
 */
export function decryptLoaded(
  { branches, metadata }: EncryptedFile,
  dataKey: Uint8Array,
  options: OpenFileOptions,
): OpenedFile {
  const stash = new IvStash();
  decryptTree(
    branches,
    metadata,
    { cipher: keyContextOf(options).cipher, dataKey },
    {
      ignoreMac: options.ignoreMac ?? false,
      stash: options.keepIvs === true ? stash : undefined,
      warn: options.warn,
    },
  );
  return { branches, metadata, dataKey, stash };
}

/**
 * Encrypts an opened file again, in place, with its own data key: what did not change keeps its ciphertext. Keys, rules and
 * `version` stay as they are in its metadata.
 *
 * @returns the bytes of the encrypted file
 * @throws SopsError `ERROR_ENCRYPTING_TREE`, `ERROR_DUMPING_TREE`
 */
export async function sealFile(opened: OpenedFile, output: Store, options: OperationOptions): Promise<Uint8Array> {
  checkEncryptable(opened.branches, output.encryptedForm ?? output);
  await options.audit?.("encrypt");
  return sealUnrecorded(opened, output, options);
}

/**
 * Does what {@link sealFile} does, for who cannot wait: the option `audit` is not told.
 *
 * @throws SopsError `ERROR_ENCRYPTING_TREE`, `ERROR_DUMPING_TREE`
 */
export function sealUnrecorded(opened: OpenedFile, output: Store, options: OperationOptions): Uint8Array {
  const { branches, metadata, dataKey, stash } = opened;
  const store = output.encryptedForm ?? output;
  checkEncryptable(branches, store);
  encryptTree(branches, metadata, { cipher: keyContextOf(options).cipher, dataKey }, stash);
  return emitEncrypted(store, { branches, metadata });
}

function emitExtracted(output: Store, value: Value): Uint8Array {
  if (value instanceof Branch) return output.emit([value]);
  if (value instanceof Uint8Array) return value;
  return typeof value === "string" ? encodeByteString(value) : output.emitValue(value);
}

/**
 * Encrypts the bytes of a plain file.
 *
 * @param file - the bytes of the plain file
 * @param options - its format, who can open it, and what is encrypted
 * @returns the bytes of the encrypted file
 * @throws SopsError `COULD_NOT_READ_INPUT_FILE`, `NEED_AT_LEAST_ONE_DOCUMENT`, `FILE_ALREADY_ENCRYPTED` when there is an entry
 * `sops`, `COULD_NOT_GENERATE_DATA_KEY`, `ERROR_ENCRYPTING_TREE`, `INVALID_CONFIG` for a regex that is not valid,
 * `ERROR_DUMPING_TREE` when the output format cannot represent it
 * @example
 * ```ts
 * import { encryptBytes, recipientKeys } from "sops-ts";
 *
 * const plain = new TextEncoder().encode("USER=app\nTOKEN=3f1c\n");
 * const encrypted = await encryptBytes(plain, {
 *   format: "dotenv",
 *   keyGroups: [await recipientKeys([recipient])],
 *   selection: { name: "encryptedRegex", value: "TOKEN" },
 * });
 * const [first, second] = new TextDecoder().decode(encrypted).split("\n");
 * console.log(first, second?.startsWith("TOKEN=ENC[")); // USER=app true
 * ```
 */
export async function encryptBytes(file: Uint8Array, options: EncryptOptions): Promise<Uint8Array> {
  const input = await loadStore(options.format);
  const output = await loadStore(options.outputFormat ?? options.format, options.outputStore);
  return encryptBranches(input.load(file), output, options);
}

/**
 * Encrypts documents, in place, and gives the bytes of the encrypted file.
 *
 * @throws SopsError as {@link encryptBytes}
 */
export async function encryptBranches(
  branches: Branch[],
  output: Store,
  options: Omit<EncryptOptions, "outputFormat" | "outputStore">,
): Promise<Uint8Array> {
  checkEncryptable(branches, output.encryptedForm ?? output);
  return sealFile(await startFile(branches, options), output, options);
}

/**
 * Makes what a new file needs besides its documents: metadata, and a data key that all master keys wrap. After it nothing but
 * the documents themselves can keep the file from being encrypted.
 *
 * @throws SopsError `COULD_NOT_GENERATE_DATA_KEY`, `INVALID_CONFIG` for a regex that is not valid
 */
export async function startFile(
  branches: Branch[],
  options: Omit<EncryptOptions, "outputFormat" | "outputStore">,
): Promise<OpenedFile> {
  const binary = options.format === "binary";
  const context = keyContextOf(options);
  const metadata: Metadata = {
    keyGroups: [...options.keyGroups],
    shamirThreshold: options.shamirThreshold ?? 0,
    lastModified: neverModified,
    mac: "",
    macOnlyEncrypted: options.macOnlyEncrypted ?? false,
    selection: binary ? undefined : (options.selection ?? defaultSelection),
    version: sopsVersion,
  };
  await prepareSelection(metadata.selection ?? defaultSelection);
  const dataKey = context.cipher.randomBytes(32);
  await wrapDataKey(metadata, dataKey, context);
  return { branches, metadata, dataKey, stash: new IvStash() };
}

/** The time that stands in the metadata of a file which was never encrypted: Go's zero time. */
const neverModified = "0001-01-01T00:00:00Z";

/** @throws SopsError when encrypting the documents would make no file that can be opened again */
function checkEncryptable(branches: readonly Branch[], store: Store): void {
  const [first] = branches;
  if (first === undefined) {
    throw new SopsError(
      "NEED_AT_LEAST_ONE_DOCUMENT",
      "File cannot be completely empty, it must contain at least one document",
    );
  }
  if (hasReservedKey(first, store.metadataPlacement)) throw alreadyEncrypted();
  if (branches.length > 1 && store.format !== "yaml") {
    throw new SopsError(
      "ERROR_DUMPING_TREE",
      `Error dumping file: a file with ${branches.length} documents cannot be encrypted as ${store.format}, which has one`,
      { hint: "Encrypt it as YAML, or split it into one file a document." },
    );
  }
}

function alreadyEncrypted(): SopsError {
  return new SopsError(
    "FILE_ALREADY_ENCRYPTED",
    "The file you have provided contains a top-level entry called 'sops', or for flat file formats top-level entries starting " +
      "with 'sops_'. This is generally due to the file already being encrypted. SOPS uses a top-level entry called 'sops' to " +
      "store the metadata required to decrypt the file. For this reason, SOPS can not encrypt files that already contain such " +
      "an entry.",
    { hint: "Rename the entry of a plain file. To change an encrypted file, use: sops-ts edit FILE" },
  );
}

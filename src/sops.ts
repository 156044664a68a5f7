import type { Cipher } from "./crypto/cipher.ts";
import type { KeyGroup, SelectionRule } from "./core/metadata.ts";
import type { Platform } from "./platform/platform.ts";
import type { Format, StoreOptions } from "./stores/store.ts";

/** What every operation may be given; all fields optional. */
export interface OperationOptions {
  /** Files, environment, processes. Default: the one of the runtime. */
  readonly platform?: Platform;
  /** AES-GCM, SHA-512 and random bytes. Default: the one of the runtime. */
  readonly cipher?: Cipher;
  /** age identities, each the text of an identity file; tried first. */
  readonly identities?: readonly string[];
  /** Use `identities` alone and look nowhere else. Default: false. */
  readonly onlyGivenIdentities?: boolean;
  /** Kinds of master keys in the order in which they are tried. Default: `["age", "pgp"]`, then the others. */
  readonly decryptionOrder?: readonly string[];
  /** Called with problems that do not stop the operation. Default: nothing. */
  readonly warn?: (message: string) => void;
  /** The file's name for messages. */
  readonly file?: string;
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
  /** One group, or several for Shamir's secret sharing. */
  readonly keyGroups: readonly KeyGroup[];
  /** How many groups are needed. Default: all of them. */
  readonly shamirThreshold?: number;
  /** Which leaves are encrypted. Default: those without a key that ends with `_unencrypted`. */
  readonly selection?: SelectionRule | undefined;
  /** Compute the MAC over encrypted leaves only. Default: false. */
  readonly macOnlyEncrypted?: boolean;
}

/** Decrypts a file's bytes. */
export declare function decryptBytes(file: Uint8Array, options: DecryptOptions): Promise<Uint8Array>;

/** Encrypts a file's bytes. */
export declare function encryptBytes(file: Uint8Array, options: EncryptOptions): Promise<Uint8Array>;

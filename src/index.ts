/**
 * sops-ts: encrypts the values of YAML, JSON, dotenv, INI and binary files and leaves their keys readable.
 *
 * | to | there is |
 * | --- | --- |
 * | read secrets as a plain object, or one of them | {@link readSecrets}, {@link readValue} |
 * | encrypt an object, change a file's values | {@link encryptSecrets}, {@link updateSecrets} |
 * | turn bytes into bytes, in any format | {@link encryptBytes}, {@link decryptBytes} |
 * | show a whole file, with comments and types, and edit it | {@link openSecrets} |
 * | see who can open a file, without any key | {@link inspectFile} |
 * | bring your own keys | {@link KeySource}, {@link KeyService}, `sops-ts/key-sources` |
 *
 * All that files, keys and services can do wrong is a {@link SopsError} with a `code`; a caller's own mistake is a `TypeError`. Every
 * operation takes {@link OperationOptions}. Files are `Uint8Array`, or paths where there is a file system.
 *
 * @packageDocumentation
 * @module sops-ts
 */
export {
  encryptSecrets,
  type EncryptSecretsOptions,
  type FileInfo,
  inspectFile,
  type KeyInfo,
  readSecrets,
  type ReadOptions,
  readValue,
  recipientKeys,
  type UpdateOptions,
  updateSecrets,
} from "./secrets.ts";
export type { FileInput } from "./file-input.ts";
export { openSecrets, type OpenedSecrets, type OpenOptions } from "./opened-secrets.ts";
export { decryptBytes, type DecryptOptions, encryptBytes, type EncryptOptions, type OperationOptions } from "./sops.ts";
export { SopsError, type SopsErrorCode, type SopsErrorDetails } from "./errors.ts";
export type { AuditAction } from "./core/audit-action.ts";
export type { PlainInput, PlainObject, PlainValue } from "./core/plain-object.ts";
export type {
  AgeKey,
  AzureKeyVaultKey,
  GcpKmsKey,
  HckmsKey,
  HcVaultKey,
  KeyGroup,
  KmsKey,
  MasterKey,
  MasterKeyKind,
  MasterKeyOf,
  PgpKey,
  SelectionRule,
  SelectionRuleName,
} from "./core/metadata.ts";
export type { LogEntry, LogEntryTaker } from "./core/log-entry.ts";
export type { RemoveEdit, SetEdit, TreeEdit } from "./core/tree-edit.ts";
export type { CommentEntry, ContainerEntry, LeafEntry, TreeEntry } from "./core/tree-entries.ts";
export type { TreePath } from "./core/tree-path.ts";
export type { Aes256Gcm, Cipher, Messages, PaddedTexts, RunningHash } from "./crypto/cipher.ts";
export type { AskSecret, KeyContext, KeyService, KeySource, KeySources } from "./keys/key-source.ts";
export { localKeyService } from "./keys/local-key-service.ts";
export { type Connection, type Platform, PlatformError, type RunOptions, type RunResult } from "./platform/platform.ts";
export { formatForPath } from "./stores/format.ts";
export type { Format, StoreOptions } from "./stores/store.ts";

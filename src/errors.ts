/**
 * What went wrong, by name. Those of the first block are sops's own exit statuses; the others divide its generic status 1, so that a
 * program can tell the cases apart.
 *
 * | code | what it means |
 * | --- | --- |
 * | `COULD_NOT_READ_INPUT_FILE` | the bytes are no file of this format; on the command line also that there is no such file |
 * | `COULD_NOT_WRITE_OUTPUT_FILE` | the result could not be written |
 * | `ERROR_DUMPING_TREE` | the output format cannot represent what is in the file |
 * | `INVALID_ENCRYPTION_CONTEXT_FORMAT` | an encryption context is not written as `key:value` |
 * | `INVALID_SET_FORMAT` | the path or the value of a change is malformed |
 * | `CONFLICTING_PARAMETERS` | options of which only one may be given |
 * | `ERROR_ENCRYPTING_TREE` | a key or a value that cannot be encrypted |
 * | `ERROR_DECRYPTING_TREE` | a value was changed, moved or damaged; `path` says which |
 * | `CANNOT_CHANGE_KEYS_FROM_NON_EXISTENT_FILE` | keys are to be added to or removed from a file that is not there |
 * | `MAC_MISMATCH` | the file was changed by someone without its keys |
 * | `INVALID_TREE_PATH_FORMAT` | a path is not written as `["a"][0]` |
 * | `NEED_AT_LEAST_ONE_DOCUMENT` | the file is empty |
 * | `NO_FILE_SPECIFIED` | the command needs a file |
 * | `DUPLICATE_DECRYPTION_KEY_TYPE` | a decryption order names a kind twice |
 * | `COULD_NOT_RETRIEVE_KEY` | no identity and no service recovers the data key; the message has each key and why |
 * | `FILE_HAS_NOT_BEEN_MODIFIED` | the editor left the text as it was |
 * | `NO_EDITOR_FOUND` | there is no editor |
 * | `FAILED_TO_COMPARE_VERSIONS` | a version in the metadata is none |
 * | `FILE_ALREADY_ENCRYPTED` | a plain file has an entry `sops` |
 * | `METADATA_NOT_FOUND` | the file is not encrypted by sops, or it is of another format |
 * | `INVALID_METADATA` | the `sops` block is damaged |
 * | `INVALID_CONFIG` | `.sops.yaml`, or a rule, is malformed |
 * | `CONFIG_NOT_FOUND` | there is no `.sops.yaml` |
 * | `NO_MATCHING_CREATION_RULE` | no rule of `.sops.yaml` is for the file |
 * | `INVALID_MASTER_KEY` | a recipient, ARN, URL or other name of a key is malformed |
 * | `COULD_NOT_GENERATE_DATA_KEY` | a master key did not wrap the data key, or there is none |
 * | `TREE_PATH_NOT_FOUND` | there is no such value |
 * | `MISSING_OPTIONAL_DEPENDENCY` | a package has to be installed; the hint has the command |
 * | `AUDIT_FAILED` | the audit log could not be opened, or an event not be written to it |
 * | `NOT_AVAILABLE_ON_THIS_PLATFORM` | this runtime lacks what is needed, such as files or programs |
 * | `USAGE` | the command line is wrong |
 * | `GENERIC` | all else |
 */
export type SopsErrorCode =
  | "COULD_NOT_READ_INPUT_FILE"
  | "COULD_NOT_WRITE_OUTPUT_FILE"
  | "ERROR_DUMPING_TREE"
  | "INVALID_ENCRYPTION_CONTEXT_FORMAT"
  | "INVALID_SET_FORMAT"
  | "CONFLICTING_PARAMETERS"
  | "ERROR_ENCRYPTING_TREE"
  | "ERROR_DECRYPTING_TREE"
  | "CANNOT_CHANGE_KEYS_FROM_NON_EXISTENT_FILE"
  | "MAC_MISMATCH"
  | "INVALID_TREE_PATH_FORMAT"
  | "NEED_AT_LEAST_ONE_DOCUMENT"
  | "NO_FILE_SPECIFIED"
  | "DUPLICATE_DECRYPTION_KEY_TYPE"
  | "COULD_NOT_RETRIEVE_KEY"
  | "FILE_HAS_NOT_BEEN_MODIFIED"
  | "NO_EDITOR_FOUND"
  | "FAILED_TO_COMPARE_VERSIONS"
  | "FILE_ALREADY_ENCRYPTED"
  // generic in sops: exit status 1
  | "METADATA_NOT_FOUND"
  | "INVALID_METADATA"
  | "INVALID_CONFIG"
  | "CONFIG_NOT_FOUND"
  | "NO_MATCHING_CREATION_RULE"
  | "INVALID_MASTER_KEY"
  | "COULD_NOT_GENERATE_DATA_KEY"
  | "TREE_PATH_NOT_FOUND"
  | "MISSING_OPTIONAL_DEPENDENCY"
  | "AUDIT_FAILED"
  | "NOT_AVAILABLE_ON_THIS_PLATFORM"
  | "USAGE"
  | "GENERIC";

/** Where an error happened and what may help; all fields optional. */
export interface SopsErrorDetails {
  /** The error that led to this one. Never holds plaintext or key material. */
  readonly cause?: unknown;
  /** The file, as the caller named it. */
  readonly file?: string;
  /** The tree path of the value, such as `["db"]["password"]`. */
  readonly path?: string;
  /** One sentence: what the user may try. */
  readonly hint?: string;
}

/**
 * An error of the file, the keys or the world around them (a caller's own mistake is a `TypeError`).
 * Messages name files, tree paths and public keys; they never hold plaintext, a data key or part of an identity.
 *
 * @example
 * ```ts
 * import { readSecrets, SopsError } from "sops-ts";
 *
 * try {
 *   await readSecrets("damaged.yaml");
 * } catch (error) {
 *   if (!(error instanceof SopsError)) throw error;
 *   console.log(error.code, error.path); // ERROR_DECRYPTING_TREE ["database"]["user"]
 * }
 * ```
 */
export class SopsError extends Error {
  /** What went wrong, for programs. */
  readonly code: SopsErrorCode;
  /** The file, as the caller named it; undefined where none is meant, or none has a name. */
  readonly file: string | undefined;
  /** The tree path of the value, such as `["db"]["password"]`; undefined where no value is meant. */
  readonly path: string | undefined;
  /** One sentence: what the user may try. */
  readonly hint: string | undefined;

  /**
   * @param code - what went wrong
   * @param message - what went wrong, for people; never holds a secret
   * @param details - where it happened, what led to it, and what may help
   */
  constructor(code: SopsErrorCode, message: string, details: SopsErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = "SopsError";
    this.code = code;
    this.file = details.file;
    this.path = details.path;
    this.hint = details.hint;
  }
}

/** The message of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

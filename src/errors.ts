/**
 * What went wrong, by name. The first block is named after sops's own exit statuses; the second divides sops's
 * generic status 1, so that a program can tell the cases apart.
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
 */
export class SopsError extends Error {
  readonly code: SopsErrorCode;
  readonly file: string | undefined;
  readonly path: string | undefined;
  readonly hint: string | undefined;

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

import type { SopsErrorCode } from "../errors.ts";

/**
 * The exit status for each code, sops's own.
 *
 * @see sops cmd/sops/codes/codes.go
 */
export const exitCodes: Record<SopsErrorCode, number> = {
  COULD_NOT_READ_INPUT_FILE: 2,
  COULD_NOT_WRITE_OUTPUT_FILE: 3,
  ERROR_DUMPING_TREE: 4,
  INVALID_ENCRYPTION_CONTEXT_FORMAT: 6,
  INVALID_SET_FORMAT: 7,
  CONFLICTING_PARAMETERS: 8,
  ERROR_ENCRYPTING_TREE: 23,
  ERROR_DECRYPTING_TREE: 25,
  CANNOT_CHANGE_KEYS_FROM_NON_EXISTENT_FILE: 49,
  MAC_MISMATCH: 51,
  INVALID_TREE_PATH_FORMAT: 91,
  NEED_AT_LEAST_ONE_DOCUMENT: 92,
  NO_FILE_SPECIFIED: 100,
  DUPLICATE_DECRYPTION_KEY_TYPE: 112,
  COULD_NOT_RETRIEVE_KEY: 128,
  FILE_HAS_NOT_BEEN_MODIFIED: 200,
  NO_EDITOR_FOUND: 201,
  FAILED_TO_COMPARE_VERSIONS: 202,
  FILE_ALREADY_ENCRYPTED: 203,
  METADATA_NOT_FOUND: 1,
  INVALID_METADATA: 1,
  INVALID_CONFIG: 1,
  CONFIG_NOT_FOUND: 1,
  NO_MATCHING_CREATION_RULE: 1,
  INVALID_MASTER_KEY: 1,
  COULD_NOT_GENERATE_DATA_KEY: 1,
  TREE_PATH_NOT_FOUND: 1,
  MISSING_OPTIONAL_DEPENDENCY: 1,
  NOT_AVAILABLE_ON_THIS_PLATFORM: 1,
  USAGE: 1,
  GENERIC: 1,
};

/** The exit status for a help topic that does not exist. */
export const unknownTopicExitCode = 3;

/** The exit status of a program that wrote to a pipe whose reader is gone: 128 and SIGPIPE. */
export const brokenPipeExitCode = 141;

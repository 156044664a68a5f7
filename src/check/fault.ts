/** What can be wrong with a file; the words that JSON output has. */
export type FaultKind =
  | "not-encrypted"
  | "unreadable"
  | "metadata"
  | "recipients"
  | "threshold"
  | "selection"
  | "clear-text"
  | "damaged-value"
  | "mac"
  | "missing"
  | "no-access";

/** Something wrong with a file. Texts name keys, tree paths and recipients, never values. */
export interface Fault {
  readonly kind: FaultKind;
  /** The file, as the caller named it. */
  readonly file: string;
  /** Counts from 1; undefined when the fault is the whole file's. */
  readonly line?: number | undefined;
  /** The tree path of the value, such as `["db"]["password"]`. */
  readonly path?: string | undefined;
  /** What is wrong, without the file's name. */
  readonly message: string;
  /** One sentence: what to do. */
  readonly hint?: string | undefined;
}

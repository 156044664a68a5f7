/**
 * A step of an operation, told to whoever follows along. It names keys, files and tree paths as messages do, and never holds
 * plaintext, a data key or part of an identity.
 */
export interface LogEntry {
  /** How much it matters: `debug` for what happens inside, `info` for what users may want to know. */
  readonly level: "debug" | "info";
  /** The part that speaks, as sops names it: `SOPS`, or a key source such as `AGE`. */
  readonly part: string;
  /** What is done, in words. */
  readonly message: string;
  /** Further facts, by name. Default: none. */
  readonly fields?: Readonly<Record<string, string>>;
}

/** Takes the steps of an operation. */
export type LogEntryTaker = (entry: LogEntry) => void;

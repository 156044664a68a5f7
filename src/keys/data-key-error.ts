import { SopsError } from "../errors.ts";
import { prefixLines, wrapLines } from "./text-layout.ts";

/** What came of one master key. */
export interface KeyAttempt {
  /** The key's string form. */
  readonly key: string;
  /** Why it did not unwrap the data key: one error for each place that was asked. */
  readonly errors: readonly Error[];
}

/** What came of one key group: the keys that were tried in vain, in the order in which they were tried. */
export interface GroupAttempt {
  readonly ok: boolean;
  readonly keys: readonly KeyAttempt[];
}

/** The data key of a file could not be recovered. `message` is the whole report, several lines long. */
export class DataKeyError extends SopsError {
  readonly groups: readonly GroupAttempt[];
  /** How many groups are needed; 0 when the file has one group. */
  readonly shamirThreshold: number;

  constructor(groups: readonly GroupAttempt[], shamirThreshold: number) {
    const hint = groups.flatMap((group) => group.keys.flatMap((key) => key.errors)).find(hasHint)?.hint;
    super("COULD_NOT_RETRIEVE_KEY", report(groups, shamirThreshold, String), hint === undefined ? {} : { hint });
    this.name = "DataKeyError";
    this.groups = groups;
    this.shamirThreshold = shamirThreshold;
  }

  /** The report with each `SUCCESS` and `FAILED` as `mark` shows it, such as in colour. */
  report(mark: (status: AttemptStatus) => string): string {
    return report(this.groups, this.shamirThreshold, mark);
  }
}

/** How a group or key is marked in the report. */
export type AttemptStatus = "SUCCESS" | "FAILED";

function hasHint(error: Error): error is SopsError {
  return error instanceof SopsError && error.hint !== undefined;
}

type Mark = (status: AttemptStatus) => string;

const errorColumns = 60;
const paragraphColumns = 75;

/** @see sops usererrors.go for the layout */
function report(groups: readonly GroupAttempt[], shamirThreshold: number, mark: Mark): string {
  const parts = [
    "Failed to get the data key required to decrypt the SOPS file.",
    ...groups.map((group, index) => reportGroup(group, index, mark)),
    wrapLines(conclusion(groups, shamirThreshold), paragraphColumns),
  ];
  return parts.join("\n\n");
}

function reportGroup(group: GroupAttempt, index: number, mark: Mark): string {
  if (group.ok) return `Group ${index}: ${mark("SUCCESS")}`;
  const keys = group.keys.map((key) => reportKey(key, mark)).join("\n\n");
  return `Group ${index}: ${mark("FAILED")}\n${prefixLines(keys, "  ")}`;
}

function reportKey({ key, errors }: KeyAttempt, mark: Mark): string {
  const blocks = errors.map((error) => {
    const lines = prefixLines(wrapLines(error.message, errorColumns), "  | ");
    return `-${lines.slice(1)}`;
  });
  return `${key}: ${mark("FAILED")}\n${prefixLines(blocks.join("\n\n"), "  ")}`;
}

function conclusion(groups: readonly GroupAttempt[], shamirThreshold: number): string {
  if (shamirThreshold === 0) {
    return (
      "Recovery failed because no master key was able to decrypt the file. In order for SOPS to recover the file, at least " +
      "one key has to be successful, but none were."
    );
  }
  const recovered = groups.filter((group) => group.ok).length;
  return (
    `Recovery failed because the file was encrypted with a Shamir threshold of ${shamirThreshold}, but only ${recovered} ` +
    "part(s) were successfully recovered, one for each successful key group. In order for SOPS to recover the file, at " +
    `least ${shamirThreshold} groups have to be successful. In order for a group to be successful, decryption has to ` +
    "succeed with any of the keys in that key group."
  );
}

import type { Platform } from "../platform/platform.ts";
import type { AuditLog } from "./audit/audit-log.ts";
import type { FlagValues } from "./flags.ts";
import type { Log } from "./log.ts";
import type { Programs } from "./programs.ts";
import type { ProgressLine } from "./progress-line.ts";

/** What a command works with. */
export interface CommandContext {
  /** Its flags, with what the environment and the program's own flags add. */
  readonly flags: FlagValues;
  /** What follows on the command line and is no flag. */
  readonly words: readonly string[];
  readonly platform: Platform;
  readonly log: Log;
  /** Hidden again before the command ends, or writes to standard output. */
  readonly progressLine: ProgressLine;
  /** What key sources keep for the time of the command, so that a service is asked once for what many files share. */
  readonly keyCache: Map<string, unknown>;
  /** Takes what is done to files; undefined where there is no audit log. */
  readonly audit: AuditLog | undefined;
  /** Reads standard input to its end. */
  readStdin(): Promise<Uint8Array>;
  /** Reads the next line of standard input, without its end; undefined when there is none. */
  readLine(): Promise<string | undefined>;
  /** Writes to standard output at once: what must be seen before the command goes on, such as a question. */
  print(text: string): void;
  /** Whether a person sees standard output at a terminal. */
  printsToTerminal(): boolean;
  /** Whether standard output is a terminal that shows colours. */
  printsColor(): boolean;
  /** What starts programs that share the standard streams. */
  programs(): Promise<Programs>;
  /**
   * The code of another command, for one that stands for several.
   *
   * @throws SopsError when the command is not available
   */
  load(name: string): Promise<Command>;
}

/** A file that a result is written to. */
export interface Destination {
  /** Absolute, or as the flag gives it. */
  readonly path: string;
  /** Whether it is the file that was read. */
  readonly inPlace: boolean;
}

/** What a command leaves to be written, all of it after everything went well. */
export interface CommandResult {
  /** For `destination`. Default: nothing is written. */
  readonly content?: Uint8Array | string;
  /** Default: standard output. */
  readonly destination?: Destination | undefined;
  /** Default: 0. */
  readonly exitCode?: number;
  /** A line for standard error, without its end. Default: nothing. */
  readonly complaint?: string;
}

/** A command: takes parsed flags, calls one operation, returns what to write. Failures are thrown as `SopsError`. */
export type Command = (context: CommandContext) => Promise<CommandResult>;

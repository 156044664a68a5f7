import type { FlagEntry, FlagName } from "./flag-table.ts";

/** Flags that belong together, under a title in the help. */
export interface FlagSection {
  readonly title: string;
  readonly flags: readonly FlagEntry[];
}

/** A command line that shows a use, and what it does. */
export interface Example {
  readonly line: string;
  readonly does: string;
}

/** All there is to know of a command; grammar, help and completion come from it. */
export interface CommandEntry {
  /** The words that choose it, such as `groups add`; empty for the program itself. */
  readonly name: string;
  /** One line. */
  readonly summary: string;
  /** What follows the flags in the usage line. */
  readonly words: string;
  /** Paragraphs for the help. */
  readonly details: readonly string[];
  readonly examples: readonly Example[];
  /** Its flags, those that matter first. `--help` comes by itself. */
  readonly sections: readonly FlagSection[];
  /** Flags of the program that have a meaning for this command when they stand before it, though it has no such flag. */
  readonly fromProgram?: readonly FlagName[];
  /** Whether only the first word counts and others are ignored with a warning, as sops does. */
  readonly warnsOfFurtherWords?: boolean;
  /**
   * For a command that stands in for another program and has its grammar, that of Go's `flag` package: flags stand before the
   * words only. Holds the exit status of a mistake in them.
   */
  readonly flagsFirst?: { readonly mistakeExitCode: number };
  /** The exit status of a mistake in the command line, where it is not sops's. */
  readonly mistakeExitCode?: number;
  /** The heading under which the program's help lists it, when it is none of sops's commands. */
  readonly heading?: string;
  /** Commands below this one. */
  readonly commands?: readonly CommandEntry[];
}

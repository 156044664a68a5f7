import { constants } from "node:os";
import type { CommandResult } from "./command.ts";
import { describeEnd, type ProgramEnd, type Programs, type RunningProgram } from "./programs.ts";
import { endingSignals, SignalWatch } from "./signal-watch.ts";

/** A command for the shell of the system. */
export function shellCommand(os: string, command: string): readonly [string, ...string[]] {
  return os === "win32" ? ["cmd.exe", "/C", command] : ["/bin/sh", "-c", command];
}

/** Variables over others: of a name that occurs twice the later value counts. */
export function mergeEnvironment(
  os: string,
  ...layers: readonly Readonly<Record<string, string>>[]
): Readonly<Record<string, string>> {
  const merged = new Map<string, readonly [name: string, value: string]>();
  for (const layer of layers) {
    // Windows takes PATH and Path for one name.
    for (const [name, value] of Object.entries(layer)) {
      merged.set(os === "win32" ? name.toUpperCase() : name, [name, value]);
    }
  }
  return Object.fromEntries(merged.values());
}

/** Signals that are passed on: those that end a program, and those that mean what a program wants them to mean. */
const passedOn: readonly NodeJS.Signals[] = [...endingSignals, "SIGUSR1", "SIGUSR2"];

/** Starts a program and waits for its end. */
export type RunChild = (
  command: readonly [string, ...string[]],
  env: Readonly<Record<string, string>>,
) => Promise<ProgramEnd>;

/** All fields optional. */
export interface ForegroundOptions {
  /** End in every way as the child did, as if it had taken this process's place. Default: false. */
  readonly inPlace?: boolean;
}

/**
 * Runs one child in the foreground, with the standard streams of this process. As long as `use` runs, a signal does not end this process: it
 * goes to the child, unless the child got it by itself.
 *
 * @param use - makes what the child needs, runs it, and takes away again what it needed
 * @returns the child's exit status; 255 when a signal ended it
 */
export async function runInForeground(
  programs: Programs,
  use: (run: RunChild) => Promise<ProgramEnd>,
  options: ForegroundOptions = {},
): Promise<CommandResult> {
  const relay = new SignalRelay(programs);
  let end: ProgramEnd;
  try {
    end = await use((command, env) => relay.run(command, env));
  } finally {
    relay.close();
  }
  const { signal, status } = end;
  const complaint = options.inPlace === true ? {} : complaintOf(end);
  // Who ended this process by a signal is to see that it ended by it.
  if (signal !== undefined && (options.inPlace === true || relay.got(signal))) {
    await programs.endBySignal(signal);
    // The first process of a container cannot be ended so.
    return { exitCode: 128 + constants.signals[signal], ...complaint };
  }
  return { exitCode: status ?? endedBySignal, ...complaint };
}

function complaintOf(end: ProgramEnd): { readonly complaint?: string } {
  const complaint = describeEnd(end);
  return complaint === undefined ? {} : { complaint };
}

/** The exit status for a child that a signal ended, when this process got none. */
const endedBySignal = 255;

/** Passes signals on to a child. */
class SignalRelay {
  readonly #programs: Programs;
  readonly #watch: SignalWatch;
  readonly #got = new Set<NodeJS.Signals>();
  /** Signals that came before there was a child. */
  readonly #early: NodeJS.Signals[] = [];
  #child: RunningProgram | undefined;

  constructor(programs: Programs) {
    this.#programs = programs;
    this.#watch = new SignalWatch(passedOn, (signal, reachedAll) => void this.#take(signal, reachedAll));
  }

  async #take(signal: NodeJS.Signals, reachedAll: () => Promise<boolean>): Promise<void> {
    this.#got.add(signal);
    if (this.#child === undefined) this.#early.push(signal);
    else if (!(await reachedAll())) this.#child.sendSignal(signal);
  }

  async run(command: readonly [string, ...string[]], env: Readonly<Record<string, string>>): Promise<ProgramEnd> {
    this.#child = await this.#programs.start(command, { env });
    for (const signal of this.#early) this.#child.sendSignal(signal);
    return this.#child.ended;
  }

  /** Whether this process got a signal. */
  got(signal: NodeJS.Signals): boolean {
    return this.#got.has(signal);
  }

  close(): void {
    this.#watch.close();
  }
}

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

/** A program and the arguments that come before all others. */
export type Command = readonly [string, ...string[]];

/** One run of a process. */
export interface Run {
  readonly milliseconds: number;
  /** The largest resident size, in KiB; undefined where GNU time is missing. */
  readonly peakKiB: number | undefined;
}

/** A run of ours, and one of sops right after it. */
export interface Pair {
  readonly ours: Run;
  readonly theirs: Run;
}

const gnuTime = "/usr/bin/time";

/**
 * Runs a process to its end, without its output.
 *
 * @throws when it fails: then there is nothing to measure
 */
export function run(command: readonly string[], env: NodeJS.ProcessEnv): Run {
  const timed = existsSync(gnuTime) ? [gnuTime, "-f", "%M"] : [];
  const [program = "", ...args] = [...timed, ...command];
  const start = process.hrtime.bigint();
  const result = spawnSync(program, args, { env, stdio: ["ignore", "ignore", "pipe"], encoding: "utf8" });
  const milliseconds = Number(process.hrtime.bigint() - start) / 1e6;
  if (result.status !== 0) {
    throw new Error(`${command.slice(0, 4).join(" ")} ended with ${result.status}: ${result.stderr}`);
  }
  const peak = timed.length === 0 ? undefined : Number(result.stderr.trim().split("\n").at(-1));
  return { milliseconds, peakKiB: peak };
}

/** Runs both in turn, so that what else the machine does falls on both; the first pair, which finds cold caches, does not count. */
export function runPairs(count: number, ours: () => Run, theirs: () => Run): Pair[] {
  const pairs = Array.from({ length: count + 1 }, () => ({ ours: ours(), theirs: theirs() }));
  return pairs.slice(1);
}

export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

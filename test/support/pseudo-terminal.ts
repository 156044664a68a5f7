import { spawn } from "node:child_process";
import type { Outcome } from "./command-runner.ts";

/** What is typed, and after which text has appeared. */
export interface Typing {
  readonly after: string;
  readonly text: string;
}

/** What a program at a terminal is given. */
export interface TerminalRun {
  readonly command: readonly string[];
  readonly directory: string;
  readonly env: Readonly<Record<string, string>>;
  readonly typing: readonly Typing[];
}

/** Nobody types at once, and some programs show their question before they have prepared the terminal for the answer. */
const typingMs = 100;

/**
 * Runs a program at a pseudo-terminal of `script`'s and types.
 *
 * @returns the exit status, and all that appeared at the terminal, without what only moves the cursor
 */
export function runAtTerminal(script: string, run: TerminalRun): Promise<Pick<Outcome, "status"> & { shown: string }> {
  const quoted = run.command.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(" ");
  const child = spawn(script, ["-qefc", quoted, "/dev/null"], {
    cwd: run.directory,
    env: { ...run.env },
    stdio: "pipe",
  });
  const left = [...run.typing];
  let all = "";
  let seen = 0;
  child.stdout.on("data", (chunk: Buffer) => {
    all += chunk.toString();
    const [next] = left;
    const found = next === undefined ? -1 : all.indexOf(next.after, seen);
    if (next === undefined || found === -1) return;
    seen = found + next.after.length;
    left.shift();
    setTimeout(() => child.stdin.write(next.text), typingMs);
  });
  return new Promise((done) => {
    child.once("close", (status) => {
      const shown = all.replaceAll(/\u001b\[[0-9;]*[A-Za-z]/g, "").replaceAll("\r", "");
      done({ status: status ?? 255, shown });
    });
  });
}

import { spawn } from "node:child_process";
import { bundledCommand } from "./bundled-program.ts";
import type { Invocation } from "./command-runner.ts";

/** How sops-ts ended, and what it said. */
export interface SessionEnd {
  /** The exit status, or the signal that ended it. */
  readonly end: number | NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** sops-ts as a process of its own, with a session of its own: without a terminal, and with a group that signals can go to. */
export interface Session {
  readonly ended: Promise<SessionEnd>;
  /** To sops-ts alone. */
  signal(signal: NodeJS.Signals): void;
  /** To sops-ts and all that runs beside it, as a terminal sends it. */
  signalAll(signal: NodeJS.Signals): void;
}

/** Starts sops-ts; its standard input stays open. */
export async function startSession({ args, directory, env }: Invocation): Promise<Session> {
  const [program, ...words] = await bundledCommand();
  const child = spawn(program, [...words, ...args], { cwd: directory, env: { ...env }, detached: true, stdio: "pipe" });
  const { pid } = child;
  if (pid === undefined) throw new TypeError(`cannot start ${program}`);
  const heard = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk: Buffer) => (heard.stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (heard.stderr += chunk.toString()));
  return {
    ended: new Promise((done) => {
      child.once("exit", (status, signal) => {
        // What else writes to the pipes may stay longer.
        setTimeout(() => done({ end: status ?? signal, ...heard }), 50);
      });
    }),
    signal: (signal) => void child.kill(signal),
    signalAll: (signal) => void process.kill(-pid, signal),
  };
}

/** Waits until something holds. */
export async function until(holds: () => boolean, what: string): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!holds()) {
    if (Date.now() > deadline) throw new TypeError(`waited in vain for ${what}`);
    await new Promise((done) => setTimeout(done, 10));
  }
}

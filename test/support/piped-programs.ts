import { spawn } from "node:child_process";
import { started } from "../../src/cli/node-programs.ts";
import type { ProgramEnd, Programs } from "../../src/cli/programs.ts";
import type { Invocation } from "./command-runner.ts";

/** What programs write goes here; they read the invocation's standard input. */
export interface Streams {
  readonly stdout: Uint8Array[];
  readonly stderr: Uint8Array[];
}

/** Starts real programs in an invocation's directory and environment, with pipes in place of this process's own streams. */
export function pipedPrograms(invocation: Invocation, streams: Streams): Programs {
  return {
    environment: () => invocation.env,
    start: async ([program, ...words], { env = invocation.env, inBackground = false } = {}) => {
      const child = spawn(program, words, {
        cwd: invocation.directory,
        env: { ...env },
        stdio: inBackground ? "ignore" : "pipe",
      });
      child.stdout?.on("data", (chunk: Buffer) => streams.stdout.push(chunk));
      child.stderr?.on("data", (chunk: Buffer) => streams.stderr.push(chunk));
      // A program may end without reading its input.
      child.stdin?.on("error", () => undefined);
      child.stdin?.end(invocation.stdin ?? new Uint8Array());
      const ended = new Promise<ProgramEnd>((done) => {
        child.once("close", (status, signal) => done({ status: status ?? undefined, signal: signal ?? undefined }));
      });
      return { ...(await started(program, child)), ended };
    },
    replaceProcess: () => undefined,
    endBySignal: async () => undefined,
  };
}

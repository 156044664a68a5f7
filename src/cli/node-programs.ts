import { spawn, type ChildProcess } from "node:child_process";
import { PlatformError } from "../platform/platform.ts";
import { isSystemError, systemReason } from "./system-error.ts";
import type { ProgramEnd, Programs, RunningProgram } from "./programs.ts";

/** Programs that share this process's own standard streams. */
export const programs: Programs = {
  environment: () => environmentOf(process.env),

  start: async ([program, ...words], options = {}) => {
    const child = startChild(program, () =>
      spawn(program, words, {
        stdio: options.inBackground === true ? "ignore" : "inherit",
        ...(options.env === undefined ? {} : { env: options.env }),
      }),
    );
    const running = await started(program, child);
    if (options.inBackground === true) child.unref();
    return running;
  },

  replaceProcess: ([program, ...words], env) => {
    // In Node from 22.15 and 23.11 on.
    const { execve } = process as { execve?: (file: string, args: string[], env: Record<string, string>) => void };
    execve?.(program, [program, ...words], { ...env });
  },

  endBySignal: (signal) => {
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
    // Nothing here outlives the signal, unless this is the first process of a container.
    return new Promise((done) => void setTimeout(done, 100));
  },
};

/** Variables that are set. */
function environmentOf(variables: NodeJS.ProcessEnv): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(variables).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

/** Some failures come as events, others are thrown. */
function startChild(program: string, start: () => ChildProcess): ChildProcess {
  try {
    return start();
  } catch (error) {
    throw cannotStart(program, error);
  }
}

/** Waits for a child to run. */
export function started(program: string, child: ChildProcess): Promise<RunningProgram> {
  const ended = new Promise<ProgramEnd>((done) => {
    child.once("exit", (status, signal) => done({ status: status ?? undefined, signal: signal ?? undefined }));
  });
  return new Promise((done, fail) => {
    child.once("error", (error) => fail(cannotStart(program, error)));
    child.once("spawn", () =>
      done({ pid: child.pid ?? 0, ended, sendSignal: (signal) => void (child.exitCode ?? child.kill(signal)) }),
    );
  });
}

/** Of the failure only the code is told: a message of Node may quote the environment. */
function cannotStart(program: string, error: unknown): PlatformError {
  const reason = isSystemError(error)
    ? systemReason({ code: error.code, message: error.code })
    : "it could not be started";
  return new PlatformError(`fork/exec ${program}: ${reason}`, {
    notFound: isSystemError(error) && error.code === "ENOENT",
  });
}

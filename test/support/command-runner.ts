import { spawn } from "node:child_process";

/** One run of a command line; nothing is inherited from the test's own process. */
export interface Invocation {
  readonly args: readonly string[];
  /** The working directory. */
  readonly directory: string;
  /** The whole environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Standard input; default: nothing. */
  readonly stdin?: Uint8Array;
}

export interface Outcome {
  /** The exit status; 124 when the program was stopped because it took too long. */
  readonly status: number;
  readonly stdout: Uint8Array;
  readonly stderr: string;
}

/** Runs a command line: the real sops, or sops-ts in one of its forms. */
export type CommandRunner = (invocation: Invocation) => Promise<Outcome>;

const timeoutMs = 60_000;

/** A runner that starts a program, such as `["/usr/bin/sops"]` or `["node", "bin/sops-ts"]`. */
export function programRunner(command: readonly [string, ...string[]]): CommandRunner {
  const [program, ...firstArgs] = command;
  return (invocation) =>
    new Promise((resolve, reject) => {
      const child = spawn(program, [...firstArgs, ...invocation.args], {
        cwd: invocation.directory,
        env: { ...invocation.env },
      });
      const stdout: Buffer[] = [];
      const stderr: Buffer[] = [];
      let late = false;
      const timer = setTimeout(() => {
        late = true;
        child.kill("SIGKILL");
      }, timeoutMs);
      child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
      child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
      child.on("error", reject);
      child.on("close", (status) => {
        clearTimeout(timer);
        resolve({
          status: late ? 124 : (status ?? 255),
          stdout: Buffer.concat(stdout),
          stderr: Buffer.concat(stderr).toString("utf8"),
        });
      });
      child.stdin.on("error", ignoreClosedPipe);
      child.stdin.end(invocation.stdin ?? new Uint8Array());
    });
}

/** A program may end without reading its input. */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE" && error.code !== "ECONNRESET") throw error;
}

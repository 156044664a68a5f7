import { spawn } from "node:child_process";
import { PlatformError, type RunOptions, type RunResult } from "./platform.ts";

/** Runs a program; see {@link Platform.run}. */
export function runProgram(command: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const [program, ...words] = command;
  if (program === undefined) throw new TypeError("a command has at least the program's name");
  return new Promise((done, fail) => {
    const child = spawn(program, words, {
      stdio: [options.stdin === undefined ? "ignore" : "pipe", "pipe", "pipe"],
      env: { ...process.env, ...options.env },
      windowsHide: true,
    });
    const stdout = collect(child.stdout);
    const stderr = collect(child.stderr);
    child.once("error", (error) => fail(startError(program, error)));
    child.once("close", (status) => done({ stdout: stdout(), stderr: stderr(), status: status ?? undefined }));
    // A program may end without having read its input; its exit status tells whether that was a failure.
    child.stdin?.once("error", () => undefined);
    child.stdin?.end(options.stdin);
  });
}

function collect(stream: NodeJS.ReadableStream | null): () => Uint8Array {
  const chunks: Buffer[] = [];
  stream?.on("data", (chunk: Buffer) => chunks.push(chunk));
  return () => Buffer.concat(chunks);
}

/** Why a program could not be started. */
export function startError(program: string, error: Error): PlatformError {
  const code = "code" in error ? error.code : undefined;
  if (code !== "ENOENT") return new PlatformError(`cannot run ${program}: ${error.message}`, { cause: error });
  const place = program.includes("/") ? "no such file or directory" : "executable file not found in $PATH";
  return new PlatformError(`exec: "${program}": ${place}`, { notFound: true, cause: error });
}

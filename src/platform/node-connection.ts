import { spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { createConnection, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, isAbsolute, join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { startError } from "./node-process.ts";
import { PlatformError, type Connection } from "./platform.ts";

/** How long a program may take to end after it was interrupted. */
const endingMs = 1_000;

/** Starts a program to talk with; see {@link Platform.start}. */
export async function startProgram([program, ...words]: readonly string[]): Promise<Connection> {
  if (program === undefined) throw new TypeError("a command has at least the program's name");
  const child = spawn(findProgram(program), words, {
    // Its errors come over the connection; what it says to its developers is not for ours to show.
    stdio: ["pipe", "pipe", "ignore"],
    cwd: tmpdir(),
    windowsHide: true,
  });
  const ended = new Promise<void>((done) => child.once("close", () => done()));
  let running = true;
  child.once("exit", () => {
    running = false;
  });
  await new Promise<void>((done, fail) => {
    child.once("spawn", done);
    child.once("error", (error) => fail(startError(program, error)));
  });
  return connectionOf(child.stdout, child.stdin, async () => {
    child.stdin.destroy();
    child.stdout.destroy();
    child.kill("SIGINT");
    // Deno's `child.kill` sends one signal and no other.
    const timer = setTimeout(() => running && child.pid !== undefined && process.kill(child.pid, "SIGKILL"), endingMs);
    await ended;
    clearTimeout(timer);
  });
}

/** Connects to a Unix socket; see {@link Platform.connect}. */
export async function connectToSocket(path: string): Promise<Connection> {
  const socket = createConnection({ path });
  await new Promise<void>((done, fail) => {
    socket.once("connect", done);
    socket.once("error", (error) => fail(new PlatformError(`dial unix ${path}: ${error.message}`, { cause: error })));
  });
  return connectionOf(socket, socket, () => close(socket));
}

function close(socket: Socket): Promise<void> {
  return new Promise((done) => {
    socket.once("close", () => done());
    socket.destroy();
  });
}

function connectionOf(input: Readable, output: Writable, end: () => Promise<void>): Connection {
  // A failed write is told to whoever writes; without a listener it would end the process.
  output.on("error", () => undefined);
  const chunks = input.iterator({ destroyOnReturn: false });
  return {
    async read() {
      const next: IteratorResult<Uint8Array, undefined> = await chunks.next().catch((error: unknown) => {
        throw new PlatformError("the connection was lost", { cause: error });
      });
      return next.done === true ? undefined : next.value;
    },
    write: (bytes) =>
      new Promise((done, fail) => {
        output.write(bytes, (error) =>
          error ? fail(new PlatformError("the other side is gone", { cause: error })) : done(),
        );
      }),
    close: end,
  };
}

/**
 * The absolute path of a program. Only absolute folders of `PATH` count: what lies in the folder that it runs in, where anyone may
 * put files, must not be started.
 */
function findProgram(program: string): string {
  if (process.platform === "win32" || program.includes("/")) return program;
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => isAbsolute(folder));
  const path = folders.map((folder) => join(folder, program)).find(isExecutable);
  if (path !== undefined) return path;
  throw new PlatformError(`exec: "${program}": executable file not found in $PATH`, { notFound: true });
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

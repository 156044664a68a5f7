import { fstatSync, writeSync } from "node:fs";
import { PlatformError } from "../platform/platform.ts";
import { brokenPipeExitCode } from "./exit-codes.ts";
import type { OutputStream } from "./run.ts";
import { isSystemError, systemReason } from "./system-error.ts";

/**
 * Standard output or standard error of this process. It is written to by calls of the system: Node's stream takes a few milliseconds to
 * open. It is opened where the other side does not take all at once, and on Windows, whose consoles want more than bytes.
 */
export class StandardOutput implements OutputStream {
  readonly #descriptor: 1 | 2;
  readonly #openStream: () => NodeJS.WriteStream;
  #stream: NodeJS.WriteStream | undefined;
  #isTerminal: boolean | undefined;

  /** @param openStream - gives the stream on the descriptor */
  constructor(descriptor: 1 | 2, openStream: () => NodeJS.WriteStream) {
    this.#descriptor = descriptor;
    this.#openStream = openStream;
  }

  get isTerminal(): boolean {
    this.#isTerminal ??= isTerminal(this.#descriptor);
    return this.#isTerminal;
  }

  /** @throws PlatformError when it cannot be written to; ends the process when its reader is gone */
  write(content: string | Uint8Array): void {
    const bytes = typeof content === "string" ? Buffer.from(content) : content;
    // What a stream still holds goes out first.
    const rest = this.#stream === undefined && process.platform !== "win32" ? this.#writeNow(bytes) : bytes;
    if (rest.length === 0) return;
    this.#stream ??= this.#openStream().on("error", endQuietlyOnBrokenPipe);
    this.#stream.write(rest);
  }

  /** Fulfilled when everything that was written has gone out. */
  async flushed(): Promise<void> {
    const stream = this.#stream;
    if (stream !== undefined) await new Promise<void>((done) => stream.write("", () => done()));
  }

  /** Writes as much as the other side takes, and gives the rest. */
  #writeNow(bytes: Uint8Array): Uint8Array {
    let offset = 0;
    try {
      while (offset < bytes.length) offset += writeSync(this.#descriptor, bytes, offset);
    } catch (error) {
      if (!isSystemError(error)) throw error;
      if (error.code === "EPIPE" || error.code === "EIO") endQuietlyOnBrokenPipe(error);
      if (error.code !== "EAGAIN") throw writeFailed(this.#descriptor, error);
    }
    return bytes.subarray(offset);
  }
}

/** Whether a person is there. What is no device is no terminal, and need not load the module that knows terminals. */
function isTerminal(descriptor: number): boolean {
  const mayBe = process.platform === "win32" || fstatSync(descriptor).isCharacterDevice();
  return mayBe && process.getBuiltinModule("node:tty").isatty(descriptor);
}

/** A reader that has gone away, such as `head` or a terminal that was closed, is nothing to speak of. */
function endQuietlyOnBrokenPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE" && error.code !== "EIO") throw error;
  process.exit(brokenPipeExitCode);
}

function writeFailed(descriptor: 1 | 2, error: Parameters<typeof systemReason>[0]): PlatformError {
  const name = descriptor === 1 ? "stdout" : "stderr";
  return new PlatformError(`write /dev/${name}: ${systemReason(error)}`, { cause: error });
}

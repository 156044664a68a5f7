import { execFileSync } from "node:child_process";
import { constants, openSync } from "node:fs";
import { Socket } from "node:net";
import { SopsError } from "../errors.ts";
import { isSystemError } from "./system-error.ts";

/** How often a pipe is tried that nobody has opened yet, in milliseconds: more and more seldom. */
const firstWaitMs = 1;
const longestWaitMs = 50;

/** A named pipe that hands its content to the first program that reads it. */
export class NamedPipe {
  readonly #path: string;
  readonly #content: Uint8Array;
  #timer: NodeJS.Timeout | undefined;
  #writer: Socket | undefined;

  /**
   * Makes a pipe that only its owner can open.
   *
   * @throws SopsError `GENERIC`
   */
  constructor(path: string, content: Uint8Array) {
    this.#path = path;
    this.#content = content;
    makePipe(path);
    this.#offer(firstWaitMs);
  }

  /** Stops offering, also in the middle. The pipe itself stays. */
  close(): void {
    clearTimeout(this.#timer);
    this.#writer?.destroy();
  }

  /** A writer that waits for a reader would keep this process from ending, so it looks now and then whether there is one. */
  #offer(waitMs: number): void {
    try {
      this.#write(openSync(this.#path, constants.O_WRONLY | constants.O_NONBLOCK));
    } catch (error) {
      if (!isSystemError(error)) throw error;
      // Any other failure means that the pipe is gone, and with it who could read it.
      if (error.code !== "ENXIO") return;
      this.#timer = setTimeout(() => this.#offer(Math.min(waitMs * 1.5, longestWaitMs)), waitMs);
    }
  }

  #write(descriptor: number): void {
    this.#writer = new Socket({ fd: descriptor, readable: false, writable: true });
    // A reader may stop before the end; what comes of that is its own matter.
    this.#writer.on("error", () => undefined);
    this.#writer.end(this.#content);
  }
}

function makePipe(path: string): void {
  try {
    execFileSync("mkfifo", ["-m", "600", path], { stdio: ["ignore", "ignore", "pipe"] });
  } catch (error) {
    const reason = isSystemError(error) && error.code === "ENOENT" ? "there is no program mkfifo" : "mkfifo failed";
    throw new SopsError("GENERIC", `cannot make the named pipe ${path}: ${reason}`, {
      cause: error,
      hint: "--no-fifo uses a regular file.",
    });
  }
}

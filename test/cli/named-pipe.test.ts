import { execFile } from "node:child_process";
import { closeSync, constants, openSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { NamedPipe } from "../../src/cli/named-pipe.ts";
import { withTemporaryDirectory } from "../support/temporary-directory.ts";

const runProgram = promisify(execFile);
const pause = (ms: number): Promise<unknown> => new Promise((done) => setTimeout(done, ms));

const withPipe = (content: Uint8Array, use: (path: string, pipe: NamedPipe) => Promise<void>): Promise<void> =>
  withTemporaryDirectory(async (folder) => {
    const path = join(folder, "pipe");
    const pipe = new NamedPipe(path, content);
    try {
      await use(path, pipe);
    } finally {
      pipe.close();
    }
  });

describe.runIf(process.platform !== "win32")("a named pipe", () => {
  it.each([0, 1, 65_536, 65_537, 3_000_000])("hands %i bytes to its first reader", (length) =>
    withPipe(Buffer.alloc(length, "x"), async (path) => {
      expect(statSync(path).mode & 0o777).toBe(0o600);
      const { stdout } = await runProgram("cat", [path], { maxBuffer: 10_000_000 });
      expect(stdout.length).toBe(length);
    }),
  );

  it("waits for a reader", () =>
    withPipe(Buffer.from("content"), async (path) => {
      await pause(150);
      expect((await runProgram("cat", [path])).stdout).toBe("content");
    }));

  it("can be closed though nobody ever reads, or before everything is read", () =>
    withPipe(Buffer.alloc(3_000_000), async (path, pipe) => {
      const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
      await pause(100);
      pipe.close();
      closeSync(descriptor);
    }));

  it("does not mind that it is removed", () =>
    withPipe(Buffer.from("content"), async (path) => {
      rmSync(path);
      await pause(100);
    }));

  it("cannot be where something is", () =>
    withPipe(Buffer.from("content"), async (path) => {
      expect(() => new NamedPipe(path, Buffer.from("other"))).toThrow(
        `cannot make the named pipe ${path}: mkfifo failed`,
      );
    }));
});

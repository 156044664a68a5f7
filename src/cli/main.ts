import { platform } from "#platform";
import { brokenPipeExitCode } from "./exit-codes.ts";
import { run, type OutputStream } from "./run.ts";
import { SharedInput } from "./shared-input.ts";
import { StandardInput } from "./standard-input.ts";

/** A standard stream of this process, opened when it is first needed: that takes a few milliseconds. */
class StandardStream implements OutputStream {
  readonly #open: () => NodeJS.WriteStream;
  #opened: NodeJS.WriteStream | undefined;

  constructor(open: () => NodeJS.WriteStream) {
    this.#open = open;
  }

  get isTerminal(): boolean {
    return this.#stream().isTTY === true;
  }

  write(content: string | Uint8Array): void {
    this.#stream().write(content);
  }

  #stream(): NodeJS.WriteStream {
    this.#opened ??= this.#open().on("error", endQuietlyOnBrokenPipe);
    return this.#opened;
  }
}

/** A reader that has gone away, such as `head` or a terminal that was closed, is nothing to speak of. */
function endQuietlyOnBrokenPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE" && error.code !== "EIO") throw error;
  process.exit(brokenPipeExitCode);
}

const stdin = new StandardInput(() => new SharedInput(process.stdin));

process.exitCode = await run(process.argv.slice(2), {
  platform,
  stdout: new StandardStream(() => process.stdout),
  stderr: new StandardStream(() => process.stderr),
  readStdin: () => stdin.readAll(),
  readLine: () => stdin.readLine(),
});
await stdin.close();

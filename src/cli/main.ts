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

  /** Fulfilled when everything that was written has gone out. */
  async flushed(): Promise<void> {
    const stream = this.#opened;
    if (stream !== undefined) await new Promise<void>((done) => stream.write("", () => done()));
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

/**
 * Notices of packages about the Node that they will want are for whoever installs them, not for whoever opens a file; and where there
 * are no credentials of Google Cloud, the error says it.
 */
function withoutNotices(emitWarning: typeof process.emitWarning): typeof process.emitWarning {
  return (warning: string | Error, ...rest: unknown[]) => {
    if (String(warning).startsWith("NodeVersionSupportWarning") || rest[0] === "MetadataLookupWarning") return;
    Reflect.apply(emitWarning, process, [warning, ...rest]);
  };
}

process.emitWarning = withoutNotices(process.emitWarning);

const stdout = new StandardStream(() => process.stdout);
const stderr = new StandardStream(() => process.stderr);

process.exitCode = await run(process.argv.slice(2), {
  platform,
  stdout,
  stderr,
  readStdin: () => stdin.readAll(),
  readLine: () => stdin.readLine(),
});
await stdin.close();
await Promise.all([stdout.flushed(), stderr.flushed()]);
// Nobody waits any more for the service whose time was over, but a client of it may still listen.
process.exit();

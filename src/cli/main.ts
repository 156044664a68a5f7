import { platform } from "#platform";
import { brokenPipeExitCode } from "./exit-codes.ts";
import { run, type OutputStream } from "./run.ts";

/** A standard stream of this process; opened on first use, which costs a few milliseconds of start-up. */
function outputStream(open: () => NodeJS.WriteStream): OutputStream {
  return {
    write: (content) => void open().write(content),
    get isTerminal() {
      return open().isTTY === true;
    },
  };
}

/** A reader that has gone away, such as `head`, is no error to speak of. */
function endOnBrokenPipe(stream: NodeJS.WriteStream): NodeJS.WriteStream {
  if (stream.listenerCount("error") > 0) return stream;
  return stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit(brokenPipeExitCode);
  });
}

async function readStdin(): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}

process.exitCode = await run(process.argv.slice(2), {
  platform,
  stdout: outputStream(() => endOnBrokenPipe(process.stdout)),
  stderr: outputStream(() => endOnBrokenPipe(process.stderr)),
  readStdin,
});

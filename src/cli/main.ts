import { platform } from "#platform";
import { run } from "./run.ts";
import { SharedInput } from "./shared-input.ts";
import { StandardInput } from "./standard-input.ts";
import { StandardOutput } from "./standard-output.ts";

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

const stdout = new StandardOutput(1, () => process.stdout);
const stderr = new StandardOutput(2, () => process.stderr);

async function main(): Promise<void> {
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
}

void main();

import { resolve } from "node:path";
import { type CliIo, type OutputStream, run } from "../../src/cli/run.ts";
import { StandardInput } from "../../src/cli/standard-input.ts";
import { platform as realPlatform } from "../../src/platform/node.ts";
import { PlatformError, type Platform } from "../../src/platform/platform.ts";
import { pipedPrograms } from "./piped-programs.ts";
import { findProgram } from "./programs.ts";
import { type CommandRunner, type Invocation, programRunner } from "./command-runner.ts";

/** Runs sops-ts in this process, with the invocation's directory and environment in place of the process's own. */
export const runInProcess: CommandRunner = async (invocation) => {
  const stdout: Uint8Array[] = [];
  const stderr: Uint8Array[] = [];
  const status = await run(invocation.args, {
    platform: isolatedPlatform(invocation),
    stdout: collect(stdout),
    stderr: collect(stderr),
    ...inputOf(invocation.stdin ?? new Uint8Array()),
    programs: pipedPrograms(invocation, { stdout, stderr }),
  });
  return { status, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString("utf8") };
};

function collect(into: Uint8Array[]): OutputStream {
  return { isTerminal: false, write: (content) => void into.push(Buffer.from(content)) };
}

/** Standard input with this content. */
export function inputOf(content: Uint8Array): Pick<CliIo, "readStdin" | "readLine"> {
  const input = new StandardInput(async function* () {
    yield content;
  });
  return { readStdin: () => input.readAll(), readLine: () => input.readLine() };
}

/** A platform whose environment, home and working directory are the invocation's, on the real file system. */
export function isolatedPlatform({ directory, env }: Pick<Invocation, "directory" | "env">): Platform {
  const inDirectory = (path: string): string => resolve(directory, path);
  return {
    os: realPlatform.os,
    env: (name) => env[name],
    workingDirectory: () => directory,
    homeDirectory: () => env["HOME"],
    hostName: () => realPlatform.hostName(),
    readFile: (path) => realPlatform.readFile(inDirectory(path)),
    readFileIfExists: (path) => realPlatform.readFileIfExists(inDirectory(path)),
    writeFile: (path, content) => realPlatform.writeFile(inDirectory(path), content),
    run: async ([name = "", ...args], options = {}) => {
      const program = findProgram(name);
      if (program === undefined) throw new PlatformError(`${name}: not found`, { notFound: true });
      const invocation = { args, directory, env: { ...env, ...options.env }, stdin: options.stdin ?? new Uint8Array() };
      const outcome = await programRunner([program])(invocation);
      return { ...outcome, stderr: new TextEncoder().encode(outcome.stderr) };
    },
    start: realPlatform.start,
    connect: realPlatform.connect,
    askSecret: noTerminal,
    ask: noTerminal,
    tell: noTerminal,
    terminalName: () => undefined,
  };
}

async function noTerminal(): Promise<never> {
  throw new PlatformError("there is no terminal");
}

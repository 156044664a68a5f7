import { spawn } from "node:child_process";
import { sopsTsCommand } from "./built-program.ts";
import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";

const timeoutMs = 60_000;

/** An interactive shell at a pseudo-terminal. */
export interface Shell {
  /** util-linux's `script`, which makes the terminal. */
  readonly script: string;
  readonly command: readonly string[];
  readonly directory: string;
  /** Added to a small environment; the prompt must be `prompt`. */
  readonly env: Readonly<Record<string, string>>;
}

/** The prompt that a session waits for. */
export const prompt = "ready> ";

/** Types one line after the other, each once the shell asks for it, then ends the shell; gives all that was shown. */
export function typeInto(shell: Shell, lines: readonly string[]): Promise<string> {
  const words = shell.command.map((word) => `'${word}'`).join(" ");
  const child = spawn(shell.script, ["-qec", words, "/dev/null"], {
    cwd: shell.directory,
    env: { PATH: process.env["PATH"] ?? "", TERM: "dumb", HOME: shell.directory, LC_ALL: "C.UTF-8", ...shell.env },
    stdio: "pipe",
  });
  const rest = [...lines, "exit\r"];
  let shown = "";
  let seen = 0;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill("SIGKILL");
      reject(new Error(`the shell did not end: ${JSON.stringify(shown)}`));
    }, timeoutMs);
    child.stdout.on("data", (chunk: Buffer) => {
      shown += chunk.toString();
      const at = shown.indexOf(prompt, seen);
      if (at === -1) return;
      seen = at + prompt.length;
      child.stdin.write(rest.shift() ?? "");
    });
    child.once("close", () => {
      clearTimeout(timer);
      resolve(shown.replaceAll("\r", ""));
    });
  });
}

/** Puts a program `sops-ts` into a folder, which starts what is being tested. */
export async function installSopsTs(folder: string, command: readonly string[] = sopsTsCommand()): Promise<void> {
  const words = command.map((word) => `'${word}'`);
  const path = join(folder, "sops-ts");
  await writeFile(path, `#!/bin/sh\nexec ${words.join(" ")} "$@"\n`);
  await chmod(path, 0o755);
}

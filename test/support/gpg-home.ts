import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A fresh home directory of gpg. */
export interface GpgHome {
  readonly path: string;
  /** Runs gpg there without asking anything. */
  gpg(words: readonly string[], input?: string | Uint8Array): Buffer;
}

/** Calls `use` with an empty home directory of gpg (mode 0700); ends its agent and removes it afterwards. */
export async function withGpgHome<Result>(use: (home: GpgHome) => Promise<Result>): Promise<Result> {
  // The socket of gpg's agent is in there, and its path must be short.
  const path = await mkdtemp(join(tmpdir(), "gpg-"));
  // The least work for each passphrase; gpg would measure how much the machine can do.
  await writeFile(join(path, "gpg-agent.conf"), "s2k-count 65536\n");
  try {
    return await use(gpgHomeAt(path));
  } finally {
    endGpgAgent(path);
    await rm(path, { recursive: true, force: true });
  }
}

/** Makes `path` a home directory of gpg. Its agent is the caller's to end. */
export async function makeGpgHome(path: string): Promise<GpgHome> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  return gpgHomeAt(path);
}

/** Ends the agent and what else gpg has started for a home directory. */
export function endGpgAgent(path: string): void {
  execFileSync("gpgconf", ["--kill", "all"], { env: environment(path), stdio: "ignore" });
}

function gpgHomeAt(path: string): GpgHome {
  return {
    path,
    gpg: (words, input = "") =>
      execFileSync("gpg", ["--batch", "--quiet", ...words], {
        env: environment(path),
        input,
        stdio: ["pipe", "pipe", "pipe"],
      }),
  };
}

function environment(path: string): Record<string, string> {
  return { PATH: process.env["PATH"] ?? "", HOME: path, GNUPGHOME: path };
}

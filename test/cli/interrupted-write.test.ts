import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { describe, expect, it } from "vitest";
import { decryptBytes, encryptBytes } from "../../src/sops.ts";
import { sopsTsCommand } from "../support/built-program.ts";
import { corpusText, recipient } from "../support/cli-case.ts";
import { withTemporaryDirectory } from "../support/temporary-directory.ts";

/*
 * A write that is interrupted at any moment leaves the old or the new file. The moments are random; so that many of them lie
 * within a write, one child process does nothing but write.
 */

const writerSource = fileURLToPath(new URL("../support/writes-forever.ts", import.meta.url));
const identities = [corpusText("keys/alice.txt")];
const env = { PATH: process.env["PATH"] ?? "", SOPS_AGE_KEY: identities.join("") };

function start(command: readonly string[], folder: string): ChildProcess {
  const [program = "", ...args] = command;
  return spawn(program, args, { cwd: folder, env, stdio: ["ignore", "pipe", "ignore"] });
}

const ended = (child: ChildProcess): Promise<unknown> => new Promise((done) => child.on("close", done));
const pause = (ms: number): Promise<unknown> => new Promise((done) => setTimeout(done, ms));

/** Every file of a folder but the target must be closed to other people; gives how many there are. */
function leftovers(folder: string, target: string): number {
  const others = readdirSync(folder).filter((name) => name !== target);
  for (const name of others) expect(statSync(join(folder, name)).mode & 0o077, `mode of ${name}`).toBe(0);
  return others.length;
}

/** Calls `use` with a program that writes to the file it is given, as one script: that starts soonest. */
function withWriter(use: (folder: string, command: readonly string[]) => Promise<void>): Promise<void> {
  return withTemporaryDirectory(async (root) => {
    const script = join(root, "writer.mjs");
    await build({ entryPoints: [writerSource], outfile: script, bundle: true, platform: "node", format: "esm" });
    const folder = join(root, "folder");
    mkdirSync(folder);
    await use(folder, [process.execPath, script, join(folder, "file")]);
  });
}

async function interruptWriter(folder: string, command: readonly string[], signal: NodeJS.Signals): Promise<void> {
  const path = join(folder, "file");
  writeFileSync(path, Buffer.alloc(2_000_000, "b"), { mode: 0o600 });
  const child = start(command, folder);
  const end = ended(child);
  await new Promise((done) => child.stdout?.once("data", done));
  await pause(Math.random() * 40);
  child.kill(signal);
  await end;
  const content = readFileSync(path);
  const [first] = content;
  expect(content.length).toBe(first === 0x61 ? 3_000_000 : 2_000_000);
  expect(content.every((byte) => byte === first)).toBe(true);
  expect(statSync(path).mode & 0o777).toBe(0o600);
}

describe("a write that is interrupted", () => {
  it("by SIGKILL leaves one of the contents, and nothing that others could read", () =>
    withWriter(async (folder, command) => {
      for (let run = 0; run < 12; run++) {
        await interruptWriter(folder, command, "SIGKILL");
        leftovers(folder, "file");
      }
    }));

  it.each<NodeJS.Signals>(["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT"])(
    "by %s leaves one of the contents, and nothing else",
    (signal) =>
      withWriter(async (folder, command) => {
        for (let run = 0; run < 3; run++) {
          await interruptWriter(folder, command, signal);
          expect(leftovers(folder, "file")).toBe(0);
        }
      }),
  );
});

describe("a command that is interrupted", () => {
  it("leaves the old file or the new one", { timeout: 90_000 }, () =>
    withTemporaryDirectory(async (folder) => {
      const plain = Buffer.alloc(1_500_000, "secret ");
      const keyGroups = [[{ kind: "age", recipient: recipient("alice"), enc: "" } as const]];
      const old = await encryptBytes(plain, { format: "binary", keyGroups });
      const path = join(folder, "file");
      writeFileSync(path, old, { mode: 0o600 });
      const command = [...sopsTsCommand(), "rotate", "-i", "file"];
      const began = performance.now();
      expect(await ended(start(command, folder)), "exit status without an interruption").toBe(0);
      const fullMs = performance.now() - began;
      let current = readFileSync(path);
      expect(current.equals(old)).toBe(false);
      for (let run = 0; run < 6; run++) {
        const child = start(command, folder);
        const end = ended(child);
        await pause(fullMs * (0.5 + Math.random() * 0.6));
        child.kill("SIGKILL");
        await end;
        leftovers(folder, "file");
        const after = readFileSync(path);
        if (after.equals(current)) continue;
        const options = { format: "binary", identities, onlyGivenIdentities: true } as const;
        expect(Buffer.from(await decryptBytes(after, options)).equals(plain)).toBe(true);
        current = after;
      }
    }),
  );
});

import { chmodSync, cpSync, existsSync, readFileSync, statSync } from "node:fs";
import { realpath } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runInProcess } from "./support/in-process.ts";
import { nixCases, replayNixCase, titleOf } from "./support/nix-case.ts";
import { nixCorpusFolder } from "./support/nix-corpus-folder.ts";
import { nixCorpusText } from "./support/nix-corpus.ts";
import { findProgram } from "./support/programs.ts";
import { withTemporaryDirectory } from "./support/temporary-directory.ts";

/*
 * What the programs of the NixOS setup did, replayed in this process. Cases for the whole system need root and a mount
 * namespace: the interop tests have them.
 */

/** Cases in which we differ on purpose, and why. */
const departures = new Map([
  ["26-quirks", "nested keys of JSON files work, and without a manifest the exit status is 1"],
]);

describe("the installer's cases, for a user:", () => {
  for (const theCase of nixCases().filter(({ needs }) => needs === undefined)) {
    const reason = departures.get(theCase.name);
    const missing = (theCase.programs ?? []).filter((program) => findProgram(program) === undefined);
    it(titleOf(theCase), async (context) => {
      if (reason !== undefined) return context.skip(reason);
      if (missing.length > 0) return context.skip(`${missing.join(", ")} not found`);
      await withTemporaryDirectory(async (directory) => {
        expect(await replayNixCase(theCase, await realpath(directory), runInProcess, false)).toEqual([]);
      });
    });
  }
});

interface Outcome {
  readonly exit: number;
  readonly stdout?: string;
  readonly stdoutLike?: string;
  readonly files?: Readonly<Record<string, { readonly text: string; readonly mode: string }>>;
  readonly filesLike?: Readonly<Record<string, { readonly text: string; readonly mode: string }>>;
}

interface Vector extends Outcome {
  readonly name: string;
  readonly args?: readonly string[];
  readonly stdin?: string;
  readonly stdinText?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly chmod?: Readonly<Record<string, string>>;
  readonly stderrHas?: readonly string[];
  readonly better?: Outcome;
}

describe.each([
  ["ssh-to-age", "ssh-to-age"],
  ["age-keygen", "keygen"],
])("the command lines of %s:", (command, folder) => {
  const { cli } = JSON.parse(nixCorpusText(`${folder}/vectors.json`)) as { cli: readonly Vector[] };
  it.each(cli)("$name", async (vector) => {
    await withTemporaryDirectory(async (directory) => {
      cpSync(join(nixCorpusFolder, folder), directory, { recursive: true });
      for (const [name, mode] of Object.entries(vector.chmod ?? {}))
        chmodSync(join(directory, name), parseInt(mode, 8));
      const stdin =
        vector.stdin === undefined ? Buffer.from(vector.stdinText ?? "") : readFileSync(join(directory, vector.stdin));
      const env = { HOME: join(directory, "home"), ...vector.env };
      const outcome = await runInProcess({ args: [command, ...(vector.args ?? [])], directory, env, stdin });
      for (const part of vector.stderrHas ?? []) expect(outcome.stderr).toContain(part);
      expect(outcome.stderr).not.toMatch(/SECRET-KEY|PRIVATE KEY-|b3BlbnNzaC1rZXk/);
      const found = { status: outcome.status, stdout: Buffer.from(outcome.stdout).toString("utf8") };
      const accepted = [vector, vector.better].filter((candidate) => candidate !== undefined);
      const problems = accepted.map((candidate) => differences(candidate, found, directory));
      expect(problems.find((list) => list.length === 0) ?? problems).toEqual([]);
    });
  });
});

function differences(wanted: Outcome, found: { status: number; stdout: string }, directory: string): string[] {
  const like = (text: string, pattern: string): boolean => new RegExp(`^(?:${pattern})$`).test(text);
  const problems: string[] = [];
  if (found.status !== wanted.exit) problems.push(`exit ${found.status} and not ${wanted.exit}`);
  if (wanted.stdout !== undefined && found.stdout !== wanted.stdout) problems.push(`stdout ${found.stdout}`);
  if (wanted.stdoutLike !== undefined && !like(found.stdout, wanted.stdoutLike)) problems.push("stdout is unlike");
  for (const [name, file] of Object.entries({ ...wanted.files, ...wanted.filesLike })) {
    const path = join(directory, name);
    if (!existsSync(path)) return [...problems, `no file ${name}`];
    const text = readFileSync(path, "utf8");
    const fits = wanted.files === undefined ? like(text, file.text) : text === file.text;
    if (!fits) problems.push(`file ${name} holds ${text}`);
    if ((statSync(path).mode & 0o777) !== parseInt(file.mode, 8)) problems.push(`mode of ${name}`);
  }
  return problems;
}

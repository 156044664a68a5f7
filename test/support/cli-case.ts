import { readFileSync } from "node:fs";
import { chmod, mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect } from "vitest";
import type { CommandRunner } from "./command-runner.ts";
import { corpusFolder } from "./corpus.ts";
import { withTemporaryDirectory } from "./temporary-directory.ts";

/** What a command line leaves behind. Texts are compared whole, expressions must match, of `stderr` each part must occur. */
export interface Expectation {
  /** Default: 0. */
  readonly status?: number;
  /** Default: nothing. */
  readonly stdout?: string | RegExp;
  /** Default: nothing at all. */
  readonly stderr?: readonly (string | RegExp)[];
  /** Files afterwards: their text, something in it, or that there is none. All others must be as before. */
  readonly files?: Readonly<Record<string, string | RegExp | undefined>>;
  /** Mode bits of files afterwards. */
  readonly modes?: Readonly<Record<string, number>>;
  /** A second command line, to look at what the first one wrote. */
  readonly afterwards?: { readonly args: readonly string[] } & Expectation;
}

/** A command line and what it does; the same table is held against sops-ts and against the real sops. */
export interface CliCase extends Expectation {
  /** A sentence about behaviour; unique in its table. */
  readonly name: string;
  readonly args: readonly string[];
  /** Files of the working directory. */
  readonly before?: Readonly<Record<string, string>>;
  /** Mode bits of these files; default: 0644. */
  readonly beforeModes?: Readonly<Record<string, number>>;
  /** Added to the environment; undefined takes a variable away, `{dir}` stands for the working directory. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Standard input; default: nothing. */
  readonly stdin?: string;
  /** What the real sops does otherwise, and why we do not do the same. */
  readonly sops?: Expectation & { readonly departure: string };
}

const keys = JSON.parse(readFileSync(join(corpusFolder, "keys", "keys.json"), "utf8")) as Record<
  string,
  { readonly recipient: string } | undefined
>;

/** The age recipient of a key of the corpus. */
export function recipient(name: string): string {
  return keys[name]?.recipient ?? expect.fail(`no key ${name} in the corpus`);
}

/** A file of the corpus, such as `commands/extract-item/f.yaml`. */
export function corpusText(path: string): string {
  return readFileSync(join(corpusFolder, path), "utf8");
}

/** Runs a command line in a fresh directory and checks what it leaves behind. */
export async function checkCliCase(theCase: CliCase, runner: CommandRunner, expected: Expectation): Promise<void> {
  await withTemporaryDirectory(async (root) => {
    const directory = join(root, "work");
    await mkdir(directory);
    await mkdir(join(root, "home"));
    const before = theCase.before ?? {};
    for (const [name, content] of Object.entries(before)) {
      await mkdir(dirname(join(directory, name)), { recursive: true });
      await writeFile(join(directory, name), content);
      await chmod(join(directory, name), theCase.beforeModes?.[name] ?? 0o644);
    }
    const world = { directory, env: environment(root, theCase.env ?? {}) };
    const run = async (args: readonly string[], expectation: Expectation, stdin: string): Promise<void> => {
      const outcome = await runner({ ...world, args, stdin: new TextEncoder().encode(stdin) });
      const stdout = new TextDecoder().decode(outcome.stdout);
      expect({ status: outcome.status, stderr: outcome.stderr }).toMatchObject({ status: expectation.status ?? 0 });
      expectText(stdout, expectation.stdout ?? "", "standard output");
      if (expectation.stderr === undefined) expect(outcome.stderr, "standard error").toBe("");
      for (const part of expectation.stderr ?? []) expectPart(outcome.stderr, fill(part, directory));
    };
    await run(theCase.args, expected, theCase.stdin ?? "");
    await expectFiles(directory, { ...before, ...expected.files });
    for (const [name, mode] of Object.entries(expected.modes ?? {})) {
      expect((await stat(join(directory, name))).mode & 0o777, `mode of ${name}`).toBe(mode);
    }
    if (expected.afterwards !== undefined) await run(expected.afterwards.args, expected.afterwards, "");
  });
}

function environment(root: string, changes: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const home = join(root, "home");
  const env: Record<string, string | undefined> = {
    PATH: process.env["PATH"] ?? "",
    HOME: home,
    XDG_CONFIG_HOME: join(home, "config"),
    TMPDIR: home,
    SOPS_DISABLE_VERSION_CHECK: "1",
    SOPS_AGE_KEY_FILE: join(corpusFolder, "keys", "alice.txt"),
    ...changes,
  };
  const given = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(given.map(([name, value]) => [name, value.replaceAll("{dir}", join(root, "work"))]));
}

async function expectFiles(
  directory: string,
  files: Readonly<Record<string, string | RegExp | undefined>>,
): Promise<void> {
  for (const [name, wanted] of Object.entries(files)) {
    const content = await readFile(join(directory, name), "utf8").catch(() => undefined);
    if (wanted === undefined || content === undefined) expect(content, `content of ${name}`).toBe(wanted);
    else expectText(content, wanted, `content of ${name}`);
  }
}

/** `{dir}` stands for the working directory. */
function fill(part: string | RegExp, directory: string): string | RegExp {
  return typeof part === "string" ? part.replaceAll("{dir}", directory) : part;
}

function expectText(text: string, wanted: string | RegExp, what: string): void {
  if (typeof wanted === "string") expect(text, `${what}`).toBe(wanted);
  else expect(text, `${what}`).toMatch(wanted);
}

function expectPart(text: string, part: string | RegExp): void {
  if (typeof part === "string") expect(text).toContain(part);
  else expect(text).toMatch(part);
}

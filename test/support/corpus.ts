import { cp, readFile, rm, writeFile } from "node:fs/promises";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readKey } from "openpgp";
import { endGpgAgent, makeGpgHome } from "./gpg-home.ts";
import { withTemporaryDirectory } from "./temporary-directory.ts";
import type { CommandRunner, Outcome } from "./command-runner.ts";

/** The folders of cases; the README of the first says what the fields of a case mean. */
export const corpusFolder = fileURLToPath(new URL("../../fixtures/corpus", import.meta.url));
export const fuzzCasesFolder = fileURLToPath(new URL("../../fixtures/fuzz", import.meta.url));

interface CaseBase {
  /** Where the case and its files are. */
  readonly folder: string;
  readonly family: string;
  readonly name: string;
  readonly what: string;
  readonly keys: readonly string[];
  readonly args: readonly string[];
  readonly exit: number;
  readonly stderr?: string;
}

export interface EncryptCase extends CaseBase {
  readonly kind: "encrypt";
  readonly plain: string;
  readonly encrypted: string;
  readonly decrypt_args: readonly string[];
  readonly decrypt_exit: number;
  readonly decrypted?: string;
}

export interface EndCase extends CaseBase {
  readonly kind: "fails" | "passes";
  /** Default: nothing. */
  readonly stdout?: string;
}

export interface CommandCase extends CaseBase {
  readonly kind: "command";
  readonly file: string;
  readonly stdin: string | null;
  readonly stdout: string;
  readonly compare: "decrypt" | "metadata" | "bytes";
  readonly changed: boolean;
  readonly after_exit?: number;
  readonly kept_ciphertexts?: number;
}

export type CorpusCase = EncryptCase | EndCase | CommandCase;

interface CorpusKey {
  readonly type: "age" | "age-ssh" | "age-passphrase" | "pgp";
  readonly file: string;
  readonly plain?: string;
}

/** Every case below a folder, by family and name. */
export function readCases(top: string): CorpusCase[] {
  return readdirSync(top, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.name === "case.json")
    .map((entry) => readCase(entry.parentPath))
    .toSorted((a, b) => (caseName(a) < caseName(b) ? -1 : 1));
}

/** The case of one folder. */
export function readCase(folder: string): CorpusCase {
  const fields = JSON.parse(readFileSync(join(folder, "case.json"), "utf8")) as Omit<CorpusCase, "folder">;
  return { ...fields, folder } as CorpusCase;
}

/** `family/name`. */
export function caseName(theCase: CorpusCase): string {
  return `${theCase.family}/${theCase.name}`;
}

/** Bytes of one of the case's files as sops left them. */
export function readCaseFile(theCase: CorpusCase, name: string): Promise<Uint8Array> {
  return readFile(join(theCase.folder, name));
}

/** A copy of a case's folder to work in, with the keys of the case at hand and an empty home directory. */
export interface Workspace {
  readonly directory: string;
  readonly home: string;
  /** Runs a command line in the copy. */
  run(runner: CommandRunner, args: readonly string[], options?: RunOptions): Promise<Outcome>;
  read(name: string): Promise<Uint8Array>;
  write(name: string, content: Uint8Array): Promise<void>;
  remove(name: string): Promise<void>;
}

interface RunOptions {
  readonly stdin?: string;
  /** Names of keys at hand; default: the case's. */
  readonly keys?: readonly string[];
}

/** Calls `use` with a fresh workspace for a case. */
export function withWorkspace<Result>(
  theCase: CorpusCase,
  use: (workspace: Workspace) => Promise<Result>,
): Promise<Result> {
  return withTemporaryDirectory(async (root) => {
    const directory = join(root, "work");
    const home = join(root, "home");
    await cp(theCase.folder, directory, { recursive: true });
    const { path: gnupg, gpg } = await makeGpgHome(join(home, "gnupg"));
    if (usesPgp(theCase)) gpg(["--import"], await pgpKeysFor(theCase));
    const done = use({
      directory,
      home,
      run: async (runner, args, options = {}) =>
        runner({
          args,
          directory,
          env: await environmentFor(options.keys ?? theCase.keys, home),
          stdin: new TextEncoder().encode(options.stdin ?? ""),
        }),
      read: (name) => readFile(join(directory, name)),
      write: (name, content) => writeFile(join(directory, name), content),
      remove: (name) => rm(join(directory, name)),
    });
    return done.finally(() => usesPgp(theCase) && endGpgAgent(gnupg));
  });
}

/** Whether a case needs gpg: something is encrypted for PGP keys, or only such a key opens the file. */
export function usesPgp(theCase: CorpusCase): boolean {
  const config = join(theCase.folder, ".sops.yaml");
  const rules = existsSync(config) ? readFileSync(config, "utf8") : "";
  return (
    theCase.keys.some((name) => name.startsWith("pgp_")) ||
    /--(?:\w+-)?pgp\b/.test(theCase.args.join(" ")) ||
    rules.includes("pgp:")
  );
}

/** The PGP keys of the corpus, armored: the case's own with their secret half, the others without. */
async function pgpKeysFor(theCase: CorpusCase): Promise<string> {
  const blocks = Object.entries(await readKeys())
    .filter(([, key]) => key.type === "pgp")
    .map(async ([name, key]) => {
      const armoredKey = await readFile(join(corpusFolder, "keys", key.file), "utf8");
      return theCase.keys.includes(name) ? armoredKey : (await readKey({ armoredKey })).toPublic().armor();
    });
  return (await Promise.all(blocks)).join("\n");
}

async function readKeys(): Promise<Record<string, CorpusKey>> {
  return JSON.parse(await readFile(join(corpusFolder, "keys", "keys.json"), "utf8")) as Record<string, CorpusKey>;
}

async function environmentFor(names: readonly string[], home: string): Promise<Record<string, string>> {
  const env: Record<string, string> = {
    PATH: process.env["PATH"] ?? "",
    HOME: home,
    XDG_CONFIG_HOME: join(home, "config"),
    TMPDIR: home,
    GNUPGHOME: join(home, "gnupg"),
    SOPS_DISABLE_VERSION_CHECK: "1",
  };
  const keys = await readKeys();
  const identities: string[] = [];
  for (const name of names) {
    const key = keys[name];
    if (key === undefined) throw new TypeError(`no key ${name} in the corpus`);
    const path = join(corpusFolder, "keys", key.plain ?? key.file);
    if (key.type === "age" || key.type === "age-passphrase") identities.push(await readFile(path, "utf8"));
    if (key.type === "age-ssh") env["SOPS_AGE_SSH_PRIVATE_KEY_FILE"] = path;
  }
  if (identities.length > 0) {
    const path = join(home, `${names.join("-")}.txt`);
    await writeFile(path, identities.join(""), { mode: 0o600 });
    env["SOPS_AGE_KEY_FILE"] = path;
  }
  return env;
}

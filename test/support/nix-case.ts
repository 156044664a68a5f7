import { createHash } from "node:crypto";
import { chmodSync, cpSync, existsSync, lstatSync, readdirSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { copyFileSync, lchownSync, mkdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { CommandRunner } from "./command-runner.ts";
import { nixCorpusFolder } from "./nix-corpus-folder.ts";

/*
 * Replays a manifest case of the corpus: its README says what the fields mean.
 */

/** A small change of the file system before a run. */
interface Operation {
  readonly op: "mkdir" | "write" | "symlink" | "rm" | "copy" | "chmod" | "chown";
  readonly path: string;
  readonly mode?: string;
  readonly text?: string;
  readonly base64?: string;
  readonly target?: string;
  readonly from?: string;
  readonly uid?: number;
  readonly gid?: number;
}

interface Step {
  readonly title?: string;
  readonly manifest?: string;
  readonly args?: readonly string[];
  readonly argsAfter?: readonly string[];
  readonly env?: Readonly<Record<string, string | null>>;
  readonly exit: number;
  readonly stdout: string;
  readonly stderrHas?: readonly string[];
  readonly pre?: readonly Operation[];
  readonly dry?: boolean;
}

/** A case of the installer. */
export interface NixCase {
  readonly name: string;
  readonly title: string;
  readonly needs?: "mountns";
  readonly tags?: readonly string[];
  readonly programs?: readonly string[];
  readonly passwd?: readonly string[];
  readonly group?: readonly string[];
  readonly env?: Readonly<Record<string, string | null>>;
  readonly setup?: readonly Operation[];
  readonly steps: readonly Step[];
}

/** The workflows of a NixOS user that a case shows; `nixos-workflows.test.ts` and `nixos-machine.test.ts` have all of them. */
const workflows: Readonly<Record<string, string>> = {
  "01-hm-yaml": "R32, R36",
  "02-formats": "R31, R32",
  "03-paths": "R33",
  "07-templates": "R35",
  "09-check-modes": "R36",
  "12-pgp-and-age": "R12",
  "50-seed-wakapi": "R28",
  "51-needed-for-users": "R30",
  "52-ownership": "R29, R33",
  "53-unit-lists": "R34",
  "54-dry-activate": "R34",
  "55-systemctl": "R34",
  "56-templates": "R35",
};

/** What a test of a case is called. */
export function titleOf({ name, title }: NixCase): string {
  const workflow = workflows[name];
  return `${workflow === undefined ? "" : `${workflow}: `}${name}: ${title}`;
}

/** What is at a path after a step. */
interface Entry {
  readonly type: string;
  readonly mode?: string;
  readonly uid: number | "self";
  readonly gid: number | "self";
  readonly target?: string;
  readonly sha256?: string;
  readonly mount?: { readonly fstype: string; readonly options: readonly string[] };
  readonly optional?: boolean;
}

type Tree = Readonly<Record<string, Entry>>;

const casesFolder = join(nixCorpusFolder, "cases");

/** All cases of the installer. */
export function nixCases(): readonly NixCase[] {
  return readdirSync(casesFolder)
    .toSorted()
    .map((name) => ({ name, ...readJson<Omit<NixCase, "name">>(join(casesFolder, name, "case.json")) }));
}

/**
 * Runs the steps of a case and compares what they leave behind.
 *
 * @param root - an empty directory, without links in its path
 * @param inNamespace - whether `/run` and the files of users are the case's own
 * @returns the differences, in words
 */
export async function replayNixCase(
  theCase: NixCase,
  root: string,
  runner: CommandRunner,
  inNamespace: boolean,
): Promise<readonly string[]> {
  const folder = join(casesFolder, theCase.name);
  const expected = readJson<readonly Tree[]>(join(folder, "tree.json"));
  const roots = [inNamespace ? "/run" : `${root}/run`, `${root}/home`, `${root}/out`];
  for (const path of [...roots.filter((below) => below !== "/run"), `${root}/in`]) mkdirSync(path, { recursive: true });
  if (existsSync(join(folder, "in"))) cpSync(join(folder, "in"), `${root}/in`, { recursive: true });
  protectKeys(`${root}/in`);
  for (const operation of theCase.setup ?? []) apply(operation, root);
  const differences: string[] = [];
  for (const [index, step] of theCase.steps.entries()) {
    for (const operation of step.pre ?? []) apply(operation, root);
    const before = snapshot(roots, root, inNamespace);
    const found = await runStep(theCase, step, root, runner, inNamespace);
    const after = snapshot(roots, root, inNamespace);
    const mayBeAsBefore = step.exit !== 0 || step.dry === true ? before : {};
    found.push(...compareTrees(expected[index] ?? {}, after, mayBeAsBefore));
    differences.push(...found.map((difference) => `step ${index + 1}: ${difference}`));
  }
  return differences;
}

async function runStep(
  theCase: NixCase,
  step: Step,
  root: string,
  runner: CommandRunner,
  inNamespace: boolean,
): Promise<string[]> {
  const fill = (text: string): string => text.replaceAll("@ROOT@", root);
  const args = ["install-secrets", ...(step.args ?? []).map(fill)];
  if (step.manifest !== undefined) {
    const text = readFileSync(join(casesFolder, theCase.name, step.manifest), "utf8");
    writeFileSync(`${root}/manifest.json`, fill(text));
    args.push(`${root}/manifest.json`);
  }
  args.push(...(step.argsAfter ?? []).map(fill));
  const inherited = { PATH: process.env["PATH"] ?? "", HOME: `${root}/home`, LC_ALL: "C.UTF-8", TZ: "UTC" };
  const given = { ...(inNamespace ? {} : { XDG_RUNTIME_DIR: `${root}/run` }), ...theCase.env, ...step.env };
  const env: Record<string, string> = { ...inherited };
  for (const [name, value] of Object.entries(given)) {
    if (value === null) delete env[name];
    else env[name] = fill(value).replaceAll("@PATH@", inherited.PATH);
  }
  const outcome = await runner({ args, directory: root, env });
  const stdout = Buffer.from(outcome.stdout).toString("utf8").replaceAll(root, "@ROOT@");
  const stderr = outcome.stderr.replaceAll(root, "@ROOT@");
  return [
    ...(outcome.status === step.exit ? [] : [`exit ${outcome.status} and not ${step.exit}: ${stderr}`]),
    ...(stdout === step.stdout ? [] : [`stdout ${JSON.stringify(stdout)} and not ${JSON.stringify(step.stdout)}`]),
    ...(step.stderrHas ?? []).filter((part) => !stderr.includes(part)).map((part) => `stderr lacks ${part}: ${stderr}`),
  ];
}

function apply(operation: Operation, root: string): void {
  const fill = (text = ""): string => text.replaceAll("@ROOT@", root);
  const path = fill(operation.path);
  const mode = operation.mode === undefined ? undefined : Number.parseInt(operation.mode, 8);
  mkdirSync(dirname(path), { recursive: true });
  switch (operation.op) {
    case "mkdir":
      mkdirSync(path, { recursive: true });
      break;
    case "write":
      writeFileSync(
        path,
        operation.base64 === undefined ? fill(operation.text) : Buffer.from(operation.base64, "base64"),
      );
      break;
    case "symlink":
      rmSync(path, { recursive: true, force: true });
      symlinkSync(fill(operation.target), path);
      break;
    case "rm":
      rmSync(path, { recursive: true, force: true });
      break;
    case "copy":
      copyFileSync(fill(operation.from), path);
      break;
    case "chown":
      lchownSync(path, operation.uid ?? 0, operation.gid ?? 0);
      break;
    case "chmod":
      break;
  }
  if (mode !== undefined) chmodSync(path, mode);
}

/** As whoever keeps private keys has them. */
function protectKeys(folder: string): void {
  for (const path of pathsBelow(folder)) {
    if (!statSync(path).isFile()) continue;
    if (readFileSync(path).subarray(0, 64).includes("PRIVATE KEY")) chmodSync(path, 0o600);
    else chmodSync(path, statSync(path).mode | 0o200);
  }
}

function snapshot(roots: readonly string[], root: string, inNamespace: boolean): Tree {
  const mounts = inNamespace ? mountPoints() : new Map<string, Entry["mount"]>();
  const paths = roots.flatMap((folder) => pathsBelow(folder)).filter((path) => !isOthers(path, root));
  return Object.fromEntries(
    paths.map((path) => [path.replace(root, "@ROOT@"), entryAt(path, root, inNamespace, mounts.get(path))]),
  );
}

/** What programs that are run leave for themselves: mount(8), and gpg. */
function isOthers(path: string, root: string): boolean {
  return [`/run/mount`, `${root}/home/.gnupg`].some((own) => path === own || path.startsWith(`${own}/`));
}

function entryAt(path: string, root: string, inNamespace: boolean, mount: Entry["mount"]): Entry {
  const stats = lstatSync(path);
  const id = (value: number, own: number | undefined): number | "self" =>
    !inNamespace && value === own ? "self" : value;
  const owner = { uid: id(stats.uid, process.getuid?.()), gid: id(stats.gid, process.getgid?.()) };
  const mode = (stats.mode & 0o7777).toString(8).padStart(4, "0");
  if (stats.isSymbolicLink()) {
    return { type: "symlink", ...owner, target: readlinkSync(path).replaceAll(root, "@ROOT@") };
  }
  if (stats.isDirectory()) return { type: "dir", mode, ...owner, ...(mount === undefined ? {} : { mount }) };
  const content = readFileSync(path, "latin1").replaceAll(root, "@ROOT@");
  return { type: "file", mode, ...owner, sha256: createHash("sha256").update(content, "latin1").digest("hex") };
}

function mountPoints(): Map<string, Entry["mount"]> {
  const lines = readFileSync("/proc/self/mountinfo", "utf8").trimEnd().split("\n");
  return new Map(
    lines.map((line) => {
      const [left = "", right = ""] = line.split(" - ");
      const [, , , , point = "", options = ""] = left.split(" ");
      const [fstype = ""] = right.split(" ");
      const telling = options.split(",").filter((option) => ["nodev", "noexec", "nosuid"].includes(option));
      return [point, point === "/run" ? undefined : { fstype, options: telling.toSorted() }];
    }),
  );
}

function pathsBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? [path, ...pathsBelow(path)] : [path];
  });
}

function compareTrees(expected: Tree, actual: Tree, before: Tree): string[] {
  const paths = [...new Set([...Object.keys(expected), ...Object.keys(actual)])].toSorted();
  return paths.flatMap((path) => {
    const [wanted, found, earlier] = [expected[path], actual[path], before[path]];
    if (wanted === undefined) return [`unexpected ${path}`];
    if (found === undefined) return wanted.optional === true ? [] : [`missing ${path}`];
    if (describe(wanted) === describe(found)) return [];
    if (wanted.optional === true && earlier !== undefined && describe(earlier) === describe(found)) return [];
    return [`${path} is ${describe(found)} and not ${describe(wanted)}`];
  });
}

function describe({ type, mode, uid, gid, target, sha256, mount }: Entry): string {
  return JSON.stringify({ type, mode, uid, gid, target, sha256, mount });
}

function readJson<Content>(path: string): Content {
  return JSON.parse(readFileSync(path, "utf8")) as Content;
}

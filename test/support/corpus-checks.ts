import { expect } from "vitest";
import {
  type CommandCase,
  type CorpusCase,
  type EncryptCase,
  type EndCase,
  caseName,
  readCaseFile,
  readCases,
  usesPgp,
  withWorkspace,
  type Workspace,
} from "./corpus.ts";
import type { CommandRunner } from "./command-runner.ts";
import { envelopesOf, maskLayout } from "./layout.ts";
import { expectSameEssence } from "./message-essence.ts";
import { findProgram, interopRequired } from "./programs.ts";

/** Who runs in a check: sops-ts, and the program that reads back what it wrote. */
export interface Runners {
  readonly ours: CommandRunner;
  /** The real sops, or sops-ts itself where there is no sops. */
  readonly reader: CommandRunner;
}

/** One thing that must hold for a case. */
export interface CorpusCheck {
  readonly family: string;
  /** `family/name` and what is checked; unique. */
  readonly title: string;
  readonly what: string;
  /** Whether gpg has to be there. */
  readonly needsGpg: boolean;
  run(runners: Runners): Promise<void>;
}

/** Which program a check lacks here; where programs are required, it runs all the same and fails. */
export function missingProgram(check: CorpusCheck): string | undefined {
  if (!check.needsGpg || interopRequired || findProgram("gpg") !== undefined) return undefined;
  return "gpg not found on PATH";
}

/** All checks of all cases below a folder. */
export function checksBelow(folder: string): CorpusCheck[] {
  return readCases(folder).flatMap(checksOf);
}

function checksOf(theCase: CorpusCase): CorpusCheck[] {
  const check = (title: string, run: (workspace: Workspace, runners: Runners) => Promise<void>): CorpusCheck => ({
    family: theCase.family,
    title: `${caseName(theCase)} ${title}`,
    what: theCase.what,
    needsGpg: usesPgp(theCase),
    run: (runners) => withWorkspace(theCase, (workspace) => run(workspace, runners)),
  });
  switch (theCase.kind) {
    case "encrypt":
      return [
        check("is decrypted as by sops", (workspace, { ours }) => checkDecryption(theCase, workspace, ours)),
        check("is encrypted as by sops", (workspace, runners) => checkEncryption(theCase, workspace, runners)),
      ];
    case "fails":
    case "passes":
      return [check("ends as in sops", (workspace, { ours }) => checkEnd(theCase, workspace, ours))];
    case "command":
      return [check("does what sops does", (workspace, runners) => checkCommand(theCase, workspace, runners))];
  }
}

async function checkDecryption(theCase: EncryptCase, workspace: Workspace, runner: CommandRunner): Promise<void> {
  const outcome = await workspace.run(runner, theCase.decrypt_args);
  expect(outcome.status, outcome.stderr).toBe(theCase.decrypt_exit);
  if (theCase.decrypted === undefined) {
    expectSameEssence(theCase.stderr ?? "", outcome.stderr);
    return;
  }
  expect(asText(outcome.stdout)).toBe(asText(await readCaseFile(theCase, theCase.decrypted)));
}

async function checkEncryption(theCase: EncryptCase, workspace: Workspace, runners: Runners): Promise<void> {
  await workspace.remove(theCase.encrypted);
  const outcome = await workspace.run(runners.ours, theCase.args);
  expect(outcome.status, outcome.stderr).toBe(0);
  expect(maskLayout(outcome.stdout)).toBe(maskLayout(await readCaseFile(theCase, theCase.encrypted)));
  await workspace.write(theCase.encrypted, outcome.stdout);
  await checkDecryption(theCase, workspace, runners.reader);
}

async function checkEnd(theCase: EndCase, workspace: Workspace, runner: CommandRunner): Promise<void> {
  const outcome = await workspace.run(runner, theCase.args);
  expect(outcome.status, outcome.stderr).toBe(theCase.exit);
  expect(asText(outcome.stdout)).toBe(asText(Buffer.from(theCase.stdout ?? "")));
  if (theCase.kind === "fails") expectSameEssence(theCase.stderr ?? "", outcome.stderr);
}

async function checkCommand(theCase: CommandCase, workspace: Workspace, runners: Runners): Promise<void> {
  const before = await workspace.read(theCase.file);
  const outcome = await workspace.run(runners.ours, theCase.args, { stdin: theCase.stdin ?? "" });
  expect(outcome.status, outcome.stderr).toBe(theCase.exit);
  const after = await workspace.read(theCase.file);
  expect(asText(after) !== asText(before), "whether the file changed").toBe(theCase.changed);
  if (theCase.exit !== 0) expectSameEssence(theCase.stderr ?? "", outcome.stderr);
  if (!theCase.changed) {
    if (theCase.compare !== "metadata") expect(asText(outcome.stdout)).toBe(asText(Buffer.from(theCase.stdout)));
    return;
  }
  const recorded = await readCaseFile(theCase, "after");
  if (theCase.compare === "bytes") {
    expect(asText(after)).toBe(asText(recorded));
    return;
  }
  expect(maskLayout(after)).toBe(maskLayout(recorded));
  expect(keptEnvelopes(before, after), "ciphertexts kept").toBeGreaterThanOrEqual(theCase.kept_ciphertexts ?? 0);
  await checkFileAfterwards(theCase, workspace, runners.reader);
}

async function checkFileAfterwards(theCase: CommandCase, workspace: Workspace, reader: CommandRunner): Promise<void> {
  const keys = [...new Set([...theCase.keys, "alice", "bob"])];
  const outcome = await workspace.run(reader, ["decrypt", theCase.file], { keys });
  expect(outcome.status, outcome.stderr).toBe(theCase.after_exit);
  if (theCase.after_exit === 0) {
    expect(asText(outcome.stdout)).toBe(asText(await readCaseFile(theCase, "after-decrypted")));
  }
}

function keptEnvelopes(before: Uint8Array, after: Uint8Array): number {
  const kept = envelopesOf(after);
  return [...envelopesOf(before)].filter((envelope) => kept.has(envelope)).length;
}

/** One character a byte, so that a difference prints as text and no byte is lost. */
function asText(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("latin1");
}

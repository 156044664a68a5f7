/*
 * Runs one case of the installer for a whole system: `nix-case-main.ts NAME ROOT`, as root in a mount namespace of its own.
 * Replaces /run and the files of users there, then prints the differences as JSON.
 */
import { spawnSync } from "node:child_process";
import { chmodSync, writeFileSync } from "node:fs";
import { programRunner } from "./command-runner.ts";
import { nixCases, replayNixCase } from "./nix-case.ts";
import { sopsTsCommand } from "./built-program.ts";

const [name = "", root = ""] = process.argv.slice(2);
const theCase = nixCases().find((candidate) => candidate.name === name);
if (theCase === undefined) throw new TypeError(`no case ${name}`);

process.umask(0o022);
chmodSync(root, 0o755);
replaceFile("/etc/passwd", theCase.passwd);
replaceFile("/etc/group", theCase.group);
// Names must not come from anywhere else.
replaceFile("/etc/nsswitch.conf", ["passwd: files", "group: files"]);
mount("-t", "tmpfs", "-o", "mode=0755", "none", "/run");

const differences = await replayNixCase(theCase, root, programRunner(sopsTsCommand()), true);
process.stdout.write(JSON.stringify(differences));

function replaceFile(path: string, lines: readonly string[] | undefined): void {
  if (lines === undefined) return;
  const own = `${root}/etc-${path.slice(path.lastIndexOf("/") + 1)}`;
  writeFileSync(own, lines.map((line) => `${line}\n`).join(""));
  chmodSync(own, 0o644);
  mount("--bind", own, path);
}

function mount(...words: readonly string[]): void {
  const { status, stderr } = spawnSync("mount", words, { encoding: "utf8" });
  if (status !== 0) throw new TypeError(`mount ${words.join(" ")}: ${stderr}`);
}

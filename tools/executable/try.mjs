/*
 * Tries an executable where it is for: it opens a file of sops, and what it makes of a file it opens again. Needs Node alone.
 *
 *   node tools/executable/try.mjs dist-exe/sops-ts-linux-arm64
 */
import { deepEqual, equal, match } from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const program = resolve(process.argv[2] ?? "dist-exe/sops-ts");
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const corpus = join(root, "fixtures/corpus");
const { alice } = JSON.parse(readFileSync(join(corpus, "keys/keys.json"), "utf8"));
const folder = mkdtempSync(join(tmpdir(), "sops-ts-try-"));
const env = { ...process.env, SOPS_AGE_KEY_FILE: join(corpus, "keys/alice.txt") };
const run = (...args) => execFileSync(program, args, { cwd: folder, env, encoding: "utf8" });

try {
  chmodSync(program, 0o755);
  match(run("--version"), new RegExp(`^sops [0-9.]+ \\(sops-ts ${version}\\)\n$`));
  equal(run("decrypt", "--extract", '["a"]', join(corpus, "commands/extract-item/f.yaml")).trim(), "1");
  const secrets = { user: "app", list: [1, true, "two words"] };
  writeFileSync(join(folder, "f.json"), JSON.stringify(secrets));
  run("encrypt", "--in-place", "--age", alice.recipient, "f.json");
  match(readFileSync(join(folder, "f.json"), "utf8"), /ENC\[AES256_GCM,/);
  run("set", "f.json", '["user"]', '"other"');
  deepEqual(JSON.parse(run("decrypt", "f.json")), { ...secrets, user: "other" });
  const print = process.platform === "win32" ? "echo %user%" : "echo $user";
  writeFileSync(join(folder, "g.json"), JSON.stringify({ user: "app" }));
  run("encrypt", "--in-place", "--age", alice.recipient, "g.json");
  equal(run("exec-env", "g.json", print).trim(), "app");
  console.log(`${program} works`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/*
 * Makes executables of the command line, each one file with all that it needs but OpenPGP.js.
 *
 *   npm run build:exe                       dist-exe/sops-ts, for this platform
 *   npm run build:exe -- linux-arm64 …      dist-exe/sops-ts-linux-arm64, by name
 *   npm run build:exe -- --all              all of them
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { installRuntime } from "../runtimes/install.ts";
import { bunTarget, endingOf, installBun, isTarget, type Target, targetHere, targets } from "./targets.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = join(root, "dist-exe");
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };

const { positionals, values } = parseArgs({ allowPositionals: true, options: { all: { type: "boolean" } } });
const names = values.all === true ? targets : positionals.map(named);
const compiler = await installRuntime("bun");
mkdirSync(folder, { recursive: true });
if (names.length === 0) await make(targetHere(), `sops-ts${endingOf(targetHere())}`);
for (const name of names) await make(name, `sops-ts-${name}${endingOf(name)}`);

function named(name: string): Target {
  if (!isTarget(name)) throw new Error(`no platform ${name}; there are ${targets.join(", ")}`);
  return name;
}

async function make(target: Target, file: string): Promise<void> {
  const path = join(folder, file);
  // Under the name that it will have: Bun makes it part of the executable.
  const aside = join(folder, `.making-${target}`);
  rmSync(aside, { recursive: true, force: true });
  mkdirSync(aside);
  try {
    const script = join(root, "tools/executable/compile.ts");
    execFileSync(compiler, [script, join(aside, file), bunTarget(target), await installBun(target), version], {
      cwd: root,
      stdio: ["ignore", "inherit", "inherit"],
    });
    renameSync(join(aside, file), path);
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
  console.log(`dist-exe/${file}  ${(statSync(path).size / 1e6).toFixed(0)} MB`);
}

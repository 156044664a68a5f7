import { existsSync, readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

/**
 * The sops-ts that `SOPS_TS_COMMAND` names, such as an executable, to which all tests of programs are held then; undefined where it
 * is not set. A path is from the root of the project.
 */
export function namedProgram(): string | undefined {
  const path = process.env["SOPS_TS_COMMAND"];
  if (path === undefined || path === "") return undefined;
  const program = resolve(root, path);
  if (!existsSync(program)) throw new Error(`there is no ${path}; npm run build:exe makes an executable`);
  return program;
}

/**
 * The command that starts sops-ts as a process: the program that the environment names; the build when it is newer than every
 * source, which starts faster; otherwise the sources under tsx.
 */
export function sopsTsCommand(): [string, ...string[]] {
  const named = namedProgram();
  if (named !== undefined) return [named];
  const bin = join(root, "bin", "sops-ts");
  if (isBuildFresh()) return [process.execPath, bin];
  return [process.execPath, "--import", import.meta.resolve("tsx"), bin];
}

function isBuildFresh(): boolean {
  const built = join(root, "dist", "cli.cjs");
  if (!existsSync(built)) return false;
  const builtAt = statSync(built).mtimeMs;
  return readdirSync(join(root, "src"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .every((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs < builtAt);
}

import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

/**
 * The command that starts sops-ts as a process: the build when it is newer than every source, which starts faster,
 * otherwise the sources under tsx.
 */
export function sopsTsCommand(): [string, ...string[]] {
  const bin = join(root, "bin", "sops-ts");
  if (isBuildFresh()) return [process.execPath, bin];
  return [process.execPath, "--import", import.meta.resolve("tsx"), bin];
}

function isBuildFresh(): boolean {
  const built = join(root, "dist", "cli.js");
  if (!existsSync(built)) return false;
  const builtAt = statSync(built).mtimeMs;
  return readdirSync(join(root, "src"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .every((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs < builtAt);
}

import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type NpmRuntimeName } from "../../tools/runtimes/versions.ts";
import { runtimePath } from "../../tools/runtimes/find.ts";
import type { Command } from "./measure.ts";

export const root = fileURLToPath(new URL("../..", import.meta.url));

/** What sops-ts, or a piece of it, can be run on. */
export type Runtime = "Node 20" | "Node 24" | "Bun";

/** The program of a runtime: the Node at hand where it is the one, else what `npm run runtimes` has installed. */
export function runtime(name: Runtime): string | undefined {
  if (process.version.startsWith(`v${name.replace("Node ", "")}.`)) return process.execPath;
  return runtimePath(name.replace(" ", "").toLowerCase() as NpmRuntimeName);
}

/** The ways in which the command line can be started. */
export type Form = "Node 20" | "Node 24" | "executable";

/** How the command line is started in a form; or a sentence why it cannot be. */
export function sopsTs(form: Form): Command | string {
  if (form === "executable") {
    const path = join(root, "dist-exe", process.platform === "win32" ? "sops-ts.exe" : "sops-ts");
    return existsSync(path) ? [path] : "there is no executable: npm run build:exe";
  }
  const node = runtime(form);
  return node === undefined
    ? `${form} is not installed: npm run runtimes -- --install ${form.replace(" ", "").toLowerCase()}`
    : [node, join(root, "bin/sops-ts")];
}

/** The real sops. */
export function findSops(): string {
  const folders = [...(process.env["PATH"] ?? "").split(":"), join(homedir(), "go/bin")];
  const found = folders.map((folder) => join(folder, "sops")).find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new Error("sops is not on PATH: go install github.com/getsops/sops/v3/cmd/sops@v3.13.3");
}

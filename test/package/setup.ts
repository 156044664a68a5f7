import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { TestProject } from "vitest/node";

/** The package as npm would publish it, and an empty project in which it alone is installed. */
export interface Packed {
  /** Path of the tarball. */
  readonly tarball: string;
  /** Path of the project. */
  readonly project: string;
}

declare module "vitest" {
  interface ProvidedContext {
    readonly packed: Packed;
  }
}

const root = fileURLToPath(new URL("../..", import.meta.url));

let folder: string | undefined;

/** Packs what `npm run build` made, once for all tests of the package. */
export function setup({ provide }: TestProject): void {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "sops-ts-package-")));
  try {
    provide("packed", install(pack(folder), join(folder, "project")));
  } catch (error) {
    teardown();
    throw error;
  }
}

/** Takes it away again. */
export function teardown(): void {
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
}

function pack(destination: string): string {
  const args = ["pack", "--json", "--ignore-scripts", "--pack-destination", destination];
  const [packed] = JSON.parse(execFileSync("npm", args, { cwd: root, encoding: "utf8" })) as { filename: string }[];
  if (packed === undefined) throw new Error("npm packed nothing");
  return join(destination, packed.filename);
}

function install(tarball: string, project: string): Packed {
  mkdirSync(project);
  writeFileSync(join(project, "package.json"), JSON.stringify({ private: true, type: "module" }));
  const options = ["--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"];
  execFileSync("npm", ["install", ...options, tarball], { cwd: project, stdio: ["ignore", "ignore", "inherit"] });
  return { tarball, project };
}

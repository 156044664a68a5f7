import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { inject } from "vitest";

const { project } = inject("packed");

/** A program with which somebody uses the package. */
export interface Run {
  readonly stdout: string;
  /** URLs of the modules that were loaded. */
  readonly loaded: readonly string[];
}

/** Tells which ES modules are loaded, on standard error: a module of hooks, and what registers it. */
const hooks = `import { writeSync } from "node:fs";
export async function load(url, context, next) { writeSync(2, "loaded " + url + "\\n"); return next(url, context); }
`;
const registration = `import { register } from "node:module"; register("./hooks.mjs", import.meta.url);\n`;

/** Runs a program of the project's, which knows nothing of this repository. */
export async function runInProject(
  name: string,
  code: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Run> {
  await writeFile(join(project, "hooks.mjs"), hooks);
  await writeFile(join(project, "registration.mjs"), registration);
  await writeFile(join(project, name), code);
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ["--import", "./registration.mjs", name], {
    cwd: project,
    env: { PATH: process.env["PATH"], HOME: project, ...env },
  });
  return { stdout, loaded: [...stderr.matchAll(/^loaded (.*)$/gm)].map(([, url = ""]) => url) };
}

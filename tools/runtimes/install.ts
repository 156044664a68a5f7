import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { promisify } from "node:util";
import { runtimeFolder, runtimePath } from "./find.ts";
import { npmRuntimes, type NpmRuntimeName } from "./versions.ts";

/**
 * Installs a runtime from npm, in the pinned version; does nothing when it is there. Two installations at the same time do not
 * meet: each is made aside and takes its place when it is whole.
 *
 * @returns the program's path
 */
export async function installRuntime(name: NpmRuntimeName): Promise<string> {
  const present = runtimePath(name);
  if (present !== undefined) return present;
  const folder = runtimeFolder(name);
  await mkdir(dirname(folder), { recursive: true });
  const aside = await mkdtemp(`${folder}.`);
  try {
    const { package: packageName, version } = npmRuntimes[name];
    const options = ["--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"];
    await promisify(execFile)("npm", ["install", "--prefix", aside, ...options, `${packageName}@${version}`]);
    await rm(folder, { recursive: true, force: true });
    await rename(aside, folder).catch((error: unknown) => {
      if (runtimePath(name) === undefined) throw error;
    });
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
  const installed = runtimePath(name);
  if (installed === undefined) throw new Error(`npm installed ${name}, but there is no program in ${folder}`);
  return installed;
}

import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { promisify } from "node:util";
import { runtimeFolder, runtimePath } from "./find.ts";
import { npmRuntimes, type NpmRuntime, type NpmRuntimeName } from "./versions.ts";

/**
 * Installs a runtime from npm, in the pinned version; does nothing when it is there.
 *
 * @returns the program's path
 */
export function installRuntime(name: NpmRuntimeName): Promise<string> {
  return installProgram(npmRuntimes[name], { folder: runtimeFolder(name), find: () => runtimePath(name) });
}

/**
 * Installs a program from npm in a folder of its own; does nothing when it is there. Two installations at the same time do not
 * meet: each is made aside and takes its place when it is whole.
 *
 * @param place.find - the program's path; undefined when it is not there in the version that is wanted
 * @param npmOptions - what npm needs to be told for this program alone
 * @returns the program's path
 */
export async function installProgram(
  { package: packageName, version }: NpmRuntime,
  { folder, find }: { readonly folder: string; readonly find: () => string | undefined },
  npmOptions: readonly string[] = [],
): Promise<string> {
  const present = find();
  if (present !== undefined) return present;
  await mkdir(dirname(folder), { recursive: true });
  const aside = await mkdtemp(`${folder}.`);
  try {
    const options = ["--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error", ...npmOptions];
    await promisify(execFile)("npm", ["install", "--prefix", aside, ...options, `${packageName}@${version}`]);
    await rm(folder, { recursive: true, force: true });
    await rename(aside, folder).catch((error: unknown) => {
      if (find() === undefined) throw error;
    });
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
  const installed = find();
  if (installed === undefined) throw new Error(`npm installed ${packageName}, but there is no program in ${folder}`);
  return installed;
}

import { programIn, runtimeFolder } from "../runtimes/find.ts";
import { installProgram } from "../runtimes/install.ts";
import { npmRuntimes } from "../runtimes/versions.ts";

/** Bun's name of a platform by ours, which is that of Node. `baseline` runs on processors without AVX2 too. */
const bunNames = {
  "linux-x64": "linux-x64-baseline",
  "linux-arm64": "linux-aarch64",
  "linux-x64-musl": "linux-x64-musl-baseline",
  "linux-arm64-musl": "linux-aarch64-musl",
  "macos-x64": "darwin-x64-baseline",
  "macos-arm64": "darwin-aarch64",
  "windows-x64": "windows-x64-baseline",
  "windows-arm64": "windows-aarch64",
} as const;

/** A platform for which an executable can be made. */
export type Target = keyof typeof bunNames;

export const targets = Object.keys(bunNames) as readonly Target[];

/** Whether a word names a platform. */
export function isTarget(name: string): name is Target {
  return Object.hasOwn(bunNames, name);
}

/** The platform that this is. */
export function targetHere(): Target {
  const system = { darwin: "macos", win32: "windows" }[process.platform as string] ?? process.platform;
  const { glibcVersionRuntime } = (process.report.getReport() as { header: { glibcVersionRuntime?: string } }).header;
  const musl = system === "linux" && glibcVersionRuntime === undefined ? "-musl" : "";
  const name = `${system}-${process.arch}${musl}`;
  if (!isTarget(name)) throw new Error(`there is no Bun for ${name}`);
  return name;
}

/** What Bun calls the kind of executable. */
export function bunTarget(target: Target): string {
  return `bun-${target.replace("macos", "darwin")}`;
}

/** What programs of a platform end in. */
export function endingOf(target: Target): string {
  return target.startsWith("windows-") ? ".exe" : "";
}

/**
 * Installs the Bun of a platform from npm, in the version that makes the executables.
 *
 * @returns the path of its program, which may not run here
 */
export function installBun(target: Target): Promise<string> {
  const packageName = `@oven/bun-${bunNames[target]}`;
  const { version } = npmRuntimes.bun;
  const bun = { package: packageName, version, program: `${packageName}/bin/bun${endingOf(target)}` };
  const folder = runtimeFolder(`bun-${target}`);
  // npm does not by itself install what is for another platform.
  return installProgram(bun, { folder, find: () => programIn(folder, bun) }, ["--force", "--ignore-scripts"]);
}

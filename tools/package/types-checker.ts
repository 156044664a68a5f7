import { programIn, runtimeFolder } from "../runtimes/find.ts";
import { installProgram } from "../runtimes/install.ts";

/** "Are the types wrong", which brings a compiler of its own and so is no part of `npm ci`. */
const attw = {
  package: "@arethetypeswrong/cli",
  version: "0.18.5",
  program: "@arethetypeswrong/cli/dist/index.js",
};

/**
 * Installs the program that checks a package's types.
 *
 * @returns the path of its script for Node
 */
export function installTypesChecker(): Promise<string> {
  const folder = runtimeFolder("attw");
  return installProgram(attw, { folder, find: () => programIn(folder, attw) });
}

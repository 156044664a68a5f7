/*
 * Installs runtimes from npm, by name, and prints where their programs are. Run by `npm run runtimes`.
 */
import { installRuntime } from "./install.ts";
import { isNpmRuntime, npmRuntimes } from "./versions.ts";

const names = process.argv.slice(2);
for (const name of names.length === 0 ? Object.keys(npmRuntimes) : names) {
  if (!isNpmRuntime(name)) throw new Error(`no runtime ${name}; there are ${Object.keys(npmRuntimes).join(", ")}`);
  console.log(`${name} ${await installRuntime(name)}`);
}

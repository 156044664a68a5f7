import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Metafile } from "esbuild";

/** The project's folder. */
export const root = fileURLToPath(new URL("../..", import.meta.url));

/** A test file of the library, and what it takes beyond the language. */
export interface LibrarySuite {
  /** From the project's folder, with forward slashes. */
  readonly path: string;
  /** The first module of Node that it reaches, and who imports that; undefined when it runs anywhere. */
  readonly needsNode: string | undefined;
}

/** What is not the library: tests that reach any of it are the command line's, or run the examples of documents by Node. */
const beyondTheLibrary =
  /^(?:src|test)\/(?:cli|nixos|check)\/|^(?:bin|examples|tools(?!\/runtimes))\/|^test\/support\/snippet\.ts$/;

/** What only vitest has: its module loader and its clock. */
const vitestOnly = /\bvi\.(?:mock|resetModules|useFakeTimers)\(/;

/** All test files but those of vitest's other projects, sorted. */
export function testFiles(): string[] {
  return readdirSync(join(root, "test"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.name.endsWith(".test.ts"))
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length).replaceAll("\\", "/"))
    .filter((path) => !/^test\/(?:interop|package)\//.test(path))
    .toSorted();
}

/**
 * The test files of the library: those that import something of `src`, and neither the command line nor what else stands beside the
 * library. Which of them run anywhere is seen by what they import, too.
 *
 * @param metafile - of a bundle of all test files in which Node's modules are external
 */
export function librarySuites(metafile: Metafile): LibrarySuite[] {
  return testFiles().flatMap((path) => {
    const reached = reachedFrom(path, metafile);
    const names = [...reached.keys()];
    if (!names.some((name) => name.startsWith("src/")) || names.some((name) => beyondTheLibrary.test(name))) return [];
    if (vitestOnly.test(readFileSync(join(root, path), "utf8"))) return [];
    const module = names.find((name) => name.startsWith("node:"));
    return [{ path, needsNode: module === undefined ? undefined : `${module}, imported by ${reached.get(module)}` }];
  });
}

/** Every module that a file reaches, with the file that imports it. */
function reachedFrom(path: string, { inputs }: Metafile): ReadonlyMap<string, string> {
  const reached = new Map([[path, ""]]);
  for (const name of reached.keys()) {
    for (const { path: target } of inputs[name]?.imports ?? []) {
      if (!reached.has(target)) reached.set(target, name);
    }
  }
  return reached;
}

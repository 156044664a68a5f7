import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire, Module } from "node:module";
import { dirname, join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { constants, Script } from "node:vm";
import { codeCacheFolder, readCodeCache, writeCodeCache } from "./code-cache.ts";

/**
 * Loads the built program, with what V8 made of its source in an earlier run: compiling it takes longer than decrypting a small file.
 * That it was the same source, the name says under which that is kept; that it was the same V8, V8 finds out.
 *
 * @param program - absolute path of `cli.cjs`
 */
export function start(program: string): void {
  compileLess();
  const require = createRequire(program);
  const file = require.resolve(program);
  const folder = codeCacheFolder();
  if (folder === undefined) {
    require(file);
    return;
  }
  const source = readFileSync(file);
  const beginning = `${process.version}-${process.arch}-${kindOfRun(process.argv[2])}-`;
  const path = join(folder, `${beginning}${createHash("sha256").update(source).digest("hex")}`);
  const cachedData = readCodeCache(path);
  // The build makes it ASCII.
  const script = new Script(
    `(function (exports, require, module, __filename, __dirname) {${source.toString("latin1")}\n})`,
    {
      filename: file,
      importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
      ...(cachedData && { cachedData }),
    },
  );
  // At the end, since what has been run by then has been compiled.
  if (script.cachedDataRejected !== false) {
    process.on("exit", () => writeCodeCache(path, beginning, script.createCachedData()));
  }
  const module = new Module(file);
  // The files that are loaded later ask for what is in this one.
  require.cache[file] = module;
  const run = script.runInThisContext() as (...values: unknown[]) => void;
  run.call(module.exports, module.exports, require, module, file, dirname(file));
}

/**
 * Node 20's V8 has but one optimizing compiler, which takes as long as all else together for a large file: it inlines much into functions
 * that are done a few milliseconds later. Newer ones have a quick compiler before that one.
 */
function compileLess(): void {
  if (process.versions.v8.startsWith("11.")) setFlagsFromString("--max-inlined-bytecode-size-cumulative=200");
}

/** Runs that need the same parts of the program keep what they need together. */
function kindOfRun(word: string | undefined): string {
  return word === "decrypt" || word === "encrypt" ? word : "others";
}

import { appendFileSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { bundleCommandLine } from "../../tools/bundle-command-line.ts";
import { corpusKey, corpusRecipient } from "../keys/context.ts";
import { programRunner } from "../support/command-runner.ts";
import { withTemporaryDirectory } from "../support/temporary-directory.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

it("puts what files with age keys need into the first file", () =>
  withTemporaryDirectory(async (folder) => {
    await bundleCommandLine(root, relative(root, folder), "1.2.3");
    // What keeps its compiled form reads it so.
    expect(readFileSync(join(folder, "cli.cjs"), "utf8")).toMatch(/^[\0-\x7F]*$/);
    const tell = join(folder, "tell.cjs");
    writeFileSync(tell, 'process.on("exit", () => console.error(Object.keys(require.cache).slice(1).join("\\n")))');
    const run = programRunner([process.execPath, "--require", tell, join(folder, "cli.cjs")]);
    for (const format of ["yaml", "json"]) {
      const name = ["--filename-override", `f.${format}`];
      const call = (args: readonly string[], stdin: Uint8Array): ReturnType<typeof run> =>
        run({ args: [...args, ...name], stdin, directory: "/", env: { SOPS_AGE_KEY: corpusKey("alice.txt") } });
      const encrypted = await call(["encrypt", "--age", corpusRecipient("alice")], Buffer.from('{"a": 1}'));
      const decrypted = await call(["decrypt"], encrypted.stdout);
      expect(Buffer.from(decrypted.stdout).toString()).toMatch(format === "yaml" ? "a: 1\n" : '{\n\t"a": 1\n}');
      for (const { stderr } of [encrypted, decrypted]) expect(loaded(stderr)).toEqual(["cli.cjs"]);
    }
    const { stderr } = await run({ args: ["--version"], directory: "/", env: {} });
    expect(loaded(stderr)).toEqual(["cli.cjs", expect.stringMatching(/^version-/)]);
  }));

it.skipIf(process.platform === "win32")(
  "starts with what V8 kept of an earlier run, which holds nothing of the file",
  () =>
    withTemporaryDirectory(async (folder) => {
      await bundleCommandLine(root, relative(root, folder), "1.2.3");
      const cache = join(folder, "cache");
      mkdirSync(cache);
      const starter = join(folder, "starter.cjs");
      writeFileSync(starter, 'require("./start.cjs").start(require.resolve("./cli.cjs"));');
      const run = async (args: readonly string[], stdin: Uint8Array): Promise<Uint8Array> => {
        const env = { SOPS_AGE_KEY: corpusKey("alice.txt"), XDG_CACHE_HOME: cache };
        const command = programRunner([process.execPath, starter]);
        const outcome = await command({ args: [...args, "--filename-override", "f.yaml"], stdin, directory: "/", env });
        expect(outcome).toMatchObject({ status: 0, stderr: "" });
        return outcome.stdout;
      };
      const kept = (): Record<string, number> => {
        const names = readdirSync(join(cache, "sops-ts"));
        return Object.fromEntries(names.map((name) => [name, statSync(join(cache, "sops-ts", name)).ino]));
      };
      const encrypted = await run(["encrypt", "--age", corpusRecipient("alice")], Buffer.from("key: canary\n"));
      for (let time = 0; time < 2; time++) {
        expect(Buffer.from(await run(["decrypt"], encrypted)).toString()).toBe("key: canary\n");
      }
      const first = kept();
      expect(Object.keys(first)).toHaveLength(2);
      await run(["decrypt"], encrypted);
      expect(kept()).toEqual(first);
      for (const name of Object.keys(first)) {
        const content = readFileSync(join(cache, "sops-ts", name), "latin1");
        for (const secret of ["canary", ...(corpusKey("alice.txt").match(/AGE-SECRET-KEY-1\w+/) ?? [])]) {
          expect(content).not.toContain(secret);
        }
      }
      appendFileSync(join(folder, "cli.cjs"), "\n");
      await run(["decrypt"], encrypted);
      expect(Object.keys(kept())).toHaveLength(2);
      expect(kept()).not.toEqual(first);
    }),
);

/** The names of the files that were loaded, but for what the bundler itself has in a file of its own. */
function loaded(paths: string): string[] {
  const names = paths
    .trim()
    .split("\n")
    .map((path) => basename(path));
  return names.filter((name) => !name.startsWith("rolldown-runtime-"));
}

import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { describe, expect, it } from "vitest";
import { isManyFiles, namedFiles } from "../../src/cli/named-files.ts";
import { corpusText } from "../support/cli-case.ts";
import { isolatedPlatform } from "../support/in-process.ts";
import { withTemporaryDirectory } from "../support/temporary-directory.ts";

const encrypted = corpusText("commands/extract-item/f.yaml");

describe("the files that words name", () => {
  it.each<[words: readonly string[], many: boolean, files: readonly string[]]>([
    [["a.yaml"], false, ["a.yaml"]],
    [["plain.yaml"], false, ["plain.yaml"]],
    [["nope.yaml"], false, ["nope.yaml"]],
    [["."], true, ["a.yaml", "d/b.yaml", "d/e/c.yaml", "x[1].yaml"]],
    [["d"], true, ["d/b.yaml", "d/e/c.yaml"]],
    [["*.yaml"], true, ["a.yaml", "x[1].yaml"]],
    [["d/*.yaml"], true, ["d/b.yaml"]],
    [["d/**/*.yaml"], true, ["d/b.yaml", "d/e/c.yaml"]],
    [["**/?.yaml"], true, ["a.yaml", "d/b.yaml", "d/e/c.yaml"]],
    [["x[1]*"], true, ["x[1].yaml"]],
    [["nope/*.yaml"], true, []],
    [["d", "d/b.yaml"], true, ["d/b.yaml", "d/e/c.yaml"]],
  ])("of %j", async (words, many, files) => {
    await withTemporaryDirectory(async (directory) => {
      await mkdir(join(directory, "d", "e"), { recursive: true });
      await mkdir(join(directory, "node_modules"));
      for (const name of ["a.yaml", "d/b.yaml", "d/e/c.yaml", "x[1].yaml", "node_modules/m.yaml"]) {
        await writeFile(join(directory, name), encrypted);
      }
      await writeFile(join(directory, "plain.yaml"), "lastmodified: plain\n");
      await symlink("..", join(directory, "d", "loop"));
      const platform = isolatedPlatform({ directory, env: {} });
      expect(isManyFiles(platform, words[0] ?? "")).toBe(many);
      expect((await namedFiles(platform, words)).map((path) => relative(directory, path)).toSorted()).toEqual(files);
    });
  });
});

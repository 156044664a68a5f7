import { chmod, mkdir, symlink, truncate, writeFile } from "node:fs/promises";
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

  it("have damaged files among them, but no file that only shows what an encrypted one looks like", async () => {
    await withTemporaryDirectory(async (directory) => {
      const damaged = {
        "merge.yaml": `<<<<<<< ours\n${encrypted}`,
        "twice.yaml": encrypted.replace(/^a:.*$/m, "$&\n$&"),
        "time.yaml": encrypted.replace(/lastmodified: .*/, "lastmodified: soon"),
      };
      const others = { "README.md": encrypted, "notes.yaml": "note: lastmodified, ENC[AES256_GCM,data:…]\n" };
      for (const [name, text] of Object.entries({ ...damaged, ...others })) {
        await writeFile(join(directory, name), text);
      }
      const paths = await namedFiles(isolatedPlatform({ directory, env: {} }), ["."]);
      expect(paths.map((path) => relative(directory, path))).toEqual(Object.keys(damaged).toSorted());
    });
  });

  it("have those among them that cannot be read, so that their failure is told", async () => {
    await withTemporaryDirectory(async (directory) => {
      for (const name of ["a.yaml", "b.yaml", "plain"]) await writeFile(join(directory, name), "plain: yes\n");
      await chmod(directory, 0o755);
      await chmod(join(directory, "b.yaml"), 0);
      const platform = isolatedPlatform({ directory, env: {} });
      const found = expect.arrayContaining([join(directory, "b.yaml")]);
      await asOrdinaryUser(() => expect(namedFiles(platform, ["."])).resolves.toEqual(found));
    });
  });

  it("are found beside a file that is longer than any text may be", async () => {
    await withTemporaryDirectory(async (directory) => {
      await writeFile(join(directory, "a.yaml"), encrypted);
      await writeFile(join(directory, "video"), "");
      await truncate(join(directory, "video"), 2 ** 29 + 1);
      const paths = await namedFiles(isolatedPlatform({ directory, env: {} }), ["a.yaml", "video*", "**/*.yaml"]);
      expect(paths).toEqual([join(directory, "a.yaml")]);
    });
  });

  it("are not known where a directory cannot be listed", async () => {
    await withTemporaryDirectory(async (directory) => {
      await mkdir(join(directory, "d", "locked"), { recursive: true });
      await chmod(directory, 0o755);
      await chmod(join(directory, "d", "locked"), 0);
      const platform = isolatedPlatform({ directory, env: {} });
      const message = "cannot list the files of d: permission denied";
      await asOrdinaryUser(() => expect(namedFiles(platform, ["d"])).rejects.toThrow(message));
      await asOrdinaryUser(async () => expect(isManyFiles(platform, "d/locked/f*.yaml")).toBe(true));
      await chmod(join(directory, "d", "locked"), 0o700);
    });
  });
});

/** Root may read everything. */
async function asOrdinaryUser(act: () => Promise<void>): Promise<void> {
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.(65_534);
  try {
    await act();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
}

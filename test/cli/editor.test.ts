import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { editorCommand } from "../../src/cli/editor.ts";
import { isolatedPlatform } from "../support/in-process.ts";
import { withTemporaryDirectory } from "../support/temporary-directory.ts";

/** Calls `use` with a folder in which these programs are. */
const withPrograms = (names: readonly string[], use: (folder: string) => void): Promise<void> =>
  withTemporaryDirectory(async (folder) => {
    for (const name of names) {
      writeFileSync(join(folder, name), "#!/bin/sh\n");
      chmodSync(join(folder, name), 0o755);
    }
    use(folder);
  });

const commandWith = (env: Record<string, string>): readonly string[] =>
  editorCommand(isolatedPlatform({ directory: "/", env }));

describe("without a variable the editor", () => {
  it.each([
    [["vi", "nano", "vim"], "vim"],
    [["vi", "nano"], "nano"],
    [["vi"], "vi"],
  ])("of %j is %s", (names, expected) =>
    withPrograms(names, (folder) => {
      expect(commandWith({ PATH: `/nowhere:${folder}` })).toEqual([join(folder, expected)]);
    }),
  );

  it("is none when none of them is there", () => {
    expect(() => commandWith({ PATH: "/nowhere" })).toThrow("no editor available: sops attempts to use");
  });

  it("is neither a directory nor a file that cannot be run", () =>
    withPrograms(["vi"], (folder) => {
      mkdirSync(join(folder, "vim"));
      writeFileSync(join(folder, "nano"), "", { mode: 0o644 });
      expect(commandWith({ PATH: folder })).toEqual([join(folder, "vi")]);
    }));

  it.each(["", ".", "::", "relative"])(
    "is never taken from the working directory, as PATH=%j would have it",
    (path) => {
      expect(() => commandWith({ PATH: path })).toThrow("no editor available");
    },
  );
});

describe("a variable", () => {
  it.each<[string, readonly string[]]>([
    ["ed -x", ["ed", "-x"]],
    ["  ed\t-x ", ["ed", "-x"]],
    [`ed 'a b' "c d" e\\ f`, ["ed", "a b", "c d", "e f"]],
    ["ed # in a line of its own", ["ed"]],
    ["ed $HOME `x` *", ["ed", "$HOME", "`x`", "*"]],
  ])("of %j is split into words, and nothing in it is replaced", (text, words) =>
    withPrograms(["ed"], (folder) => {
      expect(commandWith({ PATH: folder, EDITOR: text })).toEqual([join(folder, "ed"), ...words.slice(1)]);
    }),
  );

  it("may name a program by its path", () => {
    expect(commandWith({ PATH: "", SOPS_EDITOR: "./my/editor -w", EDITOR: "ed" })).toEqual(["./my/editor", "-w"]);
  });
});

import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  type GenerationFile,
  type GenerationStore,
  goLive,
  nextGeneration,
  prune,
  writeGeneration,
} from "../../src/nixos/generation.ts";
import { scratchSystem, type ScratchSystem } from "../support/scratch-system.ts";
import { withTemporaryDirectory } from "../support/temporary-directory.ts";

const owner = { uid: 980, gid: 978 };
const directoryOwner = { uid: 0, gid: 96 };
const store: GenerationStore = { directory: "/s.d", link: "/run/s", directoryOwner };
const file = (place: string, fields: Partial<GenerationFile> = {}): GenerationFile => ({
  kind: "secret",
  place,
  content: Buffer.from(`content of ${place}`),
  mode: 0o400,
  owner,
  ...fields,
});

async function inScratch(use: (system: ScratchSystem, root: string) => void): Promise<void> {
  await withTemporaryDirectory(async (root) => {
    mkdirSync(join(root, "s.d"));
    mkdirSync(join(root, "run"));
    use(scratchSystem(root), root);
  });
}

describe("the number of the next generation", () => {
  it.each<[string | undefined, number]>([
    [undefined, 1],
    ["/s.d/1", 2],
    ["/s.d/0099", 100],
    ["/s.d/sub/7", 8],
    ["/elsewhere/9", 1],
    ["/s.dx/9", 1],
  ])("after a link to %s is %i", (target, number) =>
    inScratch((system, root) => {
      if (target !== undefined) symlinkSync(target, join(root, "run/s"));
      expect(nextGeneration(store, system)).toBe(number);
    }),
  );

  it.each(["/s.d/abc", "/s.d/1x", "/s.d/99999999999999999999"])("cannot be told from a link to %s", (target) =>
    inScratch((system, root) => {
      symlinkSync(target, join(root, "run/s"));
      expect(() => nextGeneration(store, system)).toThrow(target);
    }),
  );

  it("is 1 where there is a directory or a file", () =>
    inScratch((system, root) => {
      writeFileSync(join(root, "run/s"), "");
      expect(nextGeneration(store, system)).toBe(1);
    }));
});

describe("a new generation", () => {
  it("has its files with mode and owner, in directories for the group", () =>
    inScratch((system, root) => {
      const files = [file("a"), file("b/c/d", { mode: 0o440 }), file("rendered/t", { kind: "template", mode: 0o666 })];
      writeGeneration(3, files, store, system);
      const at = (place: string): string => join(root, "s.d/3", place);
      const modes = ["", "b", "b/c", "rendered", "a", "b/c/d", "rendered/t"].map(
        (place) => statSync(at(place)).mode & 0o7777,
      );
      expect(modes).toEqual([0o751, 0o751, 0o751, 0o751, 0o400, 0o440, 0o666]);
      expect(readFileSync(at("b/c/d"), "utf8")).toBe("content of b/c/d");
      expect([system.owners.get("/s.d/3/b/c"), system.owners.get("/s.d/3/b/c/d")]).toEqual([directoryOwner, owner]);
    }));

  it("gives secrets their mode less the umask", () =>
    inScratch((system, root) => {
      writeGeneration(1, [file("a", { mode: 0o666 })], store, system);
      expect(statSync(join(root, "s.d/1/a")).mode & 0o777).toBe(0o666 & ~process.umask());
    }));

  it("belongs to the user in user mode", () =>
    inScratch((system) => {
      writeGeneration(1, [file("a/b")], { ...store, directoryOwner: undefined }, system);
      expect(system.owners.size).toBe(0);
    }));

  it("takes the place of what an earlier run left", () =>
    inScratch((system, root) => {
      mkdirSync(join(root, "s.d/1/old"), { recursive: true });
      writeGeneration(1, [file("a")], store, system);
      expect(readdirSync(join(root, "s.d/1"))).toEqual(["a"]);
    }));

  it("leaves nothing behind when a file cannot be written", () =>
    inScratch((system, root) => {
      system.broken.add("open /s.d/1/b");
      expect(() => writeGeneration(1, [file("a"), file("b")], store, system)).toThrow("input/output error");
      expect(readdirSync(join(root, "s.d"))).toEqual([]);
    }));
});

describe("going live", () => {
  it.each<[string, (path: string) => void]>([
    ["nothing", () => undefined],
    ["a link", (path) => symlinkSync("/s.d/1", path)],
    ["a file", (path) => writeFileSync(path, "x")],
    ["a directory with content", (path) => void mkdirSync(join(path, "old"), { recursive: true })],
  ])("replaces %s", (_, make) =>
    inScratch((system, root) => {
      make(join(root, "run/s"));
      goLive(2, store, system);
      expect(readlinkSync(join(root, "run/s"))).toBe("/s.d/2");
      expect(readdirSync(join(root, "run"))).toEqual(["s"]);
    }),
  );

  it("makes the directories above", () =>
    inScratch((system, root) => {
      goLive(1, { ...store, link: "/home/x/.config/s" }, system);
      expect(readlinkSync(join(root, "home/x/.config/s"))).toBe("/s.d/1");
    }));

  it("takes the new generation away when it fails", () =>
    inScratch((system, root) => {
      symlinkSync("/s.d/1", join(root, "run/s"));
      writeGeneration(2, [file("a")], store, system);
      system.broken.add("symlink /run/s");
      expect(() => goLive(2, store, system)).toThrow("input/output error");
      expect(existsSync(join(root, "s.d/2"))).toBe(false);
      expect(readlinkSync(join(root, "run/s"))).toBe("/s.d/1");
    }));
});

describe("pruning", () => {
  it.each([
    [0, ["1", "2", "3", "4", "5", "keep"]],
    [1, ["4", "5", "keep"]],
    [2, ["3", "4", "5", "keep"]],
    [9, ["1", "2", "3", "4", "5", "keep"]],
  ])("with %i to keep leaves %j", (keep, left) =>
    inScratch((system, root) => {
      for (const name of ["1", "2", "3", "4", "5", "keep"]) mkdirSync(join(root, "s.d", name));
      prune(4, keep, store, system);
      expect(readdirSync(join(root, "s.d")).toSorted()).toEqual(left);
    }),
  );
});

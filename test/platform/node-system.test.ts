import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { realpath } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { changeLinkOwner, system } from "../../src/platform/node-system.ts";
import { PlatformError } from "../../src/platform/platform.ts";
import { withTemporaryDirectory } from "../support/temporary-directory.ts";

const isRoot = process.getuid?.() === 0;
const self = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
const bytes = (text: string): Uint8Array => Buffer.from(text);
const inFolder = (use: (folder: string) => void): Promise<void> =>
  withTemporaryDirectory(async (folder) => use(await realpath(folder)));

describe("what is at a path", () => {
  it("is told without following links", () =>
    inFolder((folder) => {
      mkdirSync(join(folder, "directory"));
      writeFileSync(join(folder, "file"), "content");
      symlinkSync("directory", join(folder, "link"));
      const types = ["directory", "file", "link", "nothing"].map((name) => system.status(join(folder, name))?.type);
      expect(types).toEqual(["directory", "file", "link", undefined]);
      expect(system.status(join(folder, "file"))).toMatchObject(self);
      const contents = ["directory", "file", "link", "nothing"].map((name) => system.readFile(join(folder, name)));
      expect(contents).toEqual([undefined, Buffer.from("content"), undefined, undefined]);
    }));

  it("exists when a link leads to something", () =>
    inFolder((folder) => {
      symlinkSync("/nowhere/at/all", join(folder, "dangling"));
      symlinkSync(folder, join(folder, "to-itself"));
      expect([system.exists(join(folder, "dangling")), system.exists(join(folder, "to-itself"))]).toEqual([
        false,
        true,
      ]);
      expect([system.realPath(join(folder, "to-itself")), system.realPath("/nowhere/at/all")]).toEqual([
        folder,
        "/nowhere/at/all",
      ]);
      expect([system.readLink(join(folder, "dangling")), [...system.list(folder)].toSorted()]).toEqual([
        "/nowhere/at/all",
        ["dangling", "to-itself"],
      ]);
    }));
});

describe("a new file", () => {
  it.each([
    [{ mode: 0o666, lessUmask: true }, 0o666 & ~process.umask()],
    [{ mode: 0o666, lessUmask: false }, 0o666],
    [{ mode: 0o400, lessUmask: true }, 0o400],
    [{ mode: 0, lessUmask: false }, 0],
  ])("with %j has the mode %i", (rights, mode) =>
    inFolder((folder) => {
      system.createFile(join(folder, "new"), bytes("content"), { ...rights, owner: self });
      expect(statSync(join(folder, "new")).mode & 0o7777).toBe(mode);
      expect(statSync(join(folder, "new")).size).toBe(7);
    }),
  );

  it("never takes the place of one that is there, nor of what a link leads to", () =>
    inFolder((folder) => {
      writeFileSync(join(folder, "file"), "old");
      symlinkSync(join(folder, "target"), join(folder, "link"));
      const rights = { mode: 0o600, owner: undefined, lessUmask: true };
      for (const name of ["file", "link"]) {
        expect(() => system.createFile(join(folder, name), bytes("new"), rights)).toThrow(
          `open ${join(folder, name)}:`,
        );
      }
      expect([readFileSync(join(folder, "file"), "utf8"), existsSync(join(folder, "target"))]).toEqual(["old", false]);
    }));

  it.runIf(isRoot)("and a directory belong to whom they should", () =>
    inFolder((folder) => {
      const owner = { uid: 4711, gid: 4712 };
      system.createDirectory(join(folder, "d"), { mode: 0o751, owner });
      system.createFile(join(folder, "d/f"), bytes(""), { mode: 0o440, owner, lessUmask: true });
      for (const path of ["d", "d/f"]) expect(statSync(join(folder, path))).toMatchObject(owner);
      system.changeOwner(join(folder, "d"), { uid: 1, gid: 2 });
      expect(statSync(join(folder, "d"))).toMatchObject({ uid: 1, gid: 2 });
    }),
  );
});

describe("directories", () => {
  it("are made with exactly their mode, and those above with what the umask leaves", () =>
    inFolder((folder) => {
      system.makeDirectories(join(folder, "a/b"), 0o777);
      system.createDirectory(join(folder, "a/b/c"), { mode: 0o773, owner: undefined });
      expect(statSync(join(folder, "a")).mode & 0o777).toBe(0o777 & ~process.umask());
      expect(statSync(join(folder, "a/b/c")).mode & 0o777).toBe(0o773);
      system.makeDirectories(join(folder, "a/b"), 0o700);
    }));

  it("are removed with all that is below them, links not followed", () =>
    inFolder((folder) => {
      mkdirSync(join(folder, "a/b"), { recursive: true });
      mkdirSync(join(folder, "kept"));
      writeFileSync(join(folder, "kept/file"), "");
      symlinkSync(join(folder, "kept"), join(folder, "a/link"));
      system.removeTree(join(folder, "a"));
      system.removeTree(join(folder, "a"));
      expect([readdirSync(folder), readdirSync(join(folder, "kept"))]).toEqual([["kept"], ["file"]]);
    }));

  it("are removed one by one only when empty", () =>
    inFolder((folder) => {
      mkdirSync(join(folder, "a/b"), { recursive: true });
      expect(() => system.remove(join(folder, "a"))).toThrow(/^rmdir .*a: directory not empty$/);
      system.remove(join(folder, "a/b"));
      system.remove(join(folder, "a"));
      symlinkSync("/nowhere", join(folder, "link"));
      system.remove(join(folder, "link"));
      expect(readdirSync(folder)).toEqual([]);
    }));
});

describe("placing a link", () => {
  it("replaces what is there in one step and leaves nothing else", () =>
    inFolder((folder) => {
      writeFileSync(join(folder, "place"), "old");
      system.placeLink(join(folder, "place"), "/target/1", undefined);
      system.placeLink(join(folder, "place"), "/target/2", self);
      expect([readlinkSync(join(folder, "place")), readdirSync(folder)]).toEqual(["/target/2", ["place"]]);
    }));

  it("leaves nothing when it fails", () =>
    inFolder((folder) => {
      mkdirSync(join(folder, "place/of"), { recursive: true });
      expect(() => system.placeLink(join(folder, "place"), "/target", undefined)).toThrow(PlatformError);
      expect(readdirSync(folder)).toEqual(["place"]);
    }));

  it.runIf(isRoot)("gives the link its owner, not what it leads to", () =>
    inFolder((folder) => {
      writeFileSync(join(folder, "target"), "");
      system.placeLink(join(folder, "place"), join(folder, "target"), { uid: 4711, gid: 4712 });
      expect(lstatSync(join(folder, "place"))).toMatchObject({ uid: 4711, gid: 4712 });
      expect(statSync(join(folder, "target"))).toMatchObject(self);
    }),
  );
});

describe.runIf(process.platform === "linux")("the owner of a link", () => {
  it("is not given to what has come to be in its place", () =>
    inFolder((folder) => {
      const path = join(folder, "place");
      writeFileSync(path, "");
      expect(() => changeLinkOwner(path, { uid: self.uid + 1, gid: self.gid })).toThrow("it is no link any more");
      expect(statSync(path)).toMatchObject(self);
      mkdirSync(join(folder, "directory"));
      expect(() => changeLinkOwner(join(folder, "directory"), self)).toThrow(PlatformError);
    }));
});

describe("appending", () => {
  it("makes a private file, and adds to one that is there", () =>
    inFolder((folder) => {
      const path = join(folder, "list");
      system.append(path, "a\n");
      system.append(path, "b\n");
      expect([readFileSync(path, "utf8"), statSync(path).mode & 0o777]).toEqual(["a\nb\n", 0o600]);
    }));
});

describe("a failure", () => {
  it("names the call, the path and the reason", () => {
    expect(() => system.list("/nowhere/at/all")).toThrow(
      /^(?:scandir|readdir) \/nowhere\/at\/all: no such file or directory$/,
    );
    expect(() => system.readLink("/")).toThrow("readlink /: invalid argument");
  });
});

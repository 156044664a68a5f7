import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  openSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { platform } from "../../src/platform/node.ts";
import { PlatformError } from "../../src/platform/platform.ts";
import { withTemporaryDirectory } from "../support/temporary-directory.ts";

const bytes = (text: string): Uint8Array => Buffer.from(text);
const isRoot = process.getuid?.() === 0;

describe("writing a file", () => {
  it("makes a new file with the permissions that the umask leaves", () =>
    withTemporaryDirectory(async (folder) => {
      const path = join(folder, "new");
      await platform.writeFile(path, bytes("content"));
      expect(readFileSync(path, "utf8")).toBe("content");
      expect(statSync(path).mode & 0o777).toBe(0o666 & ~process.umask());
      expect(readdirSync(folder)).toEqual(["new"]);
    }));

  it.each([0o600, 0o640, 0o644, 0o755])("keeps the mode %o of an existing file", (mode) =>
    withTemporaryDirectory(async (folder) => {
      const path = join(folder, "file");
      writeFileSync(path, "old");
      chmodSync(path, mode);
      await platform.writeFile(path, bytes("new"));
      expect(readFileSync(path, "utf8")).toBe("new");
      expect(statSync(path).mode & 0o7777).toBe(mode);
    }),
  );

  it("replaces the file, so that who has it open keeps the old content", () =>
    withTemporaryDirectory(async (folder) => {
      const path = join(folder, "file");
      writeFileSync(path, "old");
      const before = statSync(path).ino;
      await platform.writeFile(path, bytes("new"));
      expect(statSync(path).ino).not.toBe(before);
    }));

  it("follows symlinks and leaves them as they are, whether or not the target exists", () =>
    withTemporaryDirectory(async (folder) => {
      mkdirSync(join(folder, "real"));
      symlinkSync("real", join(folder, "alias"));
      symlinkSync("file", join(folder, "real", "second"));
      symlinkSync("alias/second", join(folder, "first"));
      for (const content of ["one", "two"]) {
        await platform.writeFile(join(folder, "first"), bytes(content));
        expect(readFileSync(join(folder, "real", "file"), "utf8")).toBe(content);
      }
      expect(lstatSync(join(folder, "first")).isSymbolicLink()).toBe(true);
      expect(lstatSync(join(folder, "real", "second")).isSymbolicLink()).toBe(true);
      expect(readdirSync(join(folder, "real")).toSorted()).toEqual(["file", "second"]);
    }));

  it.runIf(isRoot)("keeps the owner of an existing file", () =>
    withTemporaryDirectory(async (folder) => {
      const path = join(folder, "file");
      writeFileSync(path, "old");
      chownSync(path, 12, 34);
      chmodSync(path, 0o640);
      await platform.writeFile(path, bytes("new"));
      const { uid, gid, mode } = statSync(path);
      expect({ uid, gid, mode: mode & 0o7777 }).toEqual({ uid: 12, gid: 34, mode: 0o640 });
    }),
  );

  it("writes to a device as it is", async () => {
    await platform.writeFile("/dev/null", bytes("gone"));
    expect(statSync("/dev/null").isCharacterDevice()).toBe(true);
  });

  it.runIf(process.platform === "linux")("writes through the path of an open descriptor, which keeps its file", () =>
    withTemporaryDirectory(async (folder) => {
      const path = join(folder, "file");
      const descriptor = openSync(path, "w");
      const before = statSync(path).ino;
      for (const alias of [`/dev/fd/${descriptor}`, `/proc/self/fd/${descriptor}`]) {
        await platform.writeFile(alias, bytes(alias));
        expect(readFileSync(path, "utf8")).toBe(alias);
      }
      closeSync(descriptor);
      expect(statSync(path).ino).toBe(before);
    }),
  );

  it("does not replace a file that may not be written", (context) =>
    withTemporaryDirectory(async (folder) => {
      if (isRoot) context.skip("root may write anywhere");
      const path = join(folder, "file");
      writeFileSync(path, "old", { mode: 0o444 });
      await expect(platform.writeFile(path, bytes("new"))).rejects.toThrow(`open ${path}: permission denied`);
      expect(readFileSync(path, "utf8")).toBe("old");
    }));

  it("writes in place where the folder takes no new files", (context) =>
    withTemporaryDirectory(async (folder) => {
      if (isRoot) context.skip("root may write anywhere");
      const path = join(folder, "closed", "file");
      mkdirSync(join(folder, "closed"));
      writeFileSync(path, "old");
      chmodSync(join(folder, "closed"), 0o555);
      await platform.writeFile(path, bytes("new"));
      expect(readFileSync(path, "utf8")).toBe("new");
      await expect(platform.writeFile(`${path}2`, bytes("new"))).rejects.toThrow("permission denied");
      chmodSync(join(folder, "closed"), 0o755);
    }));

  it("leaves target and folder untouched when it fails", () =>
    withTemporaryDirectory(async (folder) => {
      mkdirSync(join(folder, "directory"));
      const failures = [
        [join(folder, "directory"), "is a directory", false],
        [join(folder, "missing", "file"), "no such file or directory", true],
        [join("/dev/null", "file"), "not a directory", false],
        [join(folder, "x".repeat(300)), "file name too long", false],
      ] as const;
      for (const [path, reason, notFound] of failures) {
        const error = await platform.writeFile(path, bytes("content")).catch((thrown: unknown) => thrown);
        expect(error).toBeInstanceOf(PlatformError);
        expect(error).toMatchObject({ message: `open ${path}: ${reason}`, notFound });
      }
      expect(readdirSync(folder)).toEqual(["directory"]);
    }));

  it("gives up on a circle of symlinks", () =>
    withTemporaryDirectory(async (folder) => {
      symlinkSync("b", join(folder, "a"));
      symlinkSync("a", join(folder, "b"));
      await expect(platform.writeFile(join(folder, "a"), bytes(""))).rejects.toThrow("too many levels of symbolic");
    }));
});

describe("reading a file", () => {
  it("gives all its bytes", () =>
    withTemporaryDirectory(async (folder) => {
      const content = Uint8Array.from({ length: 300 }, (_, index) => index & 255);
      writeFileSync(join(folder, "file"), content);
      expect(Buffer.compare(await platform.readFile(join(folder, "file")), content)).toBe(0);
    }));

  it("says what is wrong in Go's words", () =>
    withTemporaryDirectory(async (folder) => {
      const missing = join(folder, "missing");
      await expect(platform.readFile(missing)).rejects.toMatchObject({
        message: `open ${missing}: no such file or directory`,
        notFound: true,
      });
      await expect(platform.readFile(folder)).rejects.toMatchObject({
        message: `read ${folder}: is a directory`,
        notFound: false,
      });
    }));

  it("may answer that there is none, but reports every other failure", () =>
    withTemporaryDirectory(async (folder) => {
      expect(await platform.readFileIfExists(join(folder, "missing"))).toBeUndefined();
      await expect(platform.readFileIfExists(folder)).rejects.toThrow("is a directory");
      expect(existsSync(join(folder, "missing"))).toBe(false);
    }));

  it("tells a file that is missing from one that cannot be there", () =>
    withTemporaryDirectory(async (folder) => {
      writeFileSync(join(folder, "file"), "");
      symlinkSync("nowhere", join(folder, "link"));
      expect(await platform.readFileIfExists(join(folder, "link"))).toBeUndefined();
      expect(await platform.readFileIfExists(join(folder, "a/b/c"))).toBeUndefined();
      await expect(platform.readFileIfExists(join(folder, "file/below"))).rejects.toThrow("not a directory");
      await expect(platform.readFileIfExists(`${join(folder, "file")}/`)).rejects.toThrow("not a directory");
      await expect(platform.readFileIfExists("a\0b")).rejects.toThrow("null bytes");
    }));
});

import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { PrivateDirectory, secretDirectories, temporaryDirectory } from "../../src/cli/private-directory.ts";
import { SopsError } from "../../src/errors.ts";
import type { Platform } from "../../src/platform/platform.ts";
import { isolatedPlatform } from "../support/in-process.ts";
import { withTemporaryDirectory } from "../support/temporary-directory.ts";

const platformWith = (env: Record<string, string>): Platform => isolatedPlatform({ directory: "/", env });
const content = new TextEncoder().encode("secret");
const write = (directory: PrivateDirectory): string => directory.writeFile("f.yaml", content);

describe.runIf(process.platform !== "win32")("the directory for temporary files", () => {
  it.each([
    [{ TMPDIR: "/var/tmp" }, "/var/tmp"],
    [{ TMPDIR: "" }, "/tmp"],
    [{}, "/tmp"],
  ])("with %j is %s", (env, path) => {
    expect(temporaryDirectory(platformWith(env))).toBe(path);
  });
});

describe("where plain text may lie", () => {
  it("is the directory for temporary files when there is nothing better", () =>
    withTemporaryDirectory(async (root) => {
      const places = secretDirectories(platformWith({ TMPDIR: root, XDG_RUNTIME_DIR: "relative" }));
      expect(places.at(-1)).toBe(root);
      expect(places).not.toContain("relative");
      expect(new Set(places).size).toBe(places.length);
    }));

  // A memory file system that every Linux has.
  it.runIf(existsSync("/dev/shm") && process.platform === "linux")("is in memory before all else", () =>
    withTemporaryDirectory(async (root) => {
      const memory = "/dev/shm";
      const disk = platformWith({ TMPDIR: root, XDG_RUNTIME_DIR: root });
      // The tests' own directory may be in memory itself.
      if (!secretDirectories(disk)[0]?.startsWith(root)) {
        expect(secretDirectories(disk)).toEqual([memory, root]);
        expect(secretDirectories(platformWith({ TMPDIR: root, XDG_RUNTIME_DIR: `${memory}/` }))[0]).toBe(`${memory}/`);
      }
      expect(secretDirectories(platformWith({ TMPDIR: memory, XDG_RUNTIME_DIR: "/nowhere" }))).toEqual([memory]);
    }),
  );
});

describe("a private directory", () => {
  it("is only for its owner, and so are its files, and is gone when it is removed", () =>
    withTemporaryDirectory(async (root) => {
      const { directory, result } = PrivateDirectory.create([root], ".sops", write);
      expect(directory.path).toMatch(/\/\.sops\d+$/);
      expect(statSync(directory.path).mode & 0o777).toBe(0o700);
      expect(statSync(result).mode & 0o777).toBe(0o600);
      expect(readFileSync(result, "utf8")).toBe("secret");
      writeFileSync(join(directory.path, "more"), "");
      directory.remove();
      expect(existsSync(directory.path)).toBe(false);
    }));

  it("is made in the first place that takes it", () =>
    withTemporaryDirectory(async (root) => {
      writeFileSync(join(root, "file"), "");
      const places = [join(root, "nowhere"), join(root, "file"), root];
      const { directory } = PrivateDirectory.create(places, "", write);
      expect(directory.path.startsWith(`${root}/`)).toBe(true);
      directory.remove();
    }));

  it("goes on to the next place when its content does not fit, and leaves nothing behind", () =>
    withTemporaryDirectory(async (root) => {
      const [full, roomy] = ["full", "roomy"].map((name) => join(root, name));
      if (full === undefined || roomy === undefined) expect.fail("two places");
      mkdirSync(full);
      mkdirSync(roomy);
      const { result } = PrivateDirectory.create([full, roomy], "", (directory) => {
        if (!directory.path.startsWith(full)) return write(directory);
        throw Object.assign(new TypeError("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
      });
      expect(result.startsWith(roomy)).toBe(true);
      expect(existsSync(full) && statSync(full).nlink).toBe(2);
    }));

  it("says of every place why it does not take it", () =>
    withTemporaryDirectory(async (root) => {
      const place = join(root, "nowhere");
      const make = (): unknown => PrivateDirectory.create([place, join(root, "neither")], "", write);
      expect(make).toThrow(SopsError);
      expect(make).toThrow(
        `Could not create temporary directory: ${place}: no such file or directory; ${root}/neither: no such file or directory`,
      );
    }));

  it("makes the directories that a name has", () =>
    withTemporaryDirectory(async (root) => {
      const { directory, result } = PrivateDirectory.create([root], "", (made) => made.writeFile("a/b/c", content));
      expect(result).toBe(join(directory.path, "a/b/c"));
      expect(statSync(join(directory.path, "a")).mode & 0o777).toBe(0o700);
      directory.remove();
    }));
});

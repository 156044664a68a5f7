import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { codeCacheFolder, readCodeCache, writeCodeCache } from "../../src/cli/code-cache.ts";
import { withTemporaryDirectory } from "../support/temporary-directory.ts";

const isRoot = process.getuid?.() === 0;

beforeEach(() => {
  vi.stubEnv("NODE_DISABLE_COMPILE_CACHE", undefined);
  vi.stubEnv("XDG_CACHE_HOME", undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});

describe.skipIf(process.platform === "win32")("the folder of the code cache", () => {
  it.each(["HOME", "XDG_CACHE_HOME"])("is made below %s, for this user alone", (variable) =>
    withTemporaryDirectory(async (folder) => {
      vi.stubEnv(variable, folder);
      const parent = variable === "HOME" ? join(folder, ".cache") : folder;
      mkdirSync(parent, { recursive: true });
      expect(codeCacheFolder()).toBe(join(parent, "sops-ts"));
      expect(statSync(join(parent, "sops-ts")).mode & 0o777).toBe(0o700);
    }),
  );

  it("is not made where there is no cache folder, nor by a relative path", () =>
    withTemporaryDirectory(async (folder) => {
      vi.stubEnv("HOME", folder);
      expect(codeCacheFolder()).toBeUndefined();
      expect(readdirSync(folder)).toEqual([]);
      vi.stubEnv("XDG_CACHE_HOME", "relative");
      expect(codeCacheFolder()).toBeUndefined();
      expect(existsSync("relative")).toBe(false);
    }));

  it.each(["", "sops-ts"])("is not used when others can write to '%s'", (name) =>
    withTemporaryDirectory(async (folder) => {
      vi.stubEnv("XDG_CACHE_HOME", folder);
      mkdirSync(join(folder, "sops-ts"));
      for (const mode of [0o770, 0o707]) {
        chmodSync(join(folder, name), mode);
        expect(codeCacheFolder()).toBeUndefined();
      }
      chmodSync(join(folder, name), 0o755);
      expect(codeCacheFolder()).toBe(join(folder, "sops-ts"));
    }),
  );

  it.runIf(isRoot).each(["", "sops-ts"])("is not used when '%s' belongs to somebody else", (name) =>
    withTemporaryDirectory(async (folder) => {
      vi.stubEnv("XDG_CACHE_HOME", folder);
      mkdirSync(join(folder, "sops-ts"));
      chownSync(join(folder, name), 1234, 1234);
      expect(codeCacheFolder()).toBeUndefined();
    }),
  );

  it("is not used with NODE_DISABLE_COMPILE_CACHE", () =>
    withTemporaryDirectory(async (folder) => {
      vi.stubEnv("XDG_CACHE_HOME", folder);
      vi.stubEnv("NODE_DISABLE_COMPILE_CACHE", "1");
      expect(codeCacheFolder()).toBeUndefined();
    }));
});

describe("the code cache", () => {
  it("gives what was written, and nothing that is not whole", () =>
    withTemporaryDirectory(async (folder) => {
      const path = join(folder, "v1-a");
      expect(readCodeCache(path)).toBeUndefined();
      writeCodeCache(path, "v1-", Buffer.from("code"));
      expect(readCodeCache(path)).toEqual(Buffer.from("code"));
      const file = readFileSync(path);
      for (const damaged of [file.subarray(0, -1), Buffer.concat([file, file]), file.fill(0), Buffer.of()]) {
        writeFileSync(path, damaged);
        expect(readCodeCache(path)).toBeUndefined();
      }
    }));

  it.skipIf(process.platform === "win32")("gives nothing that others could have written", () =>
    withTemporaryDirectory(async (folder) => {
      const path = join(folder, "v1-a");
      writeCodeCache(path, "v1-", Buffer.from("code"));
      chmodSync(path, 0o620);
      expect(readCodeCache(path)).toBeUndefined();
      chmodSync(path, 0o600);
      expect(readCodeCache(path)).toEqual(Buffer.from("code"));
      if (isRoot) {
        chownSync(path, 1234, 1234);
        expect(readCodeCache(path)).toBeUndefined();
      }
    }),
  );

  it("keeps one file of each sort, and does not fail where it can keep none", () =>
    withTemporaryDirectory(async (folder) => {
      for (const name of ["v1-a", "v2-a", "v1-b"]) writeCodeCache(join(folder, name), name.slice(0, 3), Buffer.of(1));
      expect(readdirSync(folder).toSorted()).toEqual(["v1-b", "v2-a"]);
      writeCodeCache(join(folder, "missing", "v1-a"), "v1-", Buffer.of(1));
      expect(readdirSync(folder).toSorted()).toEqual(["v1-b", "v2-a"]);
    }));
});

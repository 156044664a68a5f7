import { describe, expect, it } from "vitest";
import { absolutePlace, cleanPath, isBelow, lastStep, parentOf, placeOfName } from "../../src/nixos/places.ts";
import { expandRuntimeDirectory, runtimeDirectory } from "../../src/nixos/runtime-directory.ts";
import { parseManifest } from "../../src/nixos/manifest.ts";
import { memoryPlatform } from "../support/memory-platform.ts";

describe("the name of a secret", () => {
  it.each([
    ["a", "a"],
    ["a/b/c", "a/b/c"],
    ["/a//b/./c/", "a/b/c"],
    ["..a/b..", "..a/b.."],
  ])("%s is the place %s", (name, place) => {
    expect(placeOfName(name)).toBe(place);
  });

  it.each(["", "/", ".", "..", "../x", "a/../../x", "a/..", "a/../b", "x\0y"])("%j is refused", (name) => {
    expect(() => placeOfName(name)).toThrow(JSON.stringify(name));
  });
});

describe("a place of the machine", () => {
  it("is absolute and plain", () => {
    expect(absolutePlace("//run/./secrets.d/", "store")).toBe("/run/secrets.d");
  });

  it.each(["", "run/secrets", "/", "//", "/run/../etc", "/a\0b"])("cannot be %j", (path) => {
    expect(() => absolutePlace(path, "symlinkPath")).toThrow("symlinkPath is");
  });

  it("is known by its steps", () => {
    expect([cleanPath("a//b/"), parentOf("/a/b"), parentOf("/a"), lastStep("/a/b")]).toEqual(["a/b", "/a", "/", "b"]);
    expect([isBelow("/a/b", "/a"), isBelow("/ab", "/a"), isBelow("/a", "/a"), isBelow("/a", "/")]).toEqual([
      true,
      false,
      false,
      true,
    ]);
  });
});

describe("the runtime directory", () => {
  it("is $XDG_RUNTIME_DIR", async () => {
    expect(await runtimeDirectory(memoryPlatform({ env: { XDG_RUNTIME_DIR: "/run/user/1" } }))).toBe("/run/user/1");
  });

  it.each([{}, { XDG_RUNTIME_DIR: "" }])("is missing with %j", async (env) => {
    await expect(runtimeDirectory(memoryPlatform({ env }))).rejects.toThrow("$XDG_RUNTIME_DIR is not set");
  });

  it("is what getconf says on macOS", async () => {
    const run = async (): Promise<{ stdout: Uint8Array; stderr: Uint8Array; status: number }> => ({
      stdout: Buffer.from("/var/folders/x/T/\n"),
      stderr: Buffer.alloc(0),
      status: 0,
    });
    expect(await runtimeDirectory({ ...memoryPlatform({ os: "darwin" }), run })).toBe("/var/folders/x/T");
  });

  it("stands for %r in the places of a manifest, and %% for %", () => {
    const manifest = parseManifest(
      Buffer.from(
        `{"secretsMountPoint": "%r/s.d", "symlinkPath": "/%%r/%x", "ageKeyFile": "%r/k",
          "secrets": [{"path": "%r/%r"}], "templates": [{"path": "%%%r", "file": "%r"}]}`,
      ),
    );
    const expanded = expandRuntimeDirectory(manifest, "/R");
    expect([expanded.store, expanded.link, expanded.ageKeyFile]).toEqual(["/R/s.d", "/%r/%x", "%r/k"]);
    expect([expanded.secrets[0]?.path, expanded.templates[0]?.path]).toEqual(["/R//R", "%/R"]);
    expect(expanded.templates[0]?.file).toBe("%r");
  });
});

import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { keepUnsaved, unsavedFileName, unsavedPlaces, unsavedTextName } from "../../src/cli/unsaved.ts";
import { isolatedPlatform } from "../support/in-process.ts";
import { withTemporaryDirectory } from "../support/temporary-directory.ts";

const content = new TextEncoder().encode("ENC[…]");

describe("the name of a file that could not be saved", () => {
  it.each([
    ["/a/secrets.yaml", "secrets.unsaved.yaml", "secrets.unsaved-2.yaml"],
    ["/a/x.unsaved.yml", "x.unsaved.unsaved.yml", "x.unsaved.unsaved-2.yml"],
    ["/a/.env", ".env.unsaved.env", ".env.unsaved-2.env"],
    ["/a/prod.env", "prod.unsaved.env", "prod.unsaved-2.env"],
    ["/a/settings.ini", "settings.unsaved.ini", "settings.unsaved-2.ini"],
    ["/a/key", "key.unsaved", "key.unsaved-2"],
    ["/a/key.txt", "key.txt.unsaved", "key.txt.unsaved-2"],
  ])("%s is %s, and tells the same format", (path, first, second) => {
    expect([unsavedFileName(path)(""), unsavedFileName(path)("-2")]).toEqual([first, second]);
  });

  it("of a text tells that it is binary, whatever the format", () => {
    expect(unsavedTextName("f.yaml")("-3")).toBe("f.yaml.unsaved-3");
  });
});

describe("a file that could not be saved", () => {
  it("goes beside its place, else home, else where temporary files go", () => {
    const platform = isolatedPlatform({ directory: "/", env: { HOME: "/home/me", TMPDIR: "/var/tmp" } });
    const places = unsavedPlaces(platform, "/work/f.yaml");
    expect(places.slice(0, 2)).toEqual(["/work", "/home/me"]);
    expect(places.at(-1)).toBe("/var/tmp");
    expect(unsavedPlaces(isolatedPlatform({ directory: "/", env: {} }), "/work/f.yaml")[0]).toBe("/work");
  });

  it("is only for its owner, and takes nobody's place", () =>
    withTemporaryDirectory(async (folder) => {
      writeFileSync(join(folder, "f.unsaved"), "first");
      mkdirSync(join(folder, "f.unsaved-2"));
      const kept = keepUnsaved([folder], unsavedTextName("f"), content);
      expect(kept).toBe(join(folder, "f.unsaved-3"));
      expect(statSync(kept ?? "").mode & 0o777).toBe(0o600);
      expect(readFileSync(join(folder, "f.unsaved"), "utf8")).toBe("first");
    }));

  it("goes on to the next place that takes it", () =>
    withTemporaryDirectory(async (folder) => {
      const places = [join(folder, "nowhere"), "/proc", folder];
      expect(keepUnsaved(places, unsavedTextName("f"), content)).toBe(join(folder, "f.unsaved"));
    }));

  it("is nowhere when no place takes it", () =>
    withTemporaryDirectory(async (folder) => {
      expect(keepUnsaved([join(folder, "nowhere")], unsavedTextName("f"), content)).toBeUndefined();
      expect(readdirSync(folder)).toEqual([]);
    }));
});

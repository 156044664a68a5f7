import { mkdirSync, readdirSync, readlinkSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { makeLink } from "../../src/nixos/links.ts";
import { scratchSystem, type ScratchSystem } from "../support/scratch-system.ts";
import { withTemporaryDirectory } from "../support/temporary-directory.ts";

const link = { path: "/etc/conf/secret", target: "/run/s/a", owner: undefined, subject: "secret a" };

async function inScratch(use: (system: ScratchSystem, path: string, folder: string) => void): Promise<void> {
  await withTemporaryDirectory(async (root) => {
    mkdirSync(join(root, "etc/conf"), { recursive: true });
    use(scratchSystem(root), join(root, "etc/conf/secret"), join(root, "etc/conf"));
  });
}

describe("a link to a secret", () => {
  it.each<[string, (path: string) => void]>([
    ["nothing", () => undefined],
    ["a file", (path) => writeFileSync(path, "old")],
    ["another link", (path) => symlinkSync("/nowhere", path)],
    ["the right link", (path) => symlinkSync("/run/s/a", path)],
    ["an empty directory", (path) => mkdirSync(path)],
  ])("takes the place of %s", (_, make) =>
    inScratch((system, path, folder) => {
      make(path);
      makeLink(link, system);
      expect(readlinkSync(path)).toBe("/run/s/a");
      expect(readdirSync(folder)).toEqual(["secret"]);
    }),
  );

  it("does not take the place of a directory with something in it", () =>
    inScratch((system, path) => {
      mkdirSync(join(path, "of"), { recursive: true });
      expect(() => makeLink(link, system)).toThrow("cannot link /etc/conf/secret to secret a");
      expect(readdirSync(path)).toEqual(["of"]);
    }));

  it("stays when it is right, and is made anew for another owner", () =>
    inScratch((system, path) => {
      symlinkSync("/run/s/a", path);
      const self = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
      makeLink({ ...link, owner: self }, system);
      expect(system.owners.size).toBe(0);
      makeLink({ ...link, owner: { uid: self.uid + 1, gid: self.gid } }, system);
      expect(system.owners.get(link.path)).toEqual({ uid: self.uid + 1, gid: self.gid });
    }));

  it("makes the directories above", () =>
    inScratch((system) => {
      makeLink({ ...link, path: "/var/lib/hass/secrets.yaml" }, system);
      expect(system.readLink("/var/lib/hass/secrets.yaml")).toBe("/run/s/a");
    }));
});

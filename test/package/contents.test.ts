import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { describe, expect, inject, it } from "vitest";
import { installTypesChecker } from "../../tools/package/types-checker.ts";

const { tarball, project } = inject("packed");
const installed = join(project, "node_modules/sops-ts");
const manifest = JSON.parse(readFileSync(join(installed, "package.json"), "utf8")) as {
  readonly exports: Record<string, string | Record<string, string>>;
  readonly peerDependencies: Record<string, string>;
};

/** Every file below a folder, as paths relative to it. */
function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) =>
    statSync(join(folder, path)).isFile(),
  );
}

/** Bytes that files take. */
const bytesOf = (paths: readonly string[]): number => paths.reduce((sum, path) => sum + statSync(path).size, 0);

/** Bytes that a folder takes on the disk, in whole blocks, as `du` counts. */
function diskUsage(folder: string): number {
  const entries = readdirSync(folder, { recursive: true, encoding: "utf8" }).map((path) => join(folder, path));
  return [folder, ...entries].reduce((sum, path) => sum + statSync(path).blocks * 512, 0);
}

describe("the package", () => {
  it("contains what runs and what explains it, and nothing else", () => {
    const folders = new Set(filesBelow(installed).map((path) => path.split("/")[0]));
    expect([...folders].sort()).toEqual(["CHANGELOG.md", "LICENSE", "README.md", "bin", "dist", "package.json"]);
    expect(filesBelow(installed).filter((path) => /\.(?:map|tgz)$|(?<!\.d)\.ts$|test/.test(path))).toEqual([]);
  });

  it("has a file for every entry and condition", () => {
    const paths = Object.values(manifest.exports).flatMap((entry) =>
      typeof entry === "string" ? [entry] : Object.values(entry),
    );
    expect(paths.length).toBeGreaterThan(25);
    expect(paths.filter((path) => !existsSync(join(installed, path)))).toEqual([]);
  });

  it("takes at most 12 MB with all that comes along, of which nothing is an optional package", () => {
    for (const peer of Object.keys(manifest.peerDependencies)) {
      expect(existsSync(join(project, "node_modules", peer)), peer).toBe(false);
    }
    expect(diskUsage(join(project, "node_modules"))).toBeLessThan(12e6);
  });

  it("has a command line of at most 1.5 MB", () => {
    const ofCommandLine = filesBelow(installed).filter((path) =>
      /^bin\/|^dist\/(?:cli\.|chunks\/|sops-ts\.1$)/.test(path),
    );
    expect(ofCommandLine.length).toBeGreaterThan(10);
    expect(bytesOf(ofCommandLine.map((path) => join(installed, path)))).toBeLessThan(1.5e6);
  });

  it("is without fault for publint", async () => {
    const { messages, pkg } = await publint({ pkgDir: installed, strict: true, pack: false });
    expect(messages.map((message) => formatMessage(message, pkg, { color: false }))).toEqual([]);
  });

  it("has types that are right for each way to resolve them", async () => {
    const checker = await installTypesChecker();
    // ES modules alone, which `require` of every Node that we support takes; and not the resolution of TypeScript before 4.7.
    const args = [checker, tarball, "--profile", "esm-only", "--format", "table-flipped", "--no-color", "--no-emoji"];
    const { status, stdout } = spawnSync(process.execPath, args, { encoding: "utf8" });
    for (const entry of Object.keys(manifest.exports)) expect(stdout).toContain(join("sops-ts", entry));
    expect(status, stdout).toBe(0);
  });
});

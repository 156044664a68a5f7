import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { describeLatestRelease, programVersion, versionLine } from "../../src/cli/version.ts";

function answering(status: number, headers: Record<string, string>): typeof fetch {
  return async () => new Response(null, { status, headers });
}

const tag = (version: string): string => `https://github.com/getsops/sops/releases/tag/${version}`;

describe("the version", () => {
  it("is that of the package", () => {
    const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
      version: string;
    };
    expect(programVersion()).toBe(manifest.version);
  });

  it("begins as that of sops, which programs parse", () => {
    expect(versionLine({ bare: false })).toBe(`sops 3.13.3 (sops-ts ${programVersion()})\n`);
    expect(versionLine({ bare: true })).toBe("sops 3.13.3\n");
  });
});

describe("the look-up of the latest sops", () => {
  it.each([
    [
      "v99.0.0",
      "[info] a new version of sops (v99.0.0) is available: https://github.com/getsops/sops/releases/tag/v99.0.0\n",
    ],
    ["v3.13.3", "[info] sops 3.13.3 is the latest version of sops\n"],
    ["v3.9.0", "[info] sops 3.13.3 is the latest version of sops\n"],
  ])("reads %s from the address that it is sent to", async (version, line) => {
    expect(await describeLatestRelease(answering(302, { location: tag(version) }))).toBe(line);
  });

  it.each([
    ["an answer without address", answering(500, {})],
    ["an address without version", answering(302, { location: "https://github.com/login" })],
    ["a version that is none", answering(302, { location: tag("latest") })],
    [
      "no network",
      async () => {
        throw new TypeError("fetch failed");
      },
    ],
  ])("says that it failed: %s", async (_, get) => {
    expect(await describeLatestRelease(get)).toMatch(
      /^\[warning\] failed to retrieve latest version from upstream: .+\n$/,
    );
  });
});

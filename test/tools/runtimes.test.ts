import { isBuiltin } from "node:module";
import { build } from "esbuild";
import { describe, expect, it } from "vitest";
import { importsOfTests } from "../../tools/runtimes/bundle.ts";
import { librarySuites, root } from "../../tools/runtimes/suites.ts";

/** Test files of the library that need Node, with what for. All others run in browsers and workers, too. */
const needsNode: Readonly<Record<string, string>> = {
  "test/crypto/hmac.test.ts": "OpenSSL, to compare with",
  "test/crypto/node.test.ts": "the backend of Node, and OpenSSL to compare with",
  "test/keys/age/hkdf.test.ts": "OpenSSL, to compare with",
  "test/keys/age/locked-identities.test.ts": "a program in the place of gpg-agent",
  "test/keys/age/recipient.test.ts": "a new RSA key",
  "test/keys/age/ssh-identity.test.ts": "a new RSA key",
  "test/keys/age/ssh-private-key.test.ts": "new keys in the formats of OpenSSL",
  "test/keys/environment-fetch.test.ts": "a proxy",
  "test/keys/gcp-kms.test.ts": "a new RSA key",
  "test/keys/gpg-agent.test.ts": "a program in the place of gpg-agent",
  "test/keys/kms.test.ts": "AWS's files of credentials",
  "test/keys/remote-faults.test.ts": "servers that break connections",
  "test/platform/node-connection.test.ts": "programs and sockets",
  "test/platform/node-files.test.ts": "files",
  "test/platform/node-system.test.ts": "files",
  "test/platform/node.test.ts": "programs",
};

describe("the tests that run in every runtime", () => {
  it("are all of the library's but those that say why they need Node", async () => {
    const suites = librarySuites(await importsOfTests());
    const left = suites.filter((suite) => suite.needsNode !== undefined).map(({ path }) => path);
    expect(left).toEqual(Object.keys(needsNode));
    expect(suites.length).toBeGreaterThan(90);
  });
});

describe("the portable entries", () => {
  it.each(["src/index.ts", "src/key-sources.ts"])("%s reaches no module of Node", async (entry) => {
    const { metafile } = await build({
      absWorkingDir: root,
      entryPoints: [entry],
      bundle: true,
      splitting: true,
      format: "esm",
      platform: "neutral",
      packages: "external",
      outdir: "nowhere",
      write: false,
      metafile: true,
    });
    const imported = Object.values(metafile.inputs).flatMap(({ imports }) => imports.map(({ path }) => path));
    expect(imported).toContain("age-encryption");
    expect(imported.filter(isBuiltin)).toEqual([]);
    expect(Object.keys(metafile.inputs)).toContain(entry);
    expect(Object.keys(metafile.inputs).filter((path) => /(?:platform|crypto)\/node/.test(path))).toEqual([]);
  });
});

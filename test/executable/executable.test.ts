import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { sopsTsCommand } from "../support/built-program.ts";
import { corpusText, recipient } from "../support/cli-case.ts";
import { type Outcome, programRunner } from "../support/command-runner.ts";
import { withTemporaryDirectory } from "../support/temporary-directory.ts";

const run = programRunner(sopsTsCommand());
const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
  version: string;
};
const encrypted = corpusText("commands/extract-item/f.yaml");
const fingerprint = "85D77543B3D624B63CEA9E6DBC17301B491B3F21";

/** Runs the executable in a folder with these files, and with no other environment than this. */
async function runAmong(
  files: Readonly<Record<string, string>>,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Outcome & { readonly output: string }> {
  let outcome: Outcome | undefined;
  await withTemporaryDirectory(async (directory) => {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(join(directory, name, ".."), { recursive: true });
      writeFileSync(join(directory, name), content);
    }
    outcome = await run({ args, directory, env: { HOME: directory, PATH: "/usr/bin:/bin", ...env } });
  });
  if (outcome === undefined) throw new TypeError("nothing ran");
  return { ...outcome, output: Buffer.from(outcome.stdout).toString() };
}

describe("the executable", () => {
  it("tells the version of the package", async () => {
    const { output } = await runAmong({}, ["--version"]);
    expect(output).toBe(`sops 3.13.3 (sops-ts ${version})\n`);
  });

  it("takes nothing of what lies about: no variables, no settings of its runtime, no packages", async () => {
    const shout = 'require("node:fs").writeSync(2, "code of the working directory\\n"); process.exit(77);';
    const packages = ["openpgp", "undici", "node-fetch", "re2js", "age-encryption"].flatMap((name) => [
      [`node_modules/${name}/package.json`, JSON.stringify({ name, version: "1.0.0", main: "index.js" })],
      [`node_modules/${name}/index.js`, shout],
    ]);
    const files = {
      "f.yaml": encrypted,
      "g.env": corpusText("commands/exec-env/g.env"),
      ".env": `SOPS_AGE_KEY='${corpusText("keys/alice.txt")
        .replaceAll(/^#.*\n/gm, "")
        .trim()}'\nC=of-the-folder\n`,
      "bunfig.toml": 'preload = ["./shout.js"]\n',
      "shout.js": shout,
      "tsconfig.json": JSON.stringify({ compilerOptions: { paths: { "*": ["./shout.js"] } } }),
      "package.json": JSON.stringify({ type: "module", imports: { "#platform": "./shout.js" } }),
      ...Object.fromEntries(packages),
    };
    const withoutKey = await runAmong(files, ["decrypt", "f.yaml"]);
    expect(withoutKey).toMatchObject({ status: 128, output: "" });
    expect(withoutKey.stderr).toContain("FAILED");
    expect(withoutKey.stderr).not.toContain("code of the working directory");

    const SOPS_AGE_KEY = corpusText("keys/alice.txt");
    const inside = await runAmong(files, ["exec-env", "g.env", 'echo "$A ${C-unset}"'], { SOPS_AGE_KEY });
    expect(inside).toMatchObject({ status: 0, stderr: "", output: "1 unset\n" });

    const pgp = await runAmong({ ...files, ".gnupg/pubring.gpg": "" }, [
      "encrypt",
      "--pgp",
      fingerprint,
      "tsconfig.json",
    ]);
    expect(pgp.stderr).not.toContain("code of the working directory");
    expect(pgp.status).not.toBe(77);
  });

  it("says what to do for keys that need OpenPGP.js, which it does not contain", async () => {
    const gone = { SOPS_GPG_EXEC: "/nowhere/gpg" };
    const files = { "f.txt": "a", ".gnupg/pubring.gpg": "not opened without OpenPGP.js" };
    const { status, output, stderr } = await runAmong(files, ["encrypt", "--pgp", fingerprint, "f.txt"], gone);
    expect({ status, output }).toEqual({ status: 1, output: "" });
    expect(stderr).toContain("need the package openpgp, which is not part of the executable");
    expect(stderr).toContain(
      "Give the keys to gpg (gpg --import FILE), or use sops-ts from npm: npm install sops-ts openpgp",
    );
  });

  it("has the packages for keys of clouds, key services and publishing inside", async () => {
    const keys = [
      ["--kms", "arn:aws:kms:eu-west-1:123456789012:alias/sops"],
      ["--kms", "arn:aws:kms:eu-west-1:123456789012:alias/sops+arn:aws:iam::123456789012:role/deploy"],
      ["--gcp-kms", "projects/p/locations/global/keyRings/r/cryptoKeys/k"],
      ["--azure-kv", "https://team.vault.azure.net/keys/sops/0123456789abcdef"],
    ];
    const env = {
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      AWS_ENDPOINT_URL: "http://127.0.0.1:9",
      GOOGLE_CREDENTIALS: "{}",
      HTTPS_PROXY: "http://127.0.0.1:9",
    };
    for (const flags of keys) {
      const { status, stderr } = await runAmong({ "f.txt": recipient("alice") }, ["encrypt", ...flags, "f.txt"], env);
      expect(status, stderr).toBe(1);
      expect(stderr).toContain("Could not generate data key");
      expect(stderr).not.toMatch(/need the package|Internal error/);
    }
    const service = ["decrypt", "--keyservice", "tcp://127.0.0.1:9", "--enable-local-keyservice=false", "f.yaml"];
    const { stderr } = await runAmong({ "f.yaml": encrypted }, service);
    expect(stderr).toContain("refused");
  });
});

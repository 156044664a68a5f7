import { describe, expect, it } from "vitest";
import { cipher } from "../../src/crypto/node.ts";
import { Failures } from "../../src/nixos/failures.ts";
import { collectIdentities, type InstallerIdentities } from "../../src/nixos/identities.ts";
import { parseManifest } from "../../src/nixos/manifest.ts";
import { memoryPlatform } from "../support/memory-platform.ts";
import { convertedSshKeys, nixCorpusText } from "../support/nix-corpus.ts";
import { InstallWorld, secretEntry } from "./install-world.ts";

const [key] = convertedSshKeys();
if (key === undefined) throw new TypeError("no SSH keys");

const files = {
  "/ed25519": nixCorpusText(`ssh-to-age/${key.private}`),
  "/protected": nixCorpusText("ssh-to-age/keys/pw-default"),
  "/rsa": nixCorpusText("cases/61-pgp-rsa-host-key/in/ssh_host_rsa_key"),
  "/ecdsa": nixCorpusText("ssh-to-age/keys/ecdsa"),
  "/keys.txt": `# created: now\n${key.identity}\n`,
  "/plugin.txt": "AGE-PLUGIN-YUBIKEY-1XYZQQQQQPQQQQQQQ\n",
};

interface Collected extends InstallerIdentities {
  readonly out: readonly string[];
  readonly err: readonly string[];
}

async function collect(fields: object, keyImport = true): Promise<Collected> {
  const manifest = parseManifest(Buffer.from(JSON.stringify({ logging: { keyImport }, ...fields })));
  const env = { SOPS_AGE_KEY_FILE: "/other", GNUPGHOME: "/gnupg", HOME: "/home" };
  const out: string[] = [];
  const err: string[] = [];
  const identities = await collectIdentities(manifest, {
    platform: memoryPlatform({ files, env }),
    cipher,
    failures: new Failures(false),
    program: "install",
    print: (line) => void out.push(line),
    report: (line) => void err.push(line),
  });
  return { ...identities, out, err };
}

describe("the keys of a manifest", () => {
  it("may be none: then all is left to the environment", async () => {
    const { texts, tried, platform } = await collect({});
    expect([texts, tried]).toEqual([[], []]);
    expect([platform.env("SOPS_AGE_KEY_FILE"), platform.env("GNUPGHOME")]).toEqual(["/other", "/gnupg"]);
  });

  it("are an SSH key in both of its forms, and take the place of SOPS_AGE_KEY_FILE", async () => {
    const { texts, tried, err, platform } = await collect({ ageSshKeyPaths: ["/ed25519"] });
    expect(texts).toEqual([files["/ed25519"], key.identity]);
    expect(tried).toEqual([`${key.recipient} (/ed25519)`]);
    expect(err).toEqual([`install: Imported /ed25519 as age key with fingerprint ${key.recipient}`]);
    expect([platform.env("SOPS_AGE_KEY_FILE"), platform.env("HOME")]).toEqual([undefined, "/home"]);
  });

  it("are imported without a word where the manifest wants that", async () => {
    expect((await collect({ ageSshKeyPaths: ["/ed25519"], sshKeyPaths: ["/rsa"] }, false)).err).toEqual([]);
  });

  it("may be SSH keys that cannot be used, which is told", async () => {
    const { texts, err } = await collect({ ageSshKeyPaths: ["/absent", "/ecdsa", "/protected", "/rsa"] });
    expect(err).toEqual([
      "Cannot read ssh key '/absent': open /absent: no such file or directory",
      expect.stringMatching(/^Cannot convert ssh key '\/ecdsa': /),
      expect.stringMatching(/^Cannot convert ssh key '\/protected': .*passphrase/),
      expect.stringMatching(/^Cannot convert ssh key '\/rsa': it is of type ssh-rsa, .*its own recipient alone$/),
    ]);
    expect(texts).toEqual([files["/rsa"]]);
  });

  it("are PGP keys of RSA SSH keys alone", async () => {
    const { texts, tried, out, err } = await collect({ sshKeyPaths: ["/rsa", "/ed25519"] });
    expect(texts).toEqual([expect.stringMatching(/^-----BEGIN PGP PRIVATE KEY BLOCK-----\n/)]);
    const fingerprint = nixCorpusText("cases/61-pgp-rsa-host-key/in/rsa.fingerprint").trim();
    expect(tried).toEqual([`${fingerprint} (/rsa)`]);
    expect(out).toEqual([`install: Imported /rsa as GPG key with fingerprint ${fingerprint.toLowerCase()}`]);
    expect(err).toEqual([expect.stringMatching(/^Cannot use ssh key '\/ed25519' as PGP key: /)]);
  });

  it("are those of the age key file", async () => {
    const { texts, tried } = await collect({ ageKeyFile: "/keys.txt" });
    expect([texts, tried]).toEqual([[files["/keys.txt"]], [`${key.recipient} (/keys.txt)`]]);
    expect((await collect({ ageKeyFile: "/plugin.txt" })).tried).toEqual([
      "/plugin.txt (failed to parse input: error at line 1: unknown identity type)",
    ]);
    await expect(collect({ ageKeyFile: "/absent" })).rejects.toMatchObject({
      message: "cannot read keyfile '/absent': open /absent: no such file or directory",
    });
  });

  it("are those of a home of gpg, for us and for gpg", async () => {
    const { platform, tried } = await collect({ gnupgHome: "/var/lib/gnupg" });
    expect(tried).toEqual(["the PGP keys of /var/lib/gnupg"]);
    expect([platform.env("GNUPGHOME"), platform.env("SOPS_AGE_KEY_FILE")]).toEqual(["/var/lib/gnupg", "/other"]);
  });
});

describe("an SSH host key", () => {
  it.each([
    ["converted", key.recipient],
    ["as it is", nixCorpusText(`ssh-to-age/${key.public}`).trim()],
  ])("opens files for its recipient %s", (_, recipient) =>
    InstallWorld.use(async (world) => {
      world.files["/host_key"] = files["/ed25519"];
      await world.encrypt("/a.yaml", "a: canary-value\n", { recipient });
      await world.install({ secrets: [secretEntry("a")], ageKeyFile: "", ageSshKeyPaths: ["/host_key"] });
      expect(world.tree()["/run/secrets.d/1/a"]).toBe("canary-value");
    }),
  );
});

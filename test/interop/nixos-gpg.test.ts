import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { parseSshPrivateKey } from "../../src/keys/age/ssh-private-key.ts";
import { pgpKeyOfRsaKey } from "../../src/keys/pgp/rsa-key-block.ts";
import { runSopsTs } from "../support/sops-ts.ts";
import { nixCorpusText } from "../support/nix-corpus.ts";
import { describeWithPrograms } from "../support/programs.ts";
import { withGpgHome } from "../support/gpg-home.ts";
import { withTemporaryDirectory } from "../support/temporary-directory.ts";

describeWithPrograms(["gpg"], "secrets for PGP keys", () => {
  it("are installed with the keys of gnupgHome", () =>
    withGpgHome((home) =>
      withTemporaryDirectory(async (root) => {
        home.gpg([
          "--pinentry-mode",
          "loopback",
          "--passphrase",
          "",
          "--quick-gen-key",
          "host <h@example.org>",
          "default",
          "default",
          "never",
        ]);
        const listing = home.gpg(["--with-colons", "--list-keys"]).toString();
        const [, fingerprint = ""] = /^fpr:+([0-9A-F]{40}):/m.exec(listing) ?? [];
        const env = { PATH: process.env["PATH"] ?? "", HOME: root, XDG_RUNTIME_DIR: join(root, "run") };
        writeFileSync(join(root, "s.yaml"), "token: canary-token\n");
        const encrypt = ["encrypt", "-i", "--pgp", fingerprint, "s.yaml"];
        const forGpg = { ...env, GNUPGHOME: home.path };
        expect(await runSopsTs({ args: encrypt, directory: root, env: forGpg })).toMatchObject({
          status: 0,
          stderr: "",
        });
        mkdirSync(env.XDG_RUNTIME_DIR);
        const manifest = {
          secrets: [{ name: "token", key: "token", mode: "0400", sopsFile: join(root, "s.yaml"), format: "yaml" }],
          secretsMountPoint: "%r/secrets.d",
          symlinkPath: "%r/secrets",
          gnupgHome: home.path,
          userMode: true,
        };
        writeFileSync(join(root, "m.json"), JSON.stringify(manifest));
        const install = ["install-secrets", "m.json"];
        expect(await runSopsTs({ args: install, directory: root, env })).toMatchObject({ status: 0, stderr: "" });
        expect(readFileSync(join(root, "run/secrets/token"), "utf8")).toBe("canary-token");
      }),
    ));
});

describeWithPrograms(["gpg"], "an RSA SSH key as a PGP key", () => {
  it("is one for gpg too", () =>
    withGpgHome(async (home) => {
      const folder = "cases/61-pgp-rsa-host-key/in";
      const key = await parseSshPrivateKey(nixCorpusText(`${folder}/ssh_host_rsa_key`));
      if ("problem" in key || key.type !== "ssh-rsa") return expect.fail("the host key is no RSA key");
      const { block, fingerprint } = await pgpKeyOfRsaKey({ ...key.publicKey, ...key.secret });
      home.gpg(["--import"], block);
      const listing = home.gpg(["--with-colons", "--list-secret-keys"]).toString();
      expect(listing).toContain(fingerprint.toUpperCase());
      expect(listing).toContain("root (Imported from SSH) <root@localhost>");
      const message = home.gpg(["--trust-model", "always", "-r", fingerprint, "--encrypt"], "text");
      expect(home.gpg(["--decrypt"], message).toString()).toBe("text");
    }));
});

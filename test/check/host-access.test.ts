import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { concatBytes, encodeUtf8 } from "../../src/bytes.ts";
import { checkManifest, recipientsOfHost } from "../../src/check/host-access.ts";
import { encodeBase64 } from "../../src/crypto/base64.ts";
import { parseSshPrivateKey } from "../../src/keys/age/ssh-private-key.ts";
import { sshInteger, sshString } from "../../src/keys/age/ssh-wire.ts";
import { parseManifest } from "../../src/nixos/manifest.ts";
import { keyContextOf } from "../../src/sops.ts";
import { memoryPlatform } from "../support/memory-platform.ts";
import { encrypted, secret } from "./made-repository.ts";

const hostKey = readFileSync(new URL("../../fixtures/corpus-nix/ssh-to-age/keys/plain.pub", import.meta.url), "utf8");
const hostRecipient = "age1wx8h5l820x97w0rjgc5cft9stnqfeywangd4pykp0sfwnp0jegys52d9sj";
const bareKey = hostKey.trim().split(" ").slice(0, 2).join(" ");
const context = keyContextOf({ platform: memoryPlatform() });

describe("a host's public key", () => {
  it("stands for itself, without its comment, and for what ssh-to-age makes of it", async () => {
    expect(await recipientsOfHost(hostKey, context)).toEqual([bareKey, hostRecipient]);
    expect(await recipientsOfHost(`${hostRecipient}\n`, context)).toEqual([hostRecipient]);
  });

  it.each(["ssh-ed25519 AAAA", "ssh-dss AAAA", "age1nope", ""])("is refused when it is %j", async (text) => {
    await expect(recipientsOfHost(text, context)).rejects.toMatchObject({ code: "INVALID_MASTER_KEY" });
  });
});

describe("a host's RSA key", () => {
  it("reads what is for the PGP key that sops-nix makes of it", async () => {
    const folder = "../../fixtures/corpus-nix/cases/61-pgp-rsa-host-key/in/";
    const read = (name: string): string => readFileSync(new URL(folder + name, import.meta.url), "utf8");
    const key = await parseSshPrivateKey(read("ssh_host_rsa_key"));
    if ("problem" in key || key.type !== "ssh-rsa") return expect.fail("the host key is no RSA key");
    const { exponent, modulus } = key.publicKey;
    const wire = concatBytes(sshString(encodeUtf8("ssh-rsa")), sshInteger(exponent), sshInteger(modulus));
    const recipients = await recipientsOfHost(`ssh-rsa ${encodeBase64(wire)} root@host`, context);
    expect(recipients).toEqual([`ssh-rsa ${encodeBase64(wire)}`, read("rsa.fingerprint").trim().toUpperCase()]);
    const platform = memoryPlatform({ files: { "/pgp.yaml": read("pgp.yaml") } });
    const secrets = [{ name: "whole", key: "", sopsFile: "/pgp.yaml" }];
    const manifest = parseManifest(encodeUtf8(JSON.stringify({ secrets })));
    expect(await checkManifest(manifest, recipients, platform)).toEqual([]);
    expect(await checkManifest(manifest, [hostRecipient], platform)).toMatchObject([{ kind: "no-access" }]);
  });
});

describe("a manifest's secrets", () => {
  it.each([
    ["its converted recipient", hostRecipient],
    ["its SSH key", `${bareKey} root@web`],
  ])("can be read by a host when they are encrypted for %s", async (_, recipient) => {
    const file = await encrypted("a.yaml", `a: ${secret}\n`, `creation_rules:\n  - age: ${recipient}\n`);
    const platform = memoryPlatform({ files: { "/a.yaml": file } });
    const json = JSON.stringify({ secrets: [{ name: "a", key: "a", sopsFile: "/a.yaml" }] });
    const manifest = parseManifest(new TextEncoder().encode(json));
    expect(await checkManifest(manifest, await recipientsOfHost(hostKey, context), platform)).toEqual([]);
  });
});

import { describe, expect, it } from "vitest";
import type { PgpKey } from "../../../src/core/metadata.ts";
import { parseSshPrivateKey } from "../../../src/keys/age/ssh-private-key.ts";
import { pgp } from "../../../src/keys/pgp/pgp.ts";
import { pgpKeyOfRsaKey, type RsaNumbers } from "../../../src/keys/pgp/rsa-key-block.ts";
import { expectNoSecrets } from "../../support/canary.ts";
import { nixCorpusText } from "../../support/nix-corpus.ts";
import { contextWith } from "../context.ts";

const folder = "cases/61-pgp-rsa-host-key/in";

async function hostKey(): Promise<RsaNumbers> {
  const key = await parseSshPrivateKey(nixCorpusText(`${folder}/ssh_host_rsa_key`));
  if ("problem" in key || key.type !== "ssh-rsa") return expect.fail("the host key is no RSA key");
  return { ...key.publicKey, ...key.secret };
}

describe("an RSA SSH key as a PGP key", () => {
  it("has the fingerprint that sops-nix gives it", async () => {
    const { fingerprint } = await pgpKeyOfRsaKey(await hostKey());
    expect(fingerprint).toBe(nixCorpusText(`${folder}/rsa.fingerprint`).trim().toLowerCase());
  });

  it("is the same block each time", async () => {
    const numbers = await hostKey();
    expect(await pgpKeyOfRsaKey(numbers)).toEqual(await pgpKeyOfRsaKey(numbers));
  });

  it("opens what is made for it", async () => {
    const { block, fingerprint } = await pgpKeyOfRsaKey(await hostKey());
    const context = contextWith({ identities: [block] });
    const key: PgpKey = { kind: "pgp", fingerprint, createdAt: "", enc: "" };
    const dataKey = new Uint8Array(32).fill(6);
    key.enc = await pgp.wrap(key, dataKey, context);
    expect(new Uint8Array(await pgp.unwrap(key, context))).toEqual(dataKey);
  });

  it("is refused when a prime is missing, and its numbers are not shown", async () => {
    const numbers = await hostKey();
    const error: unknown = await pgpKeyOfRsaKey({ ...numbers, p: new Uint8Array(0) }).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ code: "COULD_NOT_RETRIEVE_KEY", message: "the RSA key is not valid" });
    await expectNoSecrets([numbers.q, numbers.d], { errors: [error] });
  });
});

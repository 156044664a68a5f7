import { describe, expect, it } from "vitest";
import type { MasterKey } from "../../src/core/metadata.ts";
import { attemptEntry } from "../../src/keys/key-log.ts";

const dated = { enc: "", createdAt: "2026-01-02T03:04:05Z" };
const kms = { kind: "kms", arn: "arn:x", role: "", context: {}, awsProfile: "", ...dated } as const;
const azure = { kind: "azure_kv", vaultUrl: "https://v", name: "n", version: "1", ...dated } as const;
const vault = { kind: "hc_vault", vaultAddress: "http://v", enginePath: "e/f", keyName: "k", ...dated } as const;

describe("what the log says of a key", () => {
  it.each<[MasterKey, string, Record<string, string>, Record<string, string>]>([
    [{ kind: "age", recipient: "age1x", enc: "" }, "AGE", { recipient: "age1x" }, {}],
    [{ kind: "pgp", fingerprint: "AB", ...dated }, "PGP", { fingerprint: "AB" }, { fingerprint: "AB" }],
    [kms, "AWSKMS", { arn: "arn:x" }, { arn: "arn:x" }],
    [{ kind: "gcp_kms", resourceId: "p", ...dated }, "GCPKMS", { resourceID: "p" }, { resourceID: "p" }],
    [azure, "AZKV", { key: "n", version: "1" }, { key: "n", version: "1" }],
    [{ kind: "hckms", keyId: "r:u", ...dated }, "HCKMS", { keyID: "r:u" }, { keyID: "r:u" }],
  ])("names %o as sops does", (key, part, encryption, decryption) => {
    expect(attemptEntry(key, "Encryption", true)).toEqual({
      level: "info",
      part,
      message: "Encryption succeeded",
      fields: encryption,
    });
    const failure = { level: "info", part, message: "Decryption failed", fields: decryption };
    expect(attemptEntry(key, "Decryption", false)).toEqual(failure);
  });

  it("has words of its own for Vault", () => {
    expect(attemptEntry(vault, "Encryption", true)).toEqual({
      level: "info",
      part: "VAULT_TRANSIT",
      message: "Encryption successful",
      fields: { Path: "e/f/encrypt/k" },
    });
    expect(attemptEntry(vault, "Decryption", false)).toMatchObject({
      message: "Decryption failed",
      fields: { Path: "e/f/decrypt/k" },
    });
  });
});

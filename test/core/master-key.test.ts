import { describe, expect, it } from "vitest";
import { describeKey } from "../../src/core/master-key.ts";
import type { KmsKey, MasterKey } from "../../src/core/metadata.ts";

const dated = { enc: "", createdAt: "2026-01-02T03:04:05Z" };

const kms = (fields: Partial<KmsKey>): KmsKey => ({
  kind: "kms",
  arn: "arn:aws:kms:eu-west-1:1:key/a",
  role: "",
  context: {},
  awsProfile: "",
  ...dated,
  ...fields,
});

describe("the string form of a master key", () => {
  it.each<[MasterKey, string]>([
    [{ kind: "age", recipient: "ssh-ed25519 AAAA me@host", enc: "" }, "ssh-ed25519 AAAA me@host"],
    [
      { kind: "pgp", fingerprint: "1022470DE3F0BC54BC6AB62DE05550BC07FB1A0A", ...dated },
      "1022470DE3F0BC54BC6AB62DE05550BC07FB1A0A",
    ],
    [
      { kind: "gcp_kms", resourceId: "projects/p/locations/l/keyRings/r/cryptoKeys/k", ...dated },
      "projects/p/locations/l/keyRings/r/cryptoKeys/k",
    ],
    [
      { kind: "azure_kv", vaultUrl: "https://v.vault.azure.net", name: "n", version: "1", ...dated },
      "https://v.vault.azure.net/keys/n/1",
    ],
    [
      { kind: "hc_vault", vaultAddress: "http://v:8200", enginePath: "a/transit", keyName: "k", ...dated },
      "http://v:8200/v1/a/transit/keys/k",
    ],
    [{ kind: "hckms", keyId: "eu-west-101:1234", ...dated }, "eu-west-101:1234"],
    [kms({}), "arn:aws:kms:eu-west-1:1:key/a"],
    [kms({ role: "arn:aws:iam::1:role/r" }), "arn:aws:kms:eu-west-1:1:key/a+arn:aws:iam::1:role/r"],
    [kms({ context: { b: "2", a: "1" } }), "arn:aws:kms:eu-west-1:1:key/a|a:1,b:2"],
    [kms({ awsProfile: "p" }), "arn:aws:kms:eu-west-1:1:key/a||p"],
    [kms({ role: "r", context: { k: "v" }, awsProfile: "p" }), "arn:aws:kms:eu-west-1:1:key/a+r|k:v|p"],
    [kms({ context: { "\u{1F511}": "2", "\uFF5E": "1" } }), "arn:aws:kms:eu-west-1:1:key/a|\uFF5E:1,\u{1F511}:2"],
  ])("%j", (key, text) => {
    expect(describeKey(key)).toBe(text);
  });
});

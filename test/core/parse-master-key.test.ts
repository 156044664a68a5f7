import { describe, expect, it } from "vitest";
import { describeKey } from "../../src/core/master-key.ts";
import {
  parseAzureKeys,
  parseGcpKmsKeys,
  parseHckmsKeys,
  parseHcVaultKeys,
  parseKmsKeys,
  parsePgpKeys,
} from "../../src/core/parse-master-key.ts";
import { SopsError } from "../../src/errors.ts";

const arn = "arn:aws:kms:eu-west-1:1:key/a";
const role = "arn:aws:iam::1:role/r";
const gcp = "projects/p/locations/global/keyRings/r/cryptoKeys/k";
const plain = { context: {}, awsProfile: "" };

describe("master keys from text", () => {
  it("are made now and not yet wrapped", () => {
    const [key] = parsePgpKeys("AB");
    expect(key).toMatchObject({ kind: "pgp", fingerprint: "AB", enc: "" });
    expect(Math.abs(Date.now() - Date.parse(key?.createdAt ?? ""))).toBeLessThan(5000);
    expect(key?.createdAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  });

  it.each([
    ["", []],
    ["FBC7 B9E2, d722", ["FBC7B9E2", "d722"]],
    ["ABC!", ["ABC!"]],
  ])("pgp %j", (text, expected) => {
    expect(parsePgpKeys(text).map(describeKey)).toEqual(expected);
  });

  it.each([
    ["", []],
    [arn, [[arn, ""]]],
    [
      `${arn}+${role}, ${arn}`,
      [
        [arn, role],
        [arn, ""],
      ],
    ],
    ["a b+c", [["ab+c", ""]]],
    [`+${role}`, [[`+${role}`, ""]]],
  ])("kms %j", (text, expected) => {
    expect(parseKmsKeys(text, plain).map((key) => [key.arn, key.role])).toEqual(expected);
  });

  it("gives all kms keys of a field the same context and profile", () => {
    const options = { context: { app: "web" }, awsProfile: "prod" };
    expect(parseKmsKeys(`${arn},${arn}`, options)).toMatchObject([options, options]);
  });

  it("gcp_kms", () => {
    expect(parseGcpKmsKeys(`${gcp}, ${gcp} `).map(describeKey)).toEqual([gcp, gcp]);
  });

  it.each([
    ["", []],
    ["cn-north-1:u-1", ["cn-north-1:u-1"]],
    [" a:b , ,c:d:e,", ["a:b", "c:d:e"]],
  ])("hckms %j", (text, expected) => {
    expect(parseHckmsKeys(text).map(describeKey)).toEqual(expected);
  });

  it.each([
    ["https://v.vault.azure.net/keys/k/1", ["https://v.vault.azure.net", "k", "1"]],
    [" https://v/keys/k/ ", ["https://v", "k", ""]],
    ["https://v/keys/k", ["https://v", "k", ""]],
  ])("azure_keyvault %j", (text, expected) => {
    expect(parseAzureKeys(text).map((key) => [key.vaultUrl, key.name, key.version])).toEqual([expected]);
  });

  it.each([
    ["https://vault.example.com:8200/v1/transit/keys/k", ["https://vault.example.com:8200", "transit", "k"]],
    ["http://127.0.0.1/v1/a/b/keys/k/", ["http://127.0.0.1", "a/b", "k"]],
    ["HTTPS://Host/v12/a/b/c", ["https://Host", "a", "c"]],
    ["https://h/v1/a/b/c//keys/k", ["https://h", "a/b/c", "k"]],
  ])("hc_vault %j", (text, expected) => {
    expect(parseHcVaultKeys(text).map((key) => [key.vaultAddress, key.enginePath, key.keyName])).toEqual([expected]);
  });

  it("skips empty Vault URIs in a list", () => {
    expect(parseHcVaultKeys("https://h/v1/t/keys/a,,https://h/v1/t/keys/b")).toHaveLength(2);
  });

  it.each<[string, () => unknown, RegExp]>([
    ["pgp", () => parsePgpKeys("A,,B"), /empty PGP fingerprint/],
    ["kms", () => parseKmsKeys("a,", plain), /empty AWS KMS ARN/],
    ["gcp_kms", () => parseGcpKmsKeys(" "), /empty GCP KMS resource ID/],
    ["hckms", () => parseHckmsKeys("bad"), /expected 'region:key-uuid', got "bad"/],
    ["hckms", () => parseHckmsKeys(" :x"), /region cannot be empty/],
    ["hckms", () => parseHckmsKeys("x: "), /key UUID cannot be empty/],
    ["azure", () => parseAzureKeys("http://v/keys/k/1"), /could not parse "http:\/\/v\/keys\/k\/1" into a valid Azure/],
    ["azure", () => parseAzureKeys("https://v/keys/k/1/2"), /could not parse/],
    ["vault", () => parseHcVaultKeys("vault.example.com/v1/t/keys/k"), /missing scheme/],
    ["vault", () => parseHcVaultKeys("https://h/prefix/v1/t/keys/k"), /prefixed URL is not supported/],
    ["vault", () => parseHcVaultKeys("https://h/v1/t"), /does not seem to be formatted correctly/],
    ["vault", () => parseHcVaultKeys("https://h"), /does not seem to be formatted correctly/],
    ["vault", () => parseHcVaultKeys("https://h/v1/t/keys/k?x"), /no blank, \? or #/],
  ])("a bad %s key is refused", (_kind, parse, message) => {
    expect(parse).toThrow(SopsError);
    expect(parse).toThrow(message);
  });
});

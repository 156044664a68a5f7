import { describe, expect, it } from "vitest";
import { creationRuleFor } from "../../src/config/creation-rule.ts";
import type { KeyOptions } from "../../src/config/key-groups.ts";
import { configOf, described, keyOptions } from "../support/config-rules.ts";

const arn = "arn:aws:kms:eu-west-1:1:key/a";
const role = "arn:aws:iam::1:role/r";
const vault = "https://v:8200/v1/t/keys/k";
const azure = "https://v.vault.azure.net/keys/k/1";

const groupsOf = async (fields: string, options: Partial<KeyOptions> = {}) => {
  const config = await configOf(`creation_rules:\n  - ${fields}\n`);
  const rule = await creationRuleFor(config, "a", keyOptions(undefined, options));
  return rule?.keyGroups ?? [];
};

describe("the flat key fields of a rule", () => {
  it("make one group in a fixed order of kinds", async () => {
    const fields = [
      `hc_vault_transit_uri: ${vault}`,
      `azure_keyvault: ${azure}`,
      "hckms: [r:1, r:2]",
      "gcp_kms: g",
      `kms: ${arn}`,
      "pgp: AB CD",
      "age: age1a, age1b",
    ];
    expect(described(await groupsOf(fields.join("\n    ")))).toEqual([
      [
        "age age1a",
        "age age1b",
        "pgp ABCD",
        `kms ${arn}`,
        "gcp_kms g",
        "hckms r:1",
        "hckms r:2",
        `azure_kv ${azure}`,
        `hc_vault ${vault}`,
      ],
    ]);
  });

  it.each([
    ["age: age1a,age1a", ["age age1a", "age age1a"]],
    ['age: " age1a , age1b ,"', ["age age1a", "age age1b"]],
    ["age: [age1a, age1b]", ["age age1a", "age age1b"]],
    ['age: ["age1a,age1b", " age1c "]', ["age age1a", "age age1b", "age age1c"]],
    ["age: >-\n      age1a,\n      age1b", ["age age1a", "age age1b"]],
    ["age: []", []],
    ["age: ''", []],
    ["pgp: [AB, 'C D']", ["pgp AB", "pgp CD"]],
    [`kms: ${arn}+${role},${arn}`, [`kms ${arn}+${role}`, `kms ${arn}`]],
    [`kms: ${arn}\n    aws_profile: prod`, [`kms ${arn}||prod`]],
    [`hc_vault_transit_uri: "${vault},,${vault}"`, [`hc_vault ${vault}`, `hc_vault ${vault}`]],
    ["hckms: ['a:b,c:d', ' e:f ']", ["hckms a:b", "hckms c:d", "hckms e:f"]],
  ])("%s", async (fields, expected) => {
    expect(described(await groupsOf(fields))).toEqual([expected]);
  });

  it("gives kms keys the encryption context of the command", async () => {
    const groups = await groupsOf(`kms: ${arn}`, { encryptionContext: { app: "web" } });
    expect(described(groups)).toEqual([[`kms ${arn}|app:web`]]);
  });

  it.each([
    ["age: 5", "invalid age key configuration: expected string, []string, or nil, got int"],
    ["pgp: [1234]", "invalid pgp key configuration: expected string in list, got int"],
    ["kms: {a: b}", "invalid kms key configuration: expected string, []string, or nil, got map[string]interface {}"],
    ["gcp_kms: true", "invalid gcp_kms key configuration: expected string, []string, or nil, got bool"],
    ["azure_keyvault: 1.5", "invalid azure_keyvault key configuration: expected string, []string, or nil, got float64"],
    ["hc_vault_transit_uri: [~]", "invalid hc_vault_transit_uri key configuration: expected string in list, got <nil>"],
    ["age: bad", 'unknown recipient type: "bad"'],
    ["age: [age1a, '']", 'unknown recipient type: ""'],
    ["pgp: ['', AB]", "empty PGP fingerprint"],
    ["hckms: [bad]", "expected 'region:key-uuid'"],
    ["azure_keyvault: bad", "could not parse"],
    ["hc_vault_transit_uri: bad", "missing scheme"],
  ])("%s is refused: %s", async (fields, message) => {
    await expect(groupsOf(fields)).rejects.toThrow(message);
  });
});

describe("key_groups", () => {
  it("replace the flat fields, which are then not even looked at", async () => {
    const groups = await groupsOf("key_groups: [{age: [age1a]}]\n    age: 5\n    pgp: AB");
    expect(described(groups)).toEqual([["age age1a"]]);
  });

  it("leave the flat fields in force when they are empty", async () => {
    expect(described(await groupsOf("key_groups: []\n    pgp: AB"))).toEqual([["pgp AB"]]);
  });

  it("make a group each in a fixed order of kinds", async () => {
    const fields = [
      `hc_vault: ["${vault}"]`,
      "azure_keyvault: [{vaultUrl: 'https://v', key: k, version: 5}]",
      "hckms: [{key_id: 'r:1'}]",
      "gcp_kms: [{resource_id: 'g h'}]",
      `kms: [{arn: "${arn}", role: r, context: {b: 2, a: x}, aws_profile: p}, {arn: "${arn}+${role}"}]`,
      "pgp: [A B]",
      "age: ['age1a, age1b']",
      "merge: [{pgp: [M]}]",
    ];
    expect(described(await groupsOf(`key_groups: [{${fields.join(", ")}}, {age: [age1c]}]`))).toEqual([
      [
        "pgp M",
        "age age1a",
        "age age1b",
        "pgp AB",
        `kms ${arn}+r|a:x,b:2|p`,
        `kms ${arn}+${role}`,
        "gcp_kms gh",
        "hckms r:1",
        "azure_kv https://v/keys/k/5",
        `hc_vault ${vault}`,
      ],
      ["age age1c"],
    ]);
  });

  it.each([
    [
      "merge first, within each other",
      "[{age: [age1c], merge: [{age: [age1b], merge: [{age: [age1a]}]}]}]",
      "age1a age1b age1c",
    ],
    ["take each key once, the first time", "[{age: [age1b, age1a, age1b], merge: [{age: [age1a]}]}]", "age1a age1b"],
    ["take merge keys of YAML", "[{<<: {age: [age1a]}}]", "age1a"],
  ])("%s", async (_what, text, recipients) => {
    const groups = await groupsOf(`key_groups: ${text}`);
    expect(
      groups
        .flat()
        .map((key) => (key.kind === "age" ? key.recipient : key.kind))
        .join(" "),
    ).toBe(recipients);
  });

  it("tell keys apart by kind and by all of their string form", async () => {
    const kms = `kms: [{arn: ${arn}}, {arn: ${arn}, aws_profile: p}, {arn: ${arn}, context: {a: b}}, {arn: ${arn}}]`;
    expect((await groupsOf(`key_groups: [{pgp: [x], gcp_kms: [{resource_id: x}], ${kms}}]`))[0]).toHaveLength(5);
  });

  it("may be empty, one by one", async () => {
    expect(await groupsOf("key_groups: [{}, {age: []}]")).toEqual([[], []]);
  });

  it("keep an encryption context whose names are those of an object's own", async () => {
    const [[key] = []] = await groupsOf(
      `key_groups: [{kms: [{arn: ${arn}, context: {__proto__: x, constructor: y}}]}]`,
    );
    expect(key?.kind === "kms" && Object.entries(key.context)).toEqual([
      ["__proto__", "x"],
      ["constructor", "y"],
    ]);
  });

  it.each([
    [`[{kms: [{arn: ${arn}, context: {app: ~}}]}]`, 'has null for "app"'],
    ["[{kms: [{role: r}]}]", "empty AWS KMS ARN"],
    ["[{age: [bad]}]", 'unknown recipient type: "bad"'],
    ["[{hc_vault: ['']}]", "empty Vault URI"],
    ["[{hckms: [{}]}]", "expected 'region:key-uuid'"],
  ])("%s is refused: %s", async (text, message) => {
    await expect(groupsOf(`key_groups: ${text}`)).rejects.toThrow(message);
  });
});

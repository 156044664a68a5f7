import { describe, expect, it } from "vitest";
import { destinationRuleFor } from "../../src/config/destination-rule.ts";
import { configOf, described, keyOptions } from "../support/config-rules.ts";

const ruleFor = async (text: string, path = "secrets/a.yaml") =>
  destinationRuleFor(await configOf(`destination_rules:\n${text}`), path, keyOptions());

describe("a destination rule", () => {
  it.each([
    ["  - s3_bucket: b\n", { kind: "s3", bucket: "b", prefix: "" }],
    ["  - s3_bucket: b\n    s3_prefix: p/q\n", { kind: "s3", bucket: "b", prefix: "p/q" }],
    ["  - gcs_bucket: g\n    gcs_prefix: p\n", { kind: "gcs", bucket: "g", prefix: "p" }],
    ["  - vault_path: a/b\n", { kind: "vault", address: "", path: "a/b/", mountName: "secret/", version: 2 }],
    [
      "  - vault_path: a/\n    vault_address: http://v\n    vault_kv_mount_name: kv\n    vault_kv_version: 1\n",
      { kind: "vault", address: "http://v", path: "a/", mountName: "kv/", version: 1 },
    ],
    ["  - vault_path: a\n    vault_kv_version: 7\n", { kind: "vault", version: 2 }],
    ["  - path_regex: \\.json$\n    s3_bucket: j\n  - path_regex: ^secrets/\n    s3_bucket: s\n", { bucket: "s" }],
    ["  - path_regex: ''\n    s3_bucket: first\n  - s3_bucket: second\n", { bucket: "first" }],
  ])("%j", async (text, destination) => {
    expect((await ruleFor(text)).destination).toMatchObject(destination);
  });

  it("matches the path as it was typed, not as seen from the config's directory", async () => {
    const text =
      "  - path_regex: ^/work/secrets/\n    s3_bucket: absolute\n  - path_regex: ^\\./secrets/\n    s3_bucket: dotted\n";
    expect((await ruleFor(text, "/work/secrets/a")).destination).toMatchObject({ bucket: "absolute" });
    expect((await ruleFor(text, "./secrets/a")).destination).toMatchObject({ bucket: "dotted" });
  });

  it("holds what the published file is encrypted with", async () => {
    const rule = await ruleFor(
      "  - s3_bucket: b\n    omit_extensions: yes\n    recreation_rule:\n      age: age1a,age1b\n      encrypted_suffix: _x\n",
    );
    expect(rule.omitExtensions).toBe(true);
    expect(described(rule.recreationRule.keyGroups)).toEqual([["age age1a", "age age1b"]]);
    expect(rule.recreationRule.selection).toEqual({ name: "encryptedSuffix", value: "_x" });
  });

  it("has no keys where it names none", async () => {
    const rule = await ruleFor("  - s3_bucket: b\n");
    expect(rule.recreationRule.keyGroups).toEqual([[]]);
    expect(rule.omitExtensions).toBe(false);
  });

  it.each([
    ["  []\n", "no matching destination found in config"],
    ["  - path_regex: x$\n    s3_bucket: b\n", "no matching destination found in config"],
    ["  - path_regex: '['\n    s3_bucket: b\n", "can not compile regexp"],
    ["  - s3_bucket: b\n    gcs_bucket: g\n", "more than one destinations were found"],
    ["  - {}\n", "no destination configured for this file"],
    [
      "  - s3_bucket: b\n    recreation_rule: {encrypted_regex: a, encrypted_suffix: b}\n",
      "cannot use more than one of",
    ],
  ])("%j is refused: %s", async (text, message) => {
    await expect(ruleFor(text)).rejects.toMatchObject({
      code: "INVALID_CONFIG",
      message: expect.stringContaining(message) as string,
    });
  });
});

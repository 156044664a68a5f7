import { describe, expect, it } from "vitest";
import { creationRuleFor, pathForMatching } from "../../src/config/creation-rule.ts";
import { parseConfig } from "../../src/config/config.ts";
import { SopsError } from "../../src/errors.ts";
import { configOf, described, keyOptions } from "../support/config-rules.ts";
import { memoryPlatform } from "../support/memory-platform.ts";

const rulesOf = (text: string) => configOf(`creation_rules:\n${text}`);

const keysFor = async (text: string, path: string): Promise<string> => {
  const rule = await creationRuleFor(await rulesOf(text), path, keyOptions());
  return described(rule?.keyGroups ?? [])
    .flat()
    .join(" ");
};

describe("the creation rule of a file", () => {
  const several = [
    "  - path_regex: ^secrets/prod/",
    "    age: age1prod",
    "  - path_regex: secrets/[^/]+\\.(yaml|json)$",
    "    age: age1any",
    "  - path_regex: (?i)\\.TXT$",
    "    age: age1text",
    "  - age: age1rest",
    "  - path_regex: .*",
    "    age: age1never",
  ].join("\n");

  it.each([
    ["secrets/prod/a.yaml", "age age1prod"],
    ["./secrets/../secrets/prod/a.yaml", "age age1prod"],
    ["/work/secrets/prod/a.yaml", "age age1prod"],
    ["secrets/a.yaml", "age age1any"],
    ["other/secrets/a.json", "age age1any"],
    ["secrets/a/b.yaml", "age age1rest"],
    ["a.txt", "age age1text"],
    ["/elsewhere/secrets/prod/a", "age age1rest"],
  ])("%s is the first whose path_regex matches anywhere: %s", async (path, keys) => {
    expect(await keysFor(several, path)).toBe(keys);
  });

  it.each([
    ["/work/sub/a.yaml", "/work", "sub/a.yaml"],
    ["../a.yaml", "/work", "/a.yaml"],
    ["/workshop/a.yaml", "/work", "/workshop/a.yaml"],
    ["a.yaml", "/", "/work/a.yaml"],
    ["a.yaml", "/work/sub", "/work/a.yaml"],
  ])("%s is matched, from a config in %2$s, as %s", async (path, directory, candidate) => {
    const platform = memoryPlatform();
    const config = await parseConfig(new Uint8Array(), `${directory}/.sops.yaml`, platform);
    expect(pathForMatching(config, path, platform)).toBe(candidate);
  });

  it("is none where the config has no creation rules", async () => {
    expect(await creationRuleFor(await configOf("stores: {}\n"), "a", keyOptions())).toBeUndefined();
    expect(await creationRuleFor(await configOf("creation_rules: ~\n"), "a", keyOptions())).toBeUndefined();
  });

  it("says so when none matches, with the path and what was tried", async () => {
    const config = await rulesOf("  - path_regex: ^prod/\n    age: age1a\n  - path_regex: \\.json$\n    age: age1b\n");
    const rule = creationRuleFor(config, "dev/a.yaml", keyOptions());
    await expect(rule).rejects.toMatchObject({ code: "NO_MATCHING_CREATION_RULE", file: ".sops.yaml" });
    await expect(rule).rejects.toThrow(
      'error loading config: no matching creation rules found in .sops.yaml for "dev/a.yaml"; none of its rules matches:\n' +
        "  1. path_regex: ^prod/\n  2. path_regex: \\.json$",
    );
  });

  it("does not list hundreds of rules", async () => {
    const config = await rulesOf("  - path_regex: x\n".repeat(100));
    const message = await creationRuleFor(config, "a", keyOptions()).catch((error: Error) => error.message);
    expect(message).toMatch(/20\. path_regex: x\n {2}… and 80 more$/);
  });

  it("is refused where the list of rules is empty", async () => {
    await expect(creationRuleFor(await configOf("creation_rules: []\n"), "a", keyOptions())).rejects.toThrow(
      'no matching creation rules found in .sops.yaml for "a"; its creation_rules are empty',
    );
  });

  it("looks at regexes and keys only as far as it must", async () => {
    const text = "  - path_regex: ^a$\n    age: age1a\n  - path_regex: '('\n    age: [5]\n";
    expect(await keysFor(text, "a")).toBe("age age1a");
    await expect(keysFor(text, "b")).rejects.toMatchObject({ code: "INVALID_CONFIG" });
    await expect(keysFor(text, "b")).rejects.toThrow(
      'can not compile regexp: error parsing regexp: missing closing ): `(` (path_regex "(")',
    );
  });

  it.each([
    ["unencrypted_suffix", "unencryptedSuffix"],
    ["encrypted_suffix", "encryptedSuffix"],
    ["unencrypted_regex", "unencryptedRegex"],
    ["encrypted_regex", "encryptedRegex"],
    ["unencrypted_comment_regex", "unencryptedCommentRegex"],
    ["encrypted_comment_regex", "encryptedCommentRegex"],
  ])("takes %s", async (field, name) => {
    const rule = await creationRuleFor(await rulesOf(`  - ${field}: ^x$\n`), "a", keyOptions());
    expect(rule).toEqual({
      keyGroups: [[]],
      shamirThreshold: 0,
      selection: { name, value: "^x$" },
      macOnlyEncrypted: false,
    });
  });

  it("takes threshold and mac_only_encrypted", async () => {
    const rule = await creationRuleFor(
      await rulesOf("  - shamir_threshold: 2\n    mac_only_encrypted: true\n    encrypted_regex: ''\n"),
      "a",
      keyOptions(),
    );
    expect(rule).toEqual({ keyGroups: [[]], shamirThreshold: 2, selection: undefined, macOnlyEncrypted: true });
  });

  it("refuses two selection rules, and names them", async () => {
    const config = await rulesOf("  - encrypted_regex: a\n    unencrypted_suffix: b\n    age: bad\n");
    const rule = creationRuleFor(config, "a", keyOptions());
    await expect(rule).rejects.toBeInstanceOf(SopsError);
    await expect(rule).rejects.toMatchObject({ code: "INVALID_CONFIG" });
    await expect(rule).rejects.toThrow(
      /^error loading config: cannot use more than one of .* for the same rule \(it has unencrypted_suffix and encrypted_regex\)$/,
    );
  });
});

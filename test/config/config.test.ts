import { describe, expect, it } from "vitest";
import { findConfig, parseConfig } from "../../src/config/config.ts";
import { SopsError } from "../../src/errors.ts";
import { PlatformError } from "../../src/platform/platform.ts";
import { configOf } from "../support/config-rules.ts";
import { memoryPlatform } from "../support/memory-platform.ts";

const rules = "creation_rules:\n  - age: age1x\n";

describe("a config", () => {
  it.each([
    ["an empty file", ""],
    ["comments alone", "# nothing\n"],
    ["null", "null\n"],
    ["an empty mapping", "{}\n"],
    ["unknown keys", "keys: [a, b]\nx: {a: 1, a: 2}\n"],
    ["an empty document before another", "---\n---\ncreation_rules: 5\n"],
  ])("may be %s and then says nothing", async (_what, text) => {
    expect(await configOf(text)).toEqual({
      creationRules: undefined,
      destinationRules: [],
      stores: { yaml: { indent: 0 }, json: { indent: -1 }, jsonBinary: { indent: -1 } },
      path: ".sops.yaml",
      directory: "/work",
    });
  });

  it.each([
    ["creation_rules:\n", undefined],
    ["creation_rules: ~\n", undefined],
    ["creation_rules: []\n", 0],
    ["creation_rules: [null]\n", 0],
    ["creation_rules: [{}, null, {age: x}]\n", 2],
  ])("%j has this many rules: %s", async (text, count) => {
    expect((await configOf(text)).creationRules?.length).toBe(count);
  });

  it.each([
    ["path_regex: 5", { pathRegex: "5" }],
    ["path_regex: true", { pathRegex: "true" }],
    ["path_regex: 2020-01-02", { pathRegex: "2020-01-02" }],
    ["path_regex: ~", { pathRegex: "" }],
    ["path_regex: !!binary ZGly", { pathRegex: "dir" }],
    ["path_regex: &a x\n    encrypted_suffix: *a", { pathRegex: "x", encryptedSuffix: "x" }],
    ["mac_only_encrypted: true", { macOnlyEncrypted: true }],
    ["mac_only_encrypted: yes", { macOnlyEncrypted: true }],
    ['mac_only_encrypted: "On"', { macOnlyEncrypted: true }],
    ["mac_only_encrypted: N", { macOnlyEncrypted: false }],
    ["mac_only_encrypted: ", { macOnlyEncrypted: false }],
    ["shamir_threshold: 0x2", { shamirThreshold: 2 }],
    ["shamir_threshold: 2.9", { shamirThreshold: 2 }],
    ['shamir_threshold: !!int "3"', { shamirThreshold: 3 }],
    ["shamir_threshold: null", { shamirThreshold: 0 }],
    ['age: " a , b ,,c, "', { age: { entries: ["a", "b", "c"] } }],
    ["age: >-\n      a,\n      b", { age: { entries: ["a", "b"] } }],
    ["age: [a, ' b ', '']", { age: { entries: ["a", " b ", ""] } }],
    ["age: ~", { age: { entries: [] } }],
    ["age: 5", { age: { mistake: "expected string, []string, or nil, got int" } }],
    ["age: 1.5", { age: { mistake: "expected string, []string, or nil, got float64" } }],
    ["age: {a: b}", { age: { mistake: "expected string, []string, or nil, got map[string]interface {}" } }],
    ["age: [a, 5]", { age: { mistake: "expected string in list, got int" } }],
    ["age: [~]", { age: { mistake: "expected string in list, got <nil>" } }],
    ["age: [[a]]", { age: { mistake: "expected string in list, got []interface {}" } }],
    ["age: [2020-01-01]", { age: { mistake: "expected string in list, got time.Time" } }],
    ["hckms: [a, 5, ~]", { hckms: ["a", "5"] }],
    ["<<: {age: a, pgp: b}\n    age: c", { age: { entries: ["c"] }, pgp: { entries: ["b"] } }],
    ["<<: [{age: a}, {age: b, pgp: c}]", { age: { entries: ["a"] }, pgp: { entries: ["c"] } }],
    ["<<: {age: a}\n    age: ~", { age: { entries: [] } }],
    ["'<<': {age: a}", { age: { entries: [] } }],
  ])("with the rule {%s}", async (fields, expected) => {
    const config = await configOf(`creation_rules:\n  - ${fields}\n`);
    expect(config.creationRules?.[0]).toMatchObject(expected);
  });

  it.each([
    ["creation_rules: {}\n", "line 1: cannot unmarshal !!map into []config.creationRule (creation_rules)"],
    ["creation_rules:\n  - 5\n", "line 2: cannot unmarshal !!int into a mapping (creation_rules[0])"],
    ["creation_rules: [{path_regex: [a]}]\n", "cannot unmarshal !!seq into string (creation_rules[0].path_regex)"],
    [
      "creation_rules: [{shamir_threshold: '2'}]\n",
      "cannot unmarshal !!str into int (creation_rules[0].shamir_threshold)",
    ],
    ["creation_rules: [{shamir_threshold: .nan}]\n", "cannot unmarshal !!float into int"],
    ["creation_rules: [{mac_only_encrypted: 'true'}]\n", "cannot unmarshal !!str into bool"],
    ["creation_rules: [{mac_only_encrypted: yEs}]\n", "cannot unmarshal !!str into bool"],
    ["creation_rules: [{hckms: a}]\n", "cannot unmarshal !!str into []string"],
    ["creation_rules: [{key_groups: [{kms: [a]}]}]\n", "cannot unmarshal !!str into a mapping"],
    ["creation_rules: [{age: a,\n  age: b}]\n", 'line 2: mapping key "age" already defined at line 1'],
    ["creation_rules: [{age: {a: 1, a: 2}}]\n", 'mapping key "a" already defined'],
    ["k: &k age\ncreation_rules: [{*k : a, age: b}]\n", "field age already set"],
    ["creation_rules: []\ncreation_rules: []\n", 'line 2: mapping key "creation_rules" already defined at line 1'],
    ["creation_rules: [{? [a] : b}]\n", "cannot unmarshal !!seq into string"],
    ["creation_rules: [{<<: 5}]\n", "map merge requires map or sequence of maps as the value"],
    ["b: &b [{age: a}]\ncreation_rules: [{<<: *b}]\n", "map merge requires map or sequence of maps as the value"],
    ["creation_rules: [{age: !!int x}]\n", "cannot decode a value as a !!int"],
    ["creation_rules: [{key_groups: &c [{merge: *c}]}]\n", "anchor 'c' value contains itself"],
    ["creation_rules: [*c]\n", "unknown anchor 'c' referenced"],
    ["stores: []\n", "cannot unmarshal !!seq into a mapping (stores)"],
    ["stores: {dotenv: 5}\n", "cannot unmarshal !!int into a mapping (stores.dotenv)"],
    ["stores: {json: {indent: '2'}}\n", "cannot unmarshal !!str into int (stores.json.indent)"],
    ["destination_rules: [{vault_kv_version: x}]\n", "cannot unmarshal !!str into int"],
    ["- a\n", "cannot unmarshal !!seq into a mapping"],
    ["text\n", "cannot unmarshal !!str into a mapping"],
    ["a: [\n", "yaml: line 2"],
    ["\ta: b\n", "yaml: line 1"],
    ["a: \u0001\n", "control characters are not allowed"],
  ])("%j is refused: %s", async (text, message) => {
    const parsed = configOf(text);
    await expect(parsed).rejects.toBeInstanceOf(SopsError);
    await expect(parsed).rejects.toMatchObject({
      code: "INVALID_CONFIG",
      file: ".sops.yaml",
      message: expect.stringContaining(message) as string,
    });
    await expect(parsed).rejects.toThrow("error loading config: Could not unmarshal config file .sops.yaml: yaml: ");
  });

  it("lists everything that is of the wrong type", async () => {
    const text = "creation_rules:\n  - shamir_threshold: x\n    mac_only_encrypted: 5\nstores: 1\n";
    await expect(configOf(text)).rejects.toThrow(/line 2: .*\n {2}line 3: .*\n {2}line 4: /);
  });

  it("never shows values of a file that was named as config by mistake", async () => {
    const texts = [
      "password: hunter2 secret\n",
      "- hunter2\n",
      "hunter2\n",
      "a: [hunter2\n",
      "creation_rules: hunter2\n",
    ];
    for (const text of texts) {
      const message = await configOf(text).then(
        () => "",
        (error: Error) => error.message,
      );
      expect(message).not.toContain("hunter2");
    }
  });

  it("may be UTF-8 with a byte order mark, or UTF-16", async () => {
    const mark = "\uFEFF";
    expect((await configOf(mark + rules)).creationRules).toHaveLength(1);
    const utf16 = new Uint8Array(
      Uint16Array.from([...(mark + rules)].map((character) => character.charCodeAt(0))).buffer,
    );
    expect((await parseConfig(utf16, ".sops.yaml", memoryPlatform())).creationRules).toHaveLength(1);
  });

  it("stops at aliases that stand for too much", async () => {
    const lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"];
    for (let level = 1; level < 10; level++) {
      lines.push(`a${level}: &a${level} [${Array.from({ length: 10 }, () => `*a${level - 1}`).join(", ")}]`);
    }
    await expect(configOf(`${lines.join("\n")}\ncreation_rules: [{age: *a9}]\n`)).rejects.toThrow("excessive aliasing");
  });
});

describe("finding the config", () => {
  it("takes the nearest in the working directory and those above", async () => {
    const files = { "/a/.sops.yaml": rules, "/.sops.yaml": "" };
    const { config, warning } = await findConfig(memoryPlatform({ files, workingDirectory: "/a/b/c" }));
    expect(config).toMatchObject({ path: "../../.sops.yaml", directory: "/a" });
    expect(config?.creationRules).toHaveLength(1);
    expect(warning).toBeUndefined();
  });

  it("finds none where there is none", async () => {
    expect(await findConfig(memoryPlatform())).toEqual({ config: undefined, warning: undefined });
  });

  it("looks as far as the root and not in other directories", async () => {
    const platform = memoryPlatform({
      files: { "/.sops.yaml": rules, "/a/x/.sops.yaml": "" },
      workingDirectory: "/a/b",
    });
    expect((await findConfig(platform)).config).toMatchObject({ path: "../../.sops.yaml", directory: "/" });
  });

  it("passes over .sops.yml and says so", async () => {
    const files = { "/a/.sops.yml": "", "/a/b/.sops.yml": "[", "/.sops.yaml": rules };
    const found = await findConfig(memoryPlatform({ files, workingDirectory: "/a/b" }));
    expect(found.warning).toBe(
      'ignoring ".sops.yml" when searching for config file; the config file must be called ".sops.yaml"; using "../../.sops.yaml" instead',
    );
    const alone = await findConfig(memoryPlatform({ files: { "/a/.sops.yml": "" }, workingDirectory: "/a/b" }));
    expect(alone).toEqual({
      config: undefined,
      warning: 'ignoring "../.sops.yml" when searching for config file; the config file must be called ".sops.yaml"',
    });
  });

  it("passes over a .sops.yml that cannot be read as well", async () => {
    const files = { "/work/.sops.yml": new PlatformError("read .sops.yml: is a directory") };
    expect((await findConfig(memoryPlatform({ files }))).warning).toMatch(/^ignoring ".sops.yml"/);
  });

  it.each([
    ["a path", "/x/rules.yaml", {}],
    ["SOPS_CONFIG", undefined, { SOPS_CONFIG: "/x/rules.yaml" }],
    ["SOPS_CONFIG, the path being empty", "", { SOPS_CONFIG: "/x/rules.yaml" }],
    ["a path, whatever SOPS_CONFIG says", "/x/rules.yaml", { SOPS_CONFIG: "/y" }],
  ])("reads what it is told by %s", async (_by, path, env) => {
    const files = { "/x/rules.yaml": rules, "/work/.sops.yaml": "[" };
    const { config } = await findConfig(memoryPlatform({ files, env }), path);
    expect(config).toMatchObject({ path: "/x/rules.yaml", directory: "/x" });
  });

  it("takes an empty SOPS_CONFIG as not set", async () => {
    const { config } = await findConfig(
      memoryPlatform({ files: { "/work/.sops.yaml": rules }, env: { SOPS_CONFIG: "" } }),
    );
    expect(config?.path).toBe(".sops.yaml");
  });

  it("refuses a path where there is nothing", async () => {
    await expect(findConfig(memoryPlatform(), "gone.yaml")).rejects.toMatchObject({
      code: "CONFIG_NOT_FOUND",
      message: "could not read config file: open gone.yaml: no such file or directory",
      file: "gone.yaml",
    });
  });

  it("refuses a .sops.yaml that cannot be read, and does not go on to the next", async () => {
    const files = { "/work/.sops.yaml": new PlatformError("open .sops.yaml: permission denied"), "/.sops.yaml": rules };
    await expect(findConfig(memoryPlatform({ files }))).rejects.toMatchObject({
      code: "CONFIG_NOT_FOUND",
      message: "could not read config file: open .sops.yaml: permission denied",
    });
  });
});

import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { findConfig } from "../../src/config/config.ts";
import { creationRuleFor } from "../../src/config/creation-rule.ts";
import { describeKey } from "../../src/core/master-key.ts";
import { defaultSelection, type SelectionRule } from "../../src/core/metadata.ts";
import { SopsError } from "../../src/errors.ts";
import { keyContextOf } from "../../src/sops.ts";
import { loadEncrypted } from "../../src/stores/metadata-placement.ts";
import { loadStore } from "../../src/stores/registry.ts";
import { programRunner } from "../support/command-runner.ts";
import { isolatedPlatform } from "../support/in-process.ts";
import { describeWithPrograms } from "../support/programs.ts";
import { withTemporaryDirectory } from "../support/temporary-directory.ts";

const a = "age1m02py46x6eca22d0eevdfzgmyecjwt8cjv0g3m422rndppq5yczs39qkmu";
const b = "age1eghyp5vgyx40tkpuqty2xf52ukhj5qlj5x6n8mlqlljjmgmmvvwq8xe838";

/** A config as the body of the first rule, and the file that is encrypted. */
const ofRules: readonly string[] = [
  `age: ${a}`,
  `age: "${b} , ${a},"`,
  `age: [${b}, ${a}, ${b}]`,
  `age: ["${a},${b}"]`,
  `age: >-\n      ${a},\n      ${b}`,
  `age: ["${a}", ""]`,
  "age: ','",
  "age: nobody",
  "age: 5",
  "age: {}",
  `age: [${a}, 5]`,
  `key_groups: [{age: [${a}, ${b}, ${a}]}]\n    age: 5`,
  `key_groups: [{age: [${a}], merge: [{age: [${b}]}]}]`,
  `key_groups: [{age: [${a}]}, {age: [${b}]}]`,
  `key_groups: [{age: [${a}]}, {age: [${b}]}]\n    shamir_threshold: 2.5`,
  `key_groups: [{<<: {age: [${a}]}}]`,
  `key_groups: []\n    age: ${a}`,
  `age: ${a}\n    encrypted_regex: ^x`,
  `age: ${a}\n    unencrypted_suffix: 5`,
  `age: ${a}\n    encrypted_comment_regex: yes`,
  `age: ${a}\n    encrypted_suffix: a\n    unencrypted_suffix: b`,
  `age: ${a}\n    mac_only_encrypted: On`,
  `age: ${a}\n    mac_only_encrypted: "true"`,
  `age: ${a}\n    shamir_threshold: "2"`,
  `age: ${a}\n    age: ${b}`,
  `age: ${a}\n    unknown: [1, {a: b}]`,
  `<<: {age: ${a}, encrypted_suffix: x}\n    encrypted_suffix: ~`,
  `path_regex: ^dir/f\\.yaml$\n    age: ${a}`,
  `path_regex: ^f\n    age: ${a}\n  - age: ${b}`,
  `path_regex: (?i)F\\.YAML\n    age: ${a}`,
  `path_regex: dir/*\n    age: ${a}`,
  `path_regex: ^/\n    age: ${a}`,
  `path_regex: '['\n    age: ${a}`,
  `path_regex: 5\n    age: ${a}`,
  `path_regex: ~\n    age: ${a}`,
];

const whole: readonly string[] = [
  "creation_rules: []\n",
  "creation_rules: [~]\n",
  "creation_rules: 5\n",
  `creation_rules: [\n{age: [\n${a}\n]}]\n`,
  `%YAML 1.2\n---\ncreation_rules: [{age: ${a}}]\n`,
  `k: &k ${a}\ncreation_rules: [{age: *k}]\n`,
  `creation_rules: [{age: *k}]\n`,
  `creation_rules: [{age: ${a}}]\n---\n[`,
  `{"creation_rules": [{"age": "${a}"}]}`,
];

const configs = [...ofRules.map((rule) => `creation_rules:\n  - ${rule}\n`), ...whole];

interface Summary {
  readonly groups: readonly (readonly string[])[];
  readonly threshold: number;
  readonly selection: SelectionRule | undefined;
  readonly macOnlyEncrypted: boolean;
}

/** What sops stores when a config is silent. */
function stored({ groups, threshold, selection, macOnlyEncrypted }: Summary): Summary {
  const needed = groups.length === 1 ? 0 : threshold || groups.length;
  return { groups, threshold: needed, selection: selection ?? defaultSelection, macOnlyEncrypted };
}

describeWithPrograms(["sops"], "creation rules", ({ sops }) => {
  const run = programRunner([sops]);

  it.each(configs)("come out as with sops: %j", async (config) => {
    await withTemporaryDirectory(async (directory) => {
      await mkdir(join(directory, "dir"));
      await writeFile(join(directory, ".sops.yaml"), config);
      await writeFile(join(directory, "dir/f.yaml"), "x: y\n");
      const invocation = { args: ["encrypt", "f.yaml"], directory: join(directory, "dir"), env: { HOME: directory } };
      const theirs = await run(invocation);
      const ours = await ownRule(invocation);
      if (theirs.status !== 0) {
        expect(ours).toBeInstanceOf(SopsError);
        return;
      }
      const { metadata } = loadEncrypted(await loadStore("yaml"), theirs.stdout);
      expect(ours).toEqual({
        groups: metadata.keyGroups.map((group) => group.map(describeKey)),
        threshold: metadata.shamirThreshold,
        selection: metadata.selection,
        macOnlyEncrypted: metadata.macOnlyEncrypted,
      });
    });
  });
});

async function ownRule(invocation: Parameters<typeof isolatedPlatform>[0]): Promise<Summary | unknown> {
  const platform = isolatedPlatform(invocation);
  try {
    const { config } = await findConfig(platform);
    const rule = config && (await creationRuleFor(config, "f.yaml", { keyContext: keyContextOf({ platform }) }));
    const groups = rule?.keyGroups.map((group) => group.map(describeKey)) ?? [];
    if (rule === undefined || groups.some((group) => group.length === 0)) throw new SopsError("GENERIC", "no keys");
    return stored({
      groups,
      threshold: rule.shamirThreshold,
      selection: rule.selection,
      macOnlyEncrypted: rule.macOnlyEncrypted,
    });
  } catch (error) {
    return error;
  }
}

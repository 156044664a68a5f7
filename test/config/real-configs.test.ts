import { describe, expect, it } from "vitest";
import { creationRuleFor } from "../../src/config/creation-rule.ts";
import { findConfig } from "../../src/config/config.ts";
import { describeKey } from "../../src/core/master-key.ts";
import { SopsError } from "../../src/errors.ts";
import { keyOptions } from "../support/config-rules.ts";
import { corpusFileCases } from "../support/corpus-files.ts";
import { fixtureText } from "../support/fixture-files.ts";
import { memoryPlatform } from "../support/memory-platform.ts";

/** Which recipients a file gets, or what is said instead. */
async function recipientsFor(config: string, workingDirectory: string, path: string): Promise<string[][]> {
  const platform = memoryPlatform({ files: { "/repo/.sops.yaml": config }, workingDirectory });
  const found = await findConfig(platform);
  if (found.config === undefined) throw new SopsError("CONFIG_NOT_FOUND", "no config");
  const rule = await creationRuleFor(found.config, path, keyOptions(platform));
  return (rule?.keyGroups ?? []).map((group) => group.map(describeKey));
}

describe("a configuration of several hosts", () => {
  interface Expected {
    readonly people: Readonly<Record<string, { readonly recipient: string }>>;
    readonly rules: readonly {
      readonly config: string;
      readonly cwd: string;
      readonly path: string;
      readonly groups: readonly (readonly string[])[] | null;
      readonly stderr?: string;
    }[];
  }
  const { people, rules } = JSON.parse(fixtureText("corpus-nix/repo/expected.json")) as Expected;

  // A threshold that does not fit the groups is found out when the data key is split.
  const ofRules = rules.filter(({ stderr }) => stderr?.includes("Shamir") !== true);

  it.each(ofRules)("$config, in $cwd: $path", async ({ config, cwd, path, groups, stderr }) => {
    const file = config === ".sops.yaml" ? "nix-config/.sops.yaml" : `rules/${config}`;
    const text = fixtureText(`corpus-nix/repo/${file}`);
    const found = recipientsFor(text, cwd === "." ? "/repo" : `/repo/${cwd}`, path.replace("@DIR@", "/repo"));
    if (groups === null) await expect(found).rejects.toThrow(stderr);
    else expect(await found).toEqual(groups.map((group) => group.map((person) => people[person]?.recipient)));
  });
});

describe("a config that sops encrypted with", () => {
  const cases = corpusFileCases("corpus/config").filter(({ kind }) => kind === "encrypt");

  it.each(cases)("gives the recipients of $name", async ({ folder, plain, encrypted }) => {
    const recipients = await recipientsFor(fixtureText(`${folder}/.sops.yaml`), "/repo", plain);
    const file = fixtureText(`${folder}/${encrypted}`);
    const inFile = [...file.matchAll(/(?:recipient|fp)"?: "?([A-Za-z0-9]+)/g)].map(([, recipient]) => recipient);
    expect(recipients.flat()).toEqual(inFile);
  });
});

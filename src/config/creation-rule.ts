import type { KeyGroup, SelectionRule, SelectionRuleName } from "../core/metadata.ts";
import { compileRegex, loadRegexEngine } from "../core/regex.ts";
import { selectionRules } from "../core/selection.ts";
import { SopsError } from "../errors.ts";
import type { Config } from "./config.ts";
import { keyGroupsOf, type KeyOptions } from "./key-groups.ts";
import { absolutePath, withinDirectory, type Whereabouts } from "./paths.ts";
import type { RuleEntry } from "./schema.ts";

/** What a rule says of the files that it is for. */
export interface CreationRule {
  /** One group, which may be empty, or those of `key_groups`. */
  readonly keyGroups: readonly KeyGroup[];
  /** How many groups are needed; 0: not said, and all are. */
  readonly shamirThreshold: number;
  /** Undefined: not said. */
  readonly selection: SelectionRule | undefined;
  /** Whether the MAC is computed over encrypted leaves only. */
  readonly macOnlyEncrypted: boolean;
}

/**
 * The rule for a file: the first of `creation_rules` whose `path_regex` is empty or matches anywhere in the file's path, as seen
 * from the config's directory. A file elsewhere is matched by its absolute path.
 *
 * @param filePath - absolute, or relative to the working directory; need not exist
 * @returns undefined when the config has no `creation_rules`: it then counts as absent
 * @throws SopsError `NO_MATCHING_CREATION_RULE`; `INVALID_CONFIG` for a regex that is not valid and for more than one selection
 * rule; `INVALID_MASTER_KEY`
 * @see sops config/config.go, `parseCreationRuleForFile`
 */
export async function creationRuleFor(
  config: Config,
  filePath: string,
  options: KeyOptions,
): Promise<CreationRule | undefined> {
  if (config.creationRules === undefined) return undefined;
  const candidate = pathForMatching(config, filePath, options.keyContext.platform);
  const rule = await firstMatching(config.creationRules, candidate);
  if (rule === undefined) throw noMatch(config, candidate);
  return creationRuleFrom(rule, options);
}

/** A file's path as `path_regex` sees it. */
export function pathForMatching(config: Config, filePath: string, where: Whereabouts): string {
  return withinDirectory(absolutePath(filePath, where), config.directory, where);
}

/**
 * The first rule whose `path_regex` is empty or matches. Later ones are not compiled.
 *
 * @throws SopsError `INVALID_CONFIG` when a regex that is reached is not valid
 */
export async function firstMatching<Rule extends { readonly pathRegex: string }>(
  rules: readonly Rule[],
  candidate: string,
): Promise<Rule | undefined> {
  for (const rule of rules) {
    if (rule.pathRegex === "" || (await matchesPath(rule.pathRegex, candidate))) return rule;
  }
  return undefined;
}

async function matchesPath(pathRegex: string, candidate: string): Promise<boolean> {
  await loadRegexEngine([pathRegex]);
  const regex = compileRegex(pathRegex);
  if (!("invalid" in regex)) return regex.matches(candidate);
  throw new SopsError(
    "INVALID_CONFIG",
    `can not compile regexp: ${regex.invalid} (path_regex ${JSON.stringify(pathRegex)})`,
    {
      hint: "path_regex takes RE2 syntax (https://github.com/google/re2/wiki/Syntax).",
    },
  );
}

/**
 * What an entry says, its keys parsed.
 *
 * @throws SopsError `INVALID_CONFIG` for more than one selection rule; `INVALID_MASTER_KEY`
 */
export async function creationRuleFrom(rule: RuleEntry, options: KeyOptions): Promise<CreationRule> {
  const selection = selectionOf(rule);
  return {
    keyGroups: await keyGroupsOf(rule, options),
    shamirThreshold: rule.shamirThreshold,
    selection,
    macOnlyEncrypted: rule.macOnlyEncrypted,
  };
}

function selectionOf(rule: RuleEntry): SelectionRule | undefined {
  const names = Object.keys(selectionRules) as SelectionRuleName[];
  const given = names.filter((name) => rule[name] !== "");
  if (given.length > 1) {
    throw new SopsError(
      "INVALID_CONFIG",
      "error loading config: cannot use more than one of encrypted_suffix, unencrypted_suffix, encrypted_regex, unencrypted_regex, " +
        `encrypted_comment_regex, or unencrypted_comment_regex for the same rule (it has ${given.map(fieldOf).join(" and ")})`,
    );
  }
  const [name] = given;
  return name && { name, value: rule[name] };
}

function fieldOf(name: SelectionRuleName): string {
  return selectionRules[name].field;
}

/** Messages list no more rules than this. */
const maxListed = 20;

function noMatch(config: Config, candidate: string): SopsError {
  const rules = config.creationRules ?? [];
  const tried = rules.slice(0, maxListed).map(({ pathRegex }, index) => `  ${index + 1}. path_regex: ${pathRegex}`);
  if (rules.length > maxListed) tried.push(`  … and ${rules.length - maxListed} more`);
  const what = rules.length === 0 ? "its creation_rules are empty" : `none of its rules matches:\n${tried.join("\n")}`;
  return new SopsError(
    "NO_MATCHING_CREATION_RULE",
    `error loading config: no matching creation rules found in ${config.path} for ${JSON.stringify(candidate)}; ${what}`,
    {
      file: config.path,
      hint: "Paths are matched relative to the directory of the config file. Add a rule, or one without path_regex as the last.",
    },
  );
}

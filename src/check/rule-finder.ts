import type { Config } from "../config/config.ts";
import { creationRuleFrom, type CreationRule, pathForMatching } from "../config/creation-rule.ts";
import type { KeyOptions } from "../config/key-groups.ts";
import type { RuleEntry } from "../config/schema.ts";
import { compileRegex, loadRegexEngine } from "../core/regex.ts";
import { SopsError } from "../errors.ts";

/** The rule that covers a file. */
export interface CoveringRule {
  readonly rule: CreationRule;
  /**
   * Whether its `path_regex` names the file. A rule without one says how files are encrypted and not which: it would otherwise
   * claim the whole repository.
   */
  readonly namesFile: boolean;
}

/** The creation rules of a config, for many files: each expression is compiled once and each rule's keys are parsed once. */
export class RuleFinder {
  readonly #config: Config;
  readonly #options: KeyOptions;
  readonly #entries: readonly { readonly entry: RuleEntry; readonly matches: (path: string) => boolean }[];
  readonly #rules = new Map<RuleEntry, Promise<CreationRule>>();

  private constructor(config: Config, options: KeyOptions) {
    this.#config = config;
    this.#options = options;
    this.#entries = (config.creationRules ?? []).map((entry) => ({ entry, matches: matcher(entry.pathRegex) }));
  }

  /** @throws SopsError `INVALID_CONFIG` when an expression is not valid, whether or not a file gets so far */
  static async of(config: Config, options: KeyOptions): Promise<RuleFinder> {
    await loadRegexEngine((config.creationRules ?? []).map(({ pathRegex }) => pathRegex));
    return new RuleFinder(config, options);
  }

  /**
   * The first rule that matches; undefined when none does.
   *
   * @param path - absolute
   * @throws SopsError `INVALID_CONFIG`, `INVALID_MASTER_KEY` when the rule cannot be understood
   */
  async ruleFor(path: string): Promise<CoveringRule | undefined> {
    const candidate = pathForMatching(this.#config, path, this.#options.keyContext.platform);
    const entry = this.#entries.find(({ matches }) => matches(candidate))?.entry;
    if (entry === undefined) return undefined;
    const rule = this.#rules.get(entry) ?? creationRuleFrom(entry, this.#options);
    this.#rules.set(entry, rule);
    return { rule: await rule, namesFile: entry.pathRegex !== "" };
  }
}

function matcher(pathRegex: string): (path: string) => boolean {
  if (pathRegex === "") return () => true;
  const regex = compileRegex(pathRegex);
  if (!("invalid" in regex)) return (path) => regex.matches(path);
  throw new SopsError(
    "INVALID_CONFIG",
    `can not compile regexp: ${regex.invalid} (path_regex ${JSON.stringify(pathRegex)})`,
    { hint: "path_regex takes RE2 syntax (https://github.com/google/re2/wiki/Syntax)." },
  );
}

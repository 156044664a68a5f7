import { SopsError } from "../errors.ts";
import type { SelectionRule, SelectionRuleName } from "./metadata.ts";
import { compileRegex, loadRegexEngine } from "./regex.ts";

/**
 * A selection rule ready to be asked. The rules look at single keys or single comments, never at a whole path, so a walk that
 * keeps the answer of each level asks once a key:
 *
 * - Key rules: a leaf is *matched* when some key on its path, its own included, is.
 * - Comment rules (`usesComments`): a leaf is matched when some active comment is. Active are the comments since the last item,
 *   here and at the place of each enclosing mapping or list. With `encrypted_comment_regex` a comment line does not count for
 *   itself: the matching line stays plain, and the lines after it in the same block are encrypted.
 *
 * A leaf is encrypted when being matched equals `encryptsWhenMatched`.
 */
export interface Selector {
  /** Whether comments decide and not keys. */
  readonly usesComments: boolean;
  /** Whether this one key matches the rule's suffix or regex; always false for a comment rule. */
  matchesKey(key: string): boolean;
  /** Whether this one comment matches the rule's regex; always false for a key rule. */
  matchesComment(text: string): boolean;
  /** True for the `encrypted_…` rules: what matches is encrypted. False for the `unencrypted_…` ones: the rest is. */
  readonly encryptsWhenMatched: boolean;
}

/** All fields optional. */
export interface SelectorOptions {
  /**
   * Take a regex that is not valid as one that matches nothing, as sops does: files that sops encrypted so exist, and are read
   * so. Default: false, it is refused.
   */
  readonly lenient?: boolean;
}

interface RuleKind {
  /** The rule's name in metadata and `.sops.yaml`. */
  readonly field: string;
  readonly by: "suffix" | "key" | "comment";
  readonly encryptsWhenMatched: boolean;
}

/** What there is to know of each rule. */
export const selectionRules: Readonly<Record<SelectionRuleName, RuleKind>> = {
  unencryptedSuffix: { field: "unencrypted_suffix", by: "suffix", encryptsWhenMatched: false },
  encryptedSuffix: { field: "encrypted_suffix", by: "suffix", encryptsWhenMatched: true },
  unencryptedRegex: { field: "unencrypted_regex", by: "key", encryptsWhenMatched: false },
  encryptedRegex: { field: "encrypted_regex", by: "key", encryptsWhenMatched: true },
  unencryptedCommentRegex: { field: "unencrypted_comment_regex", by: "comment", encryptsWhenMatched: false },
  encryptedCommentRegex: { field: "encrypted_comment_regex", by: "comment", encryptsWhenMatched: true },
};

/** Loads what {@link makeSelector} needs for this rule. */
export async function prepareSelection(rule: SelectionRule): Promise<void> {
  if (selectionRules[rule.name].by !== "suffix") await loadRegexEngine([rule.value]);
}

/**
 * Compiles a rule; {@link prepareSelection} must have seen it.
 *
 * @throws SopsError `INVALID_CONFIG` when the regex is not valid, unless `lenient`: encrypting with it would leave the file in clear
 * @see sops sops.go, `shouldBeEncrypted`
 */
export function makeSelector(rule: SelectionRule, options: SelectorOptions = {}): Selector {
  const kind = selectionRules[rule.name];
  const { encryptsWhenMatched } = kind;
  if (kind.by === "suffix") {
    return {
      usesComments: false,
      encryptsWhenMatched,
      matchesKey: (key) => key.endsWith(rule.value),
      matchesComment: never,
    };
  }
  const test = regexTest(rule, options.lenient ?? false);
  const usesComments = kind.by === "comment";
  return {
    usesComments,
    encryptsWhenMatched,
    matchesKey: usesComments ? never : remembering(test),
    matchesComment: usesComments ? test : never,
  };
}

function never(): boolean {
  return false;
}

function regexTest(rule: SelectionRule, lenient: boolean): (text: string) => boolean {
  const regex = compileRegex(rule.value);
  if (!("invalid" in regex)) return (text) => regex.matches(text);
  if (lenient) return never;
  throw new SopsError(
    "INVALID_CONFIG",
    `${selectionRules[rule.name].field} is not a valid regular expression: ${regex.invalid}`,
    {
      hint: "Write it in RE2 syntax (https://github.com/google/re2/wiki/Syntax), which has no look-around and no back-references.",
    },
  );
}

/** Files repeat their keys (`name`, `password` in each entry of a list), and a regex takes longer than looking up its answer. */
function remembering(test: (text: string) => boolean): (text: string) => boolean {
  const answers = new Map<string, boolean>();
  return (text) => {
    const known = answers.get(text);
    if (known !== undefined) return known;
    const answer = test(text);
    if (answers.size < maxAnswers) answers.set(text, answer);
    return answer;
  };
}

/** Enough for keys that repeat; where all differ, a bigger map costs more than it saves. */
const maxAnswers = 4096;

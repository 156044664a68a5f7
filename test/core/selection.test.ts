import { beforeAll, describe, expect, it } from "vitest";
import type { SelectionRule, SelectionRuleName } from "../../src/core/metadata.ts";
import { loadRegexEngine } from "../../src/core/regex.ts";
import { makeSelector, prepareSelection } from "../../src/core/selection.ts";
import { SopsError } from "../../src/errors.ts";

const rule = (name: SelectionRuleName, value: string): SelectionRule => ({ name, value });

describe("a selector", () => {
  beforeAll(() => loadRegexEngine(["a+"]));

  it.each<[SelectionRuleName, string, string, boolean]>([
    ["unencryptedSuffix", "_unencrypted", "a_unencrypted", true],
    ["unencryptedSuffix", "_unencrypted", "_unencrypted", true],
    ["unencryptedSuffix", "_unencrypted", "a_unencrypted_b", false],
    ["encryptedSuffix", ".x", "axx", false],
    ["encryptedSuffix", "é", "caf\u00E9", true],
    ["encryptedRegex", "^(data|stringData)$", "data", true],
    ["encryptedRegex", "^(data|stringData)$", "metadata", false],
    ["encryptedRegex", "pass", "my password", true],
    ["unencryptedRegex", "(?i)^NAME$", "name", true],
    ["unencryptedRegex", "^[a-z]{3}$", "abcd", false],
  ])("of %s %j asked about the key %j says %s", (name, value, key, matched) => {
    const selector = makeSelector(rule(name, value));
    expect([selector.matchesKey(key), selector.matchesKey(key)]).toEqual([matched, matched]);
    expect(selector.usesComments).toBe(false);
    expect(selector.matchesComment(key)).toBe(false);
    expect(selector.encryptsWhenMatched).toBe(name.startsWith("encrypted"));
  });

  it.each<[SelectionRuleName, string, string, boolean]>([
    ["encryptedCommentRegex", "sops:enc", " sops:enc ", true],
    ["encryptedCommentRegex", "^sops:enc$", " sops:enc", false],
    ["unencryptedCommentRegex", "pla+in", "plaaain", true],
  ])("of %s %j asked about the comment %j says %s", (name, value, comment, matched) => {
    const selector = makeSelector(rule(name, value));
    expect(selector.matchesComment(comment)).toBe(matched);
    expect(selector.usesComments).toBe(true);
    expect(selector.matchesKey(comment)).toBe(false);
    expect(selector.encryptsWhenMatched).toBe(name.startsWith("encrypted"));
  });

  it("answers for more keys than it remembers", () => {
    const selector = makeSelector(rule("encryptedRegex", "[02468]$"));
    for (let round = 0; round < 2; round++) {
      for (let index = 0; index < 10_000; index++) expect(selector.matchesKey(`key${index}`)).toBe(index % 2 === 0);
    }
  });

  it.each<SelectionRuleName>([
    "encryptedRegex",
    "unencryptedRegex",
    "encryptedCommentRegex",
    "unencryptedCommentRegex",
  ])("refuses an invalid %s", async (name) => {
    await prepareSelection(rule(name, "("));
    expect(() => makeSelector(rule(name, "("))).toThrow(SopsError);
    expect(() => makeSelector(rule(name, "("))).toThrow(
      /_regex is not a valid regular expression: .*missing closing \)/,
    );
  });

  it("takes an invalid regex as matching nothing when it reads what sops encrypted so", () => {
    expect(makeSelector(rule("encryptedRegex", "("), { lenient: true }).matchesKey("(")).toBe(false);
    expect(makeSelector(rule("encryptedCommentRegex", "("), { lenient: true }).matchesComment("(")).toBe(false);
  });

  it("takes the text of a suffix as it is", () => {
    expect(makeSelector(rule("encryptedSuffix", "(")).matchesKey("a(")).toBe(true);
  });
});

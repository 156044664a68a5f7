import { describe, expect, it } from "vitest";
import { splitCommandWords } from "../../src/platform/command-words.ts";

describe("splitting a command into words", () => {
  it.each<[string, string[] | undefined]>([
    ["", []],
    [" \t\r\n", []],
    ["vim", ["vim"]],
    ["  code --wait  ", ["code", "--wait"]],
    ["a\tb\nc\rd", ["a", "b", "c", "d"]],
    [`'a b' "c d"`, ["a b", "c d"]],
    [`''`, [""]],
    [`"" x`, ["", "x"]],
    [`a'b'"c"d`, ["abcd"]],
    [`'a\\b' "a\\b" a\\b`, ["a\\b", "ab", "ab"]],
    [`"say \\"hi\\""`, [`say "hi"`]],
    [`'it'"'"'s'`, ["it's"]],
    [`a\\ b`, ["a b"]],
    [`\\# a`, ["#", "a"]],
    ["a # the rest", ["a"]],
    ["a # one\nb #two", ["a", "b"]],
    ["a#b", ["a#b"]],
    ["$HOME/*.txt ~ `x` | y", ["$HOME/*.txt", "~", "`x`", "|", "y"]],
    ["pass show 🔑", ["pass", "show", "🔑"]],
    [`"\\🔑"`, ["🔑"]],
    ["it's", undefined],
    [`"open`, undefined],
    [`a "b\\"`, undefined],
    ["end\\", undefined],
  ])("%j", (command, words) => {
    expect(splitCommandWords(command)).toEqual(words);
  });

  it("takes time in proportion to the length", () => {
    expect(splitCommandWords("a ".repeat(200_000))).toHaveLength(200_000);
    expect(splitCommandWords("'".repeat(200_001))).toBeUndefined();
  });
});

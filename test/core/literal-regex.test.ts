import * as fc from "fast-check";
import { RE2JS } from "re2js";
import { describe, expect, it } from "vitest";
import { literalTest } from "../../src/core/literal-regex.ts";

describe("a pattern of literals", () => {
  it.each([
    "",
    "password",
    "^data$",
    "^(data|stringData)$",
    "^(?:a|b|)$",
    "\\.yaml$",
    "a\\/b\\-c\\_d",
    "^",
    "$",
    "^$",
    "a|^b|c$",
    "(a|b)(c|d)",
    "((a)|(b(c|d)))$",
    "größe|日本|😀",
    "secrets/",
  ])("%j is answered without RE2", (pattern) => {
    expect(literalTest(pattern)).toBeTypeOf("function");
  });

  it.each([
    "a.b",
    "a*",
    "a+b",
    "a?",
    "[ab]",
    "a{2}",
    "}",
    "]",
    "(?i)a",
    "(?P<n>a)",
    "\\d",
    "\\pL",
    "\\Qa\\E",
    "\\x41",
    "\\é",
    "\\",
    "a^",
    "$a",
    "(a",
    "a)",
    "\uFFFD",
    "(a|b)(c|d)(e|f)(g|h)(i|j)(k|l)(m|n)",
  ])("%j is left to RE2", (pattern) => {
    expect(literalTest(pattern)).toBeUndefined();
  });

  it("gives the answers of RE2", () => {
    const piece = fc.constantFrom(
      "a",
      "b",
      "ab",
      "^",
      "$",
      "|",
      "(",
      ")",
      "(?:",
      "\\.",
      "\\$",
      ".",
      "é",
      "😀",
      "/",
      " ",
    );
    const patterns = fc.array(piece, { maxLength: 7 }).map((pieces) => pieces.join(""));
    const texts = fc.array(fc.constantFrom("a", "b", "ab", ".", "$", "é", "😀", "/", " ", "\n"), { maxLength: 4 });
    fc.assert(
      fc.property(patterns, fc.array(texts, { maxLength: 10 }), (pattern, samples) => {
        const test = literalTest(pattern);
        fc.pre(test !== undefined);
        const re2 = RE2JS.compile(pattern);
        for (const text of ["", ...samples.map((sample) => sample.join(""))]) {
          expect({ pattern, text, found: test(text) }).toEqual({ pattern, text, found: re2.test(text) });
        }
      }),
      { seed: 1, numRuns: 500 },
    );
  });
});

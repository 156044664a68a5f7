import { beforeAll, describe, expect, it } from "vitest";
import { decodeByteString } from "../../src/bytes.ts";
import { compileRegex, loadRegexEngine } from "../../src/core/regex.ts";

const matches = (pattern: string, text: string): boolean => {
  const regex = compileRegex(pattern);
  if ("invalid" in regex) throw new Error(regex.invalid);
  return regex.matches(text);
};

describe("a regular expression", () => {
  beforeAll(() => loadRegexEngine(["a+"]));

  it.each([
    ["b", "abc", true],
    ["^b", "abc", false],
    ["^abc$", "abc", true],
    ["^abc$", "abc\n", false],
    ["(?m)^b$", "a\nb\nc", true],
    ["a.c", "a\nc", false],
    ["(?s)a.c", "a\nc", true],
    ["(?i)STRASSE", "strasse", true],
    ["(?i)k", "\u212A", true],
    ["(?i)s", "ſ", true],
    ["\\bfoo\\b", "a foo b", true],
    ["\\bé", " é", false],
    ["^\\w+$", "é", false],
    ["^\\pL+$", "größe", true],
    ["^.$", "😀", true],
    ["\\Qa.b\\E", "a.b", true],
    ["^\\x{1F600}$", "😀", true],
    ["(?P<name>x)y", "xy", true],
    ["(?<name>x)y", "xy", true],
    ["(?U)a+$", "aaa", true],
    ["a{2,3}$", "caa", true],
    ["a{,3}", "a{,3}", true],
    ["[[:alpha:]]", "é", false],
    ["[^\\n]", "\n", false],
    ["x*", "", true],
    ["secrets/*", "secret", false],
    ["secrets/[^/]+\\.(yaml|json|env|ini)$", "a/secrets/b.yaml", true],
    ["secrets/[^/]+\\.(yaml|json|env|ini)$", "secrets/a/b.yaml", false],
  ])("%j in %j: %s", (pattern, text, expected) => {
    expect(matches(pattern, text)).toBe(expected);
  });

  it("sees a byte that is not UTF-8 as U+FFFD", () => {
    const text = decodeByteString(Uint8Array.of(0x61, 0xff, 0x62));
    expect(matches("^a.b$", text)).toBe(true);
    expect(matches("^a\\x{FFFD}b$", text)).toBe(true);
    expect(matches("a[^\\x{FFFD}]b", text)).toBe(false);
  });

  it("takes time linear in the text", () => {
    const start = performance.now();
    expect(matches("(a+)+$", `${"a".repeat(20_000)}b`)).toBe(false);
    expect(performance.now() - start).toBeLessThan(5000);
  });

  it.each([
    ["(", "error parsing regexp: missing closing ): `(`"],
    ["[a-", "error parsing regexp: missing closing ]: `[a-`"],
    ["*", "error parsing regexp: missing argument to repetition operator: `*`"],
    ["a**", "error parsing regexp: invalid nested repetition operator: `**`"],
    ["(?=a)", "error parsing regexp: invalid or unsupported Perl syntax: `(?=`"],
    ["a{1001}", "error parsing regexp: invalid repeat count: `{1001}`"],
    ["\\1", "error parsing regexp: invalid escape sequence: `\\1`"],
    ["a)", "error parsing regexp: unexpected ): `a)`"],
    ["\uDCFF", "error parsing regexp: invalid UTF-8"],
  ])("%j is refused in Go's words", (pattern, reason) => {
    expect(compileRegex(pattern)).toEqual({ invalid: reason });
  });
});

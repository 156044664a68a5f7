import { array, assert, constantFrom, property } from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeUtf8 } from "../../../src/bytes.ts";
import { SopsError } from "../../../src/errors.ts";
import { loadYaml } from "../../../src/stores/yaml/load.ts";

function refusal(file: Uint8Array): SopsError {
  try {
    loadYaml(file);
  } catch (error) {
    expect(error).toBeInstanceOf(SopsError);
    expect((error as SopsError).code).toBe("COULD_NOT_READ_INPUT_FILE");
    return error as SopsError;
  }
  throw new Error("was not refused");
}

describe("the reader refuses", () => {
  it.each<[string, string]>([
    // characters to tokens
    ["a: 1\nb: @c\n", "line 2: found character that cannot start any token"],
    ["a: 1\n\tb: 2\n", "line 1: found a tab character that violates indentation"],
    ["a:\n\tb: 2\n", "line 2: found character that cannot start any token"],
    ["a: |\n\tb\n", "line 1: found a tab character where an indentation space is expected"],
    ["a: b: c\n", "line 1: mapping values are not allowed in this context"],
    ["a: - b\n", "line 1: block sequence entries are not allowed in this context"],
    ["a: ? b\n", "line 1: mapping keys are not allowed in this context"],
    ["a: 1\nb\nc: 1\n", "line 2: could not find expected ':'"],
    [`a: 1\n${"k".repeat(1025)}: 1\n`, "line 2: could not find expected ':'"],
    ["a: 'b\n\nc: 1\n", "line 1: found unexpected end of stream"],
    ['a: "b\n---\n', "line 1: found unexpected document indicator"],
    ['a: "\\q"\n', "line 1: found unknown escape character"],
    ['a: "\\xq0"\n', "line 1: did not find expected hexdecimal number"],
    ['a: "\\ud800"\n', "line 1: found invalid Unicode character escape code"],
    ["a: |0\n  b\n", "line 1: found an indentation indicator equal to 0"],
    ["a: |x\n  b\n", "line 1: did not find expected comment or line break"],
    ["a: &\n", "line 1: did not find expected alphabetic or numeric character"],
    ["a: *b!\n", "line 1: did not find expected alphabetic or numeric character"],
    ["a: !! 1\n", "line 1: did not find expected tag URI"],
    ["a: !<x 1\n", "line 1: did not find the expected '>'"],
    ['a: !!str"b"\n', "line 1: did not find expected whitespace or line break"],
    ["a: !%zz 1\n", "line 1: did not find URI escaped octet"],
    ["a: !%80 1\n", "line 1: found an incorrect leading UTF-8 octet"],
    ["a: !%c3%00 1\n", "line 1: found an incorrect trailing UTF-8 octet"],
    ["%\n---\na: 1\n", "line 1: could not find expected directive name"],
    ["%FOO\n---\na: 1\n", "line 1: found unknown directive name"],
    ["%YAML!\n---\na: 1\n", "line 1: found unexpected non-alphabetical character"],
    ["%YAML 1\n---\na: 1\n", "line 1: did not find expected digit or '.' character"],
    ["%YAML x\n---\na: 1\n", "line 1: did not find expected version number"],
    ["%YAML 111.1\n---\na: 1\n", "line 1: found extremely long version number"],
    ["%YAML 1.1 x\n---\na: 1\n", "line 1: did not find expected comment or line break"],
    ["%TAG x y\n---\na: 1\n", "line 1: did not find expected '!'"],
    ["%TAG !x y\n---\na: 1\n", "line 1: did not find expected '!'"],
    ["%TAG !x!\n---\na: 1\n", "line 1: did not find expected whitespace"],
    // tokens to nodes
    ["a: *nope\n", "line 1: unknown anchor 'nope' referenced"],
    ["a: !x!y 1\n", "line 1: found undefined tag handle"],
    ["%YAML 1.2\n---\na: 1\n", "line 1: found incompatible YAML document"],
    ["%YAML 1.1\n%YAML 1.1\n---\na: 1\n", "line 2: found duplicate %YAML directive"],
    ["%TAG ! a\n%TAG ! b\n---\na: 1\n", "line 2: found duplicate %TAG directive"],
    ["%YAML 1.1\nword\n", "line 2: did not find expected <document start>"],
    ["a: 1\n...\nb: 1\n", "line 3: did not find expected <document start>"],
    ["a: 1\n  b: 2\n", "line 2: mapping values are not allowed in this context"],
    ["a:\n  b: 1\n c: 2\n", "line 3: did not find expected key"],
    ["a:\n  - b\n  c: 1\n", "line 3: did not find expected '-' indicator"],
    ["a: [b\nc: 1\n", "line 2: did not find expected ',' or ']'"],
    ["a: {b: 1\nc: 1\n", "line 2: did not find expected ',' or '}'"],
    ["a: [,]\n", "line 1: did not find expected node content"],
    ["a: ]\n", "line 1: did not find expected node content"],
    [`a: ${"[".repeat(1001)}`, "line 1: exceeded max depth of 1000"],
    ["- ".repeat(2000), "line 1: exceeded max depth of 1000"],
    // the first document
    ["# only a comment\n", "no document in the file"],
    ["\ufeff", "no document in the file"],
    ["- a\n", "unmarshal errors:\n  line 1: cannot unmarshal !!seq into map[string]interface {}"],
    ["--- word\n", "unmarshal errors:\n  line 1: cannot unmarshal !!str into map[string]interface {}"],
    ["a: 1\nb: 2\na: 3\n", 'line 3: mapping key "a" already defined at line 1'],
    ["1: x\n'1': y\n", 'line 2: mapping key "1" already defined at line 1'],
    ["a:\n  - b: 1\n    b: 2\n", 'line 3: mapping key "b" already defined at line 2'],
    ["x: &x 1\n*x : 1\n*x : 2\n", 'line 3: mapping key "x" already defined at line 2'],
    ["a: {[x]: 1}\n", "line 1: invalid map key: sequence"],
    ["a: {{}: 1}\n", "line 1: invalid map key: mapping"],
    ["[a]: 1\n", "line 1: cannot unmarshal !!seq into string"],
    ["{a: b}: 1\n", "line 1: cannot unmarshal !!map into string"],
    ["a: !!int x\n", "line 1: cannot decode !!str as a !!int"],
    ["a: !!binary x\n", "line 1: !!binary value contains invalid base64 data"],
    ["a: &x [*x]\n", "line 1: anchor 'x' value contains itself"],
    ["a:\n  <<: 1\n", "line 2: map merge requires map or sequence of maps as the value"],
    ["a: &x [1]\nb:\n  <<: *x\n", "line 3: map merge requires map or sequence of maps as the value"],
    ["a:\n  <<: [{b: 1}, c]\n", "line 2: map merge requires map or sequence of maps as the value"],
    ["a:\n  <<: {b: !!int x}\n", "line 2: cannot decode !!str as a !!int"],
    // later documents
    ["a: 1\n---\n- b\n", "YAML documents that are sequences are not supported"],
    ["a: 1\n---\nb\n", "YAML documents that are values are not supported"],
    ["a: 1\n---\nb: &x {c: *x}\n", "line 3: anchor 'x' value contains itself"],
    ["a: 1\n---\nb: *nope\n", "line 3: unknown anchor 'nope' referenced"],
  ])("%j", (text, message) => {
    expect(refusal(encodeUtf8(text)).message).toContain(message);
  });

  it.each<[string, number[]]>([
    ["line 2: invalid leading UTF-8 octet", [0x61, 0x3a, 0x0a, 0x62, 0xff]],
    ["line 1: invalid leading UTF-8 octet", [0x61, 0x80]],
    ["line 1: invalid trailing UTF-8 octet", [0x61, 0xc3, 0x61]],
    ["line 1: incomplete UTF-8 octet sequence", [0x61, 0xe2, 0x82]],
    ["line 1: invalid Unicode character", [0xed, 0xa0, 0x80]],
    ["line 1: invalid Unicode character", [0xc0, 0x80]],
    ["line 2: control characters are not allowed", [0x61, 0x0a, 0x00]],
    ["line 1: control characters are not allowed", [0x7f]],
    ["line 1: control characters are not allowed", [0xef, 0xbf, 0xbe]],
    ["incomplete UTF-16 character", [0xff, 0xfe, 0x61]],
    ["invalid UTF-16 surrogate pair", [0xfe, 0xff, 0xd8, 0x00, 0x00, 0x61]],
  ])("%s", (message, bytes) => {
    expect(refusal(Uint8Array.from(bytes)).message).toContain(message);
  });

  it("a file that aliases would blow up, in any document", () => {
    const bomb = (first: string) =>
      Array.from({ length: 12 }, (_, level) => {
        const above = level === 0 ? first : `*x${level - 1}`;
        return `x${level}: &x${level} [${Array(10).fill(above).join(", ")}]\n`;
      }).join("");
    expect(refusal(encodeUtf8(bomb("v"))).message).toContain("excessive aliasing");
    expect(refusal(encodeUtf8(`a: 1\n---\n${bomb("v")}`)).message).toContain("excessive aliasing");
  });

  it("nesting that only aliases make deep", () => {
    const chain = Array.from(
      { length: 1200 },
      (_, level) => `x${level}: &x${level} [${level === 0 ? 1 : `*x${level - 1}`}]\n`,
    );
    expect(refusal(encodeUtf8(`a: 1\n---\n${chain.join("")}`)).message).toContain("exceeded max depth of 1000");
  });

  it("with a word on tabs", () => {
    expect(refusal(encodeUtf8("a:\n\tb: 1\n")).hint).toContain("spaces");
  });

  it("and lists a few of many duplicates", () => {
    const { message } = refusal(encodeUtf8("a: 1\n".repeat(10_000)));
    expect(message.split("\n").length).toBeLessThan(30);
    expect(message).toContain("9979 more");
  });
});

const pieces = [
  ..."ab12:-?[]{},&*!|>'\"%@`#~ \t\n\r\\é😀\u0085\u2028".split(""),
  ..."😀",
  "- ",
  ": ",
  "? ",
  "\n  ",
  "\n    ",
  " # c\n",
  "k: v\n",
  "---\n",
  "...\n",
  "&x ",
  "*x",
  "<<: ",
  "!!int ",
  "|\n  ",
];
const soup = array(constantFrom(...pieces), { maxLength: 60 }).map((parts) => parts.join(""));

describe("whatever it is given, the reader", () => {
  it("returns branches or refuses with a message of its own", () => {
    assert(
      property(soup, (text) => {
        const file = encodeUtf8(text);
        try {
          expect(Array.isArray(loadYaml(file))).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(SopsError);
          expect((error as SopsError).code).toBe("COULD_NOT_READ_INPUT_FILE");
        }
      }),
      { numRuns: 1000, seed: 1 },
    );
  });

  it("never repeats a value in a message", () => {
    const secret = "cAnArY";
    assert(
      property(soup, soup, (before, behind) => {
        const text = `k: ${secret}\nl: [${secret}, !!int ${secret}]\nm: "${secret}"\n${before}${behind}\nn: ${secret}\n`;
        try {
          loadYaml(encodeUtf8(text));
        } catch (error) {
          expect(String(error)).not.toContain(secret);
        }
      }),
      { numRuns: 1000, seed: 2 },
    );
  });
});

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SopsError } from "../../../src/errors.ts";
import { toPlain } from "../../../src/core/plain-object.ts";
import { Branch, type Value } from "../../../src/core/tree.ts";
import { parseJsonValue } from "../../../src/stores/json/parse.ts";
import { maxNesting } from "../../../src/stores/store.ts";

const branch = (key: string, value: Value): Branch => new Branch([{ key, value }]);

function failureOf(text: string): unknown {
  try {
    return parseJsonValue(text);
  } catch (error) {
    return error;
  }
}

describe("one JSON value", () => {
  it.each<[string, Value]>([
    ['"text"', "text"],
    [' \t\r\n"a"\n ', "a"],
    ['"\\u00e9\\ud83d\\ude00\\ud800"', "é😀\uFFFD"],
    ["5", 5n],
    ["-0", 0n],
    ["9007199254740993", 9007199254740993n],
    ["9223372036854775808", 9223372036854775808],
    ["1.0", 1],
    ["1e2", 100],
    ["true", true],
    ["false", false],
    ["null", null],
    ["[]", []],
    ["{}", new Branch()],
    ['[1, "x", [null], {"k": 1.5}]', [1n, "x", [null], branch("k", 1.5)]],
    ['{"k": {"k": [2]}}', branch("k", branch("k", [2n]))],
  ])("%j", (text, value) => {
    expect(parseJsonValue(text)).toEqual(value);
  });

  it("keeps duplicate keys", () => {
    expect(parseJsonValue('{"a": 1, "a": 2}')).toMatchObject({ items: [{ value: 1n }, { value: 2n }] });
  });

  it.each([
    "",
    "  ",
    "text",
    '"a" "b"',
    "1 2",
    "{} x",
    "[1,]",
    "[1",
    '{"a"}',
    '{"a":1,}',
    "01",
    "+1",
    ".5",
    "1.",
    "1e999",
    "nul",
    '"',
    '"a\tb"',
    "'a'",
    "\uFEFF1",
  ])("%j is none", (text) => {
    const error = failureOf(text);
    expect(error).toBeInstanceOf(SopsError);
    expect(error).toMatchObject({
      code: "COULD_NOT_READ_INPUT_FILE",
      message: expect.stringMatching(/line \d+, column \d+/),
    });
  });

  it("says where, and not what", () => {
    const error = failureOf('{\n  "k": [1, hunter2]\n}') as SopsError;
    expect(error.message).toContain("(line 2, column 12)");
    expect(error.message).not.toContain("hunter2");
  });

  it("may be nested deeply, but not without end", () => {
    const nested = (levels: number): string => "[".repeat(levels) + "]".repeat(levels);
    expect(toPlain(parseJsonValue(nested(3)))).toEqual([[[]]]);
    expect(Array.isArray(parseJsonValue(nested(maxNesting)))).toBe(true);
    expect(failureOf(nested(100_000))).toMatchObject({ message: expect.stringContaining("exceeded max depth") });
  });
});

describe("tokens in any order", () => {
  it("are read or refused as by the runtime's own parser", () => {
    const token = fc.constantFrom(
      ...[
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        '"a":"b"',
        ',"c":"d"',
        '"a":',
        '"b"',
        '"\\n"',
        "1",
        "null",
        " ",
        "\n",
        "{}",
        '{"x":"y"}',
      ],
    );
    const members = fc
      .array(fc.constantFrom('"a":"b"', '"a" : "b" ', '\n"c":\t"d"', '"e":1', '"f":{"g":"h"}', '"i":["j"]', ""))
      .map((parts) => `{${parts.join(",")}}`);
    const text = fc.oneof(
      fc.array(token, { maxLength: 10 }).map((tokens) => tokens.join("")),
      members,
    );
    let read = 0;
    fc.assert(
      fc.property(text, (given) => {
        let expected: unknown;
        try {
          expected = JSON.parse(given);
        } catch {
          expect(() => parseJsonValue(given)).toThrow(SopsError);
          return;
        }
        read += 1;
        expect(toPlain(parseJsonValue(given))).toEqual(expected);
      }),
      { seed: 20261129, numRuns: 5000 },
    );
    expect(read).toBeGreaterThan(500);
  });
});

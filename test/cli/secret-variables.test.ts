import { describe, expect, it } from "vitest";
import { secretVariables } from "../../src/cli/secret-variables.ts";
import { Branch, Comment, NonStringKey, Timestamp, UnsignedInteger, type Value } from "../../src/core/tree.ts";

const of = (...items: [string | NonStringKey, Value][]): Readonly<Record<string, string>> =>
  secretVariables(new Branch(items.map(([key, value]) => ({ key, value }))));

describe("the variables of a document", () => {
  it.each<[string, Value]>([
    ["text", "text"],
    ["", ""],
    ["two\nlines\n", "two\nlines\n"],
    ["ä €", "ä €"],
    ["1", 1n],
    ["-9223372036854775808", -9223372036854775808n],
    ["18446744073709551615", new UnsignedInteger(18446744073709551615n)],
    ["1.0", 1],
    ["1.5", 1.5],
    ["1E+21", 1e21],
    ["true", true],
    ["false", false],
    ["<nil>", null],
    ["2026-01-02T00:00:00Z", new Timestamp(2026, 1, 2)],
  ])("may have %j", (text, value) => {
    expect(of(["A", value])).toEqual({ A: text });
  });

  it("pass over comments, and keep the last of two values", () => {
    const document = new Branch([
      { key: "A", value: "1" },
      new Comment(" A=2"),
      { key: "B b", value: "2" },
      { key: "A", value: "3" },
    ]);
    expect(secretVariables(document)).toEqual({ A: "3", "B b": "2" });
  });

  it.each<[string | NonStringKey, Value, string]>([
    ["A", new Branch(), "cannot use complex value in environment; offending key A"],
    ["A", [], "cannot use complex value in environment; offending key A"],
    [new NonStringKey("int", "1"), [], "cannot use complex value in environment; offending key 1"],
    [new NonStringKey("int", "1"), "x", "cannot use non-string keys in environment, got int"],
    ["A=B", "hidden", "cannot use keys with '=' in environment: A=B"],
    ["A\0", "hidden", "cannot use a key that is not text in environment"],
    ["A", "hid\0den", "environment variable contains NUL; offending key A"],
    ["A", "hid\uDCFFden", "cannot use value that is not UTF-8 in environment; offending key A"],
  ])("may not have %j with %j: %s", (key, value, message) => {
    expect(() => of(["first", "x"], [key, value])).toThrow(message);
    expect(() => of([key, value])).not.toThrow(/hid/);
  });
});

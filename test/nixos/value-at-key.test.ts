import { describe, expect, it } from "vitest";
import { Branch, Comment, Timestamp, type Value } from "../../src/core/tree.ts";
import { secretBytes, valueAtKey } from "../../src/nixos/value-at-key.ts";

const branch = (items: Record<string, Value>): Branch =>
  new Branch(Object.entries(items).map(([key, value]) => ({ key, value })));
const document = new Branch([
  new Comment(" note"),
  { key: "a", value: "first" },
  ...branch({ a: "last", map: branch({ "": "empty", in: branch({ deep: "value" }) }), list: ["x"], none: null }).items,
]);

describe("the value at a key", () => {
  it.each([
    ["a", "last"],
    ["map/in/deep", "value"],
    ["map/", "empty"],
    ["none", null],
  ])("%s is found", (key, value) => {
    expect(valueAtKey(document, key)).toBe(value);
  });

  it.each([
    ["b", "the key 'b' cannot be used: it cannot be found"],
    ["map/in/b", "the key 'map/in/b' cannot be used: it cannot be found"],
    ["a/b", "key 'a' does not refer to a dictionary but to a string"],
    ["map/in/deep/er", "key 'map/in/deep' does not refer to a dictionary but to a string"],
    ["list/0", "key 'list' does not refer to a dictionary but to a list"],
    ["none/x", "key 'none' does not refer to a dictionary but to null"],
  ])("%s is not: %s", (key, message) => {
    expect(() => valueAtKey(document, key)).toThrow(message);
  });

  it.each<[Value, Uint8Array]>([
    ["t\u00f6k", Buffer.from("tök")],
    ["\uDCFFx", Uint8Array.of(0xff, 0x78)],
    [Uint8Array.of(1, 0xff), Uint8Array.of(1, 0xff)],
    [new Timestamp(2024, 12, 17), Buffer.from("2024-12-17T00:00:00Z")],
  ])("%j becomes bytes", (value, bytes) => {
    expect(Buffer.from(secretBytes(value, "k"))).toEqual(Buffer.from(bytes));
  });

  it.each<[string, Value, string]>([
    ["7", 7n, "a number"],
    ["1.5", 1.5, "a number"],
    ["true", true, "true or false"],
    ["null", null, "null"],
    ["[x]", ["x"], "a list"],
    ["{a: x}", branch({ a: "x" }), "a mapping"],
  ])("%s is no secret", (_, value, what) => {
    expect(() => secretBytes(value, "some/key")).toThrow(
      `the key 'some/key' cannot be used: the value is not a string but ${what}`,
    );
  });
});

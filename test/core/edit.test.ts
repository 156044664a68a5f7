import { describe, expect, it } from "vitest";
import { getValue, setValue, unsetValue } from "../../src/core/edit.ts";
import { fromPlain, type PlainInput, toPlainObject } from "../../src/core/plain-object.ts";
import { Branch, type Value } from "../../src/core/tree.ts";
import type { TreePath } from "../../src/core/tree-path.ts";

const document = (): Branch => fromPlain({ a: { b: "x", n: 5 }, list: ["p", { q: 1 }], s: "text" }) as Branch;

describe("setting a value", () => {
  it.each<[TreePath, PlainInput, object]>([
    [["s"], "new", { a: { b: "x", n: 5 }, list: ["p", { q: 1 }], s: "new" }],
    [["a", "b"], "new", { a: { b: "new", n: 5 }, list: ["p", { q: 1 }], s: "text" }],
    [["new", "deep", "er"], 1, { a: { b: "x", n: 5 }, list: ["p", { q: 1 }], s: "text", new: { deep: { er: 1 } } }],
    [["new", 3], 1, { a: { b: "x", n: 5 }, list: ["p", { q: 1 }], s: "text", new: [1] }],
    [["list", 0], "z", { a: { b: "x", n: 5 }, list: ["z", { q: 1 }], s: "text" }],
    [["list", 9], "z", { a: { b: "x", n: 5 }, list: ["p", { q: 1 }, "z"], s: "text" }],
    [["list", 9, "k"], "z", { a: { b: "x", n: 5 }, list: ["p", { q: 1 }, { k: "z" }], s: "text" }],
    [["s", "under"], 1, { a: { b: "x", n: 5 }, list: ["p", { q: 1 }], s: { under: 1 } }],
    [[0], "nothing", { a: { b: "x", n: 5 }, list: ["p", { q: 1 }], s: "text" }],
  ])("%j", (path, value, after) => {
    const root = document();
    expect(setValue(root, path, fromPlain(value))).toBe(true);
    expect(toPlainObject(root)).toEqual(after);
  });

  it.each<[TreePath, Value, boolean]>([
    [["a", "n"], 5n, false],
    [["a", "n"], 5, true],
    [["a", "b"], "x", false],
    [["list", 1], fromPlain({ q: 1 }), false],
    [["list", 1], fromPlain({ q: 2 }), true],
  ])("%j to %s changes: %s %s", (path, value, changed) => {
    expect(setValue(document(), path, value)).toBe(changed);
  });

  it.each<[TreePath]>([[[]], [["list", "key"]], [["list", -1]]])("%j is refused", (path) => {
    expect(() => setValue(document(), path, 1n)).toThrow(expect.objectContaining({ code: "INVALID_SET_FORMAT" }));
  });
});

describe("getting and removing a value", () => {
  it("finds values by keys and positions", () => {
    expect(getValue(document(), ["list", 1, "q"])).toBe(1n);
    expect(getValue(document(), [])).toBeInstanceOf(Branch);
  });

  it.each<[TreePath, string]>([
    [["nope"], "component ['nope'] not found"],
    [["list", 2], "accesses out of bounds"],
    [["list", -1], "accesses out of bounds"],
    [["s", 0], "is not a slice"],
    [["s", "k"], "not a mapping"],
    [["list", "k"], "not a mapping"],
  ])("%j is not there: %s", (path, reason) => {
    expect(() => getValue(document(), path)).toThrow(reason);
  });

  it("removes entries and elements", () => {
    const root = document();
    unsetValue(root, ["a", "b"]);
    unsetValue(root, ["list", 0]);
    expect(toPlainObject(root)).toEqual({ a: { n: 5 }, list: [{ q: 1 }], s: "text" });
  });

  it.each<[TreePath, string]>([
    [["a", "zz"], "Key not found: zz"],
    [["list", 7], "Index 7 out of bounds"],
    [["a", 0], "Key not found: 0"],
    [["s", "k"], "Unsupported type"],
    [["list", "k"], "is not a position of a list"],
    [["list", -1], "is not a position of a list"],
    [[], "The path is empty"],
  ])("%j cannot be removed: %s", (path, reason) => {
    expect(() => unsetValue(document(), path)).toThrow(reason);
  });
});

import { describe, expect, it } from "vitest";
import { mergePlain } from "../../src/core/merge.ts";
import { fromPlain, toPlain, toPlainObject } from "../../src/core/plain-object.ts";
import { Branch, Comment, Timestamp, UnsignedInteger } from "../../src/core/tree.ts";

describe("plain objects", () => {
  it("tells integers from floats, both ways", () => {
    expect(fromPlain([5, 5.5, -0, 9007199254740993n])).toEqual([5n, 5.5, -0, 9007199254740993n]);
    expect(toPlain([5n, 5.5, 9007199254740993n])).toEqual([5, 5.5, 9007199254740993n]);
    expect(fromPlain(2n ** 63n)).toBeInstanceOf(UnsignedInteger);
  });

  it("keeps a key named __proto__ as a key", () => {
    const object = toPlainObject(new Branch([{ key: "__proto__", value: "x" }]));
    expect(Object.keys(object)).toEqual(["__proto__"]);
    expect(Object.getPrototypeOf(object)).toBe(Object.prototype);
    expect(fromPlain(object)).toEqual(new Branch([{ key: "__proto__", value: "x" }]));
  });

  it("leaves comments out, and writes times as RFC 3339", () => {
    const branch = new Branch([
      new Comment(" note"),
      { key: "t", value: new Timestamp(2026, 1, 2) },
      { key: "l", value: [new Comment("c"), null] },
    ]);
    expect(toPlainObject(branch)).toEqual({ t: "2026-01-02T00:00:00Z", l: [null] });
  });

  it("refuses what a file cannot hold", () => {
    const cycle: Record<string, unknown> = {};
    cycle["self"] = cycle;
    for (const value of [(): void => undefined, Symbol("s"), new Map(), new Date(Number.NaN), cycle]) {
      expect(() => fromPlain(value as never)).toThrow(TypeError);
    }
  });

  it("reads a Date as a time and leaves out what is undefined", () => {
    const date = new Date("2026-01-02T03:04:05.678Z");
    expect(fromPlain({ date, gone: undefined })).toEqual(
      new Branch([{ key: "date", value: new Timestamp(2026, 1, 2, 3, 4, 5, 678_000_000) }]),
    );
  });
});

describe("bringing a document to what an object says", () => {
  const document = (): Branch =>
    new Branch([
      new Comment(" head"),
      { key: "float", value: 5 },
      { key: "keep", value: new Branch([{ key: "x", value: "1" }, new Comment(" in")]) },
      { key: "list", value: [new Comment(" first"), "a", "b"] },
      { key: "gone", value: true },
    ]);

  it("keeps what is equal with its type, its comments and its place", () => {
    const root = document();
    mergePlain(root, { list: ["a", "c", "d"], float: 5, keep: { x: "1" }, added: null });
    expect(root).toEqual(
      new Branch([
        new Comment(" head"),
        { key: "float", value: 5 },
        { key: "keep", value: new Branch([{ key: "x", value: "1" }, new Comment(" in")]) },
        { key: "list", value: [new Comment(" first"), "a", "c", "d"] },
        { key: "added", value: null },
      ]),
    );
  });
});

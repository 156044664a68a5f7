import { describe, expect, it } from "vitest";
import { decodeByteString } from "../../../src/bytes.ts";
import { Branch, Comment, type Value } from "../../../src/core/tree.ts";
import { emitYaml, emitYamlValue } from "../../../src/stores/yaml/emit.ts";

type Entry = readonly [key: string, value: Value];

const map = (...entries: (Entry | Comment)[]): Branch =>
  new Branch(entries.map((entry) => (entry instanceof Comment ? entry : { key: entry[0], value: entry[1] })));

const emit = (branches: readonly Branch[], indent?: number): string => decodeByteString(emitYaml(branches, indent));

describe("indentation", () => {
  const tree = map(["a", map(["b", ["x", map(["c", "x"], ["d", map(["e", ["x"]])]), ["x", ["z"]]]])]);

  it.each([
    [2, "a:\n  b:\n    - x\n    - c: x\n      d:\n        e:\n          - x\n    - - x\n      - - z\n"],
    [3, "a:\n   b:\n      - x\n      - c: x\n        d:\n         e:\n            - x\n      - - x\n        - - z\n"],
    [
      4,
      "a:\n    b:\n        - x\n        - c: x\n          d:\n            e:\n                - x\n        - - x\n          - - z\n",
    ],
    [
      9,
      [
        "a:",
        "         b:",
        "                  - x",
        "                  - c: x",
        "                    d:",
        "                           e:",
        "                                    - x",
        "                  - - x",
        "                    - - z\n",
      ].join("\n"),
    ],
  ])("of %i spaces", (indent, expected) => {
    expect(emit([tree], indent)).toBe(expected);
  });

  it.each([0, 4, undefined])("is 4 for %s", (indent) => {
    expect(emit([map(["a", map(["b", "x"])])], indent)).toBe("a:\n    b: x\n");
  });

  it.each([1, 10, 12, 100])("is 2 for %i", (indent) => {
    expect(emit([map(["a", map(["b", "x"])])], indent)).toBe("a:\n  b: x\n");
  });

  it("may leave too little room for a nested mapping behind a long key", () => {
    const long = "k".repeat(129);
    const tree3 = map(["a", [map([long, map(["b", "x"])])]]);
    expect(emit([tree3], 3)).toBe(`a:\n   - ? ${long}\n     :\n      b: x\n`);
  });

  it("is refused when negative", () => {
    expect(() => emitYaml([], -1)).toThrow(
      expect.objectContaining({
        name: "SopsError",
        code: "ERROR_DUMPING_TREE",
        message: "YAML Negative indentation not accepted",
      }),
    );
  });
});

describe("documents", () => {
  it("are separated by ---", () => {
    expect(emit([map(["a", "x"]), map(["b", "x"]), map(["c", "x"])])).toBe("a: x\n---\nb: x\n---\nc: x\n");
  });

  it("are {} when empty", () => {
    expect(emit([map(), map(new Comment("x"))])).toBe("{}\n---\n#x\n{}\n");
  });

  it("may be none at all", () => {
    expect(emit([])).toBe("");
  });
});

describe("containers", () => {
  it("are [] and {} when empty", () => {
    expect(emit([map(["a", []], ["b", map()], ["c", [[], map(), [[]]]])])).toBe(
      "a: []\nb: {}\nc:\n    - []\n    - {}\n    - - []\n",
    );
  });

  it("may hold a key twice", () => {
    expect(emit([map(["a", "x"], ["a", "z"])])).toBe("a: x\na: z\n");
  });

  it("may stand in each other ten thousand deep", () => {
    let value: Value = "x";
    for (let depth = 0; depth < 10_000; depth++) value = [value];
    expect(emit([map(["a", value])])).toBe(`a:\n    ${"- ".repeat(10_000)}x\n`);
  });
});

describe("a file of many items", () => {
  it("is written whole, over pieces and characters of several bytes", () => {
    const count = 3000;
    const text = "é日 ".repeat(20).trim();
    const branch = map(...Array.from({ length: count }, (_, index): Entry => [`k${index}`, text]));
    const lines = Array.from({ length: count }, (_, index) => `k${index}: ${text}\n`);
    expect(emit([branch])).toBe(lines.join(""));
  });
});

describe("one value", () => {
  it.each<[string, Value, string]>([
    ["null", null, "null\n"],
    ["an integer", 5n, "5\n"],
    ["a string", "yes", '"yes"\n'],
    ["text of lines", "a\nb\n", "|\n    a\n    b\n"],
    ["an empty list", [], "[]\n"],
    ["a list", ["a", ["b"], map(["c", "x"])], "- a\n- - b\n- c: x\n"],
    ["a list with comments", [new Comment("h"), "a", new Comment("f")], "#h\n- a\n#f\n"],
    ["a mapping", map(["a", map(["b", "x"])]), "a:\n    b: x\n"],
    ["a mapping of comments", map(new Comment("x")), "#x\n{}\n"],
    ["a comment", new Comment(" x", true), "value: ' x'\ninline: true\n"],
  ])("that is %s", (_name, value, expected) => {
    expect(decodeByteString(emitYamlValue(value))).toBe(expected);
  });
});

import { describe, expect, it } from "vitest";
import { decodeByteString } from "../../../src/bytes.ts";
import { Branch, Comment, type Value } from "../../../src/core/tree.ts";
import { emitYaml } from "../../../src/stores/yaml/emit.ts";

type Entry = readonly [key: string, value: Value];

const map = (...entries: (Entry | Comment)[]): Branch =>
  new Branch(entries.map((entry) => (entry instanceof Comment ? entry : { key: entry[0], value: entry[1] })));
const own = (text: string): Comment => new Comment(text);
const inline = (text: string): Comment => new Comment(text, true);

const emit = (...branches: Branch[]): string => decodeByteString(emitYaml(branches));

/** What sops 3.13.3 writes for the same trees. */
describe("comments", () => {
  it.each<[string, Branch, string]>([
    [
      "above keys",
      map(own(" one"), own("two"), ["a", 1n], own(""), own("#"), ["b", "x"]),
      "# one\n#two\na: 1\n#\n##\nb: x\n",
    ],
    [
      "above elements",
      map(["a", [own("1"), "x", own("2"), map(["k", "v"]), own("3"), map(own("4"), ["k", "v"])]]),
      "a:\n    #1\n    - x\n    #2\n    - k: v\n    #3\n    #4\n    - k: v\n",
    ],
    ["behind values", map(inline(" c"), ["a", "x"], ["l", [inline("d"), "x"]]), "a: x # c\nl:\n    - x #d\n"],
    [
      "behind the header of a literal block",
      map(inline(" c"), ["a", "x\nz\n"], ["b", map(inline("1"), inline("2"), ["c", "x\n"])]),
      "a: | # c\n    x\n    z\nb:\n    c: | #1\n        #2\n        x\n",
    ],
    [
      "below the last item of a mapping",
      map(["a", map(["b", "x"], own("end"), inline("in"))], ["z", "x"], own("foot")),
      "a:\n    b: x\n    #end\n    #in\nz: x\n#foot\n",
    ],
    [
      "below the last element of a list",
      map(["a", ["x", own("end"), inline("in")]], ["z", "x"]),
      "a:\n    - x\n    #end\n    #in\nz: x\n",
    ],
    [
      "below items at every level",
      map(["a", map(["b", map(["c", "x"], own("1"))], own("2"))], own("3")),
      "a:\n    b:\n        c: x\n        #1\n    #2\n#3\n",
    ],
    [
      "below empty elements",
      map(["a", [[], own("f")]], ["b", [map(), own("g")]]),
      "a:\n    - []\n    #f\nb:\n    - {}\n    #g\n",
    ],
    ["alone", map(own("x"), inline("z")), "#x\n#z\n{}\n"],
  ])("%s", (_name, branch, expected) => {
    expect(emit(branch)).toBe(expected);
  });
});

describe("several comments behind one value", () => {
  it("go on below it, after an empty line where nothing is indented", () => {
    const branch = map(inline("1"), inline("2"), ["a", "x"], ["b", map(inline("3"), inline("4"), ["k", "v"])]);
    expect(emit(branch)).toBe("a: x #1\n\n#2\nb:\n    k: v #3\n    #4\n");
  });
});

describe("comments in empty containers", () => {
  it.each<[string, Branch, string]>([
    ["stand between the braces", map(["a", map(own("in"))], ["b", "x"]), "a: {\n    #in\n}\nb: x\n"],
    [
      "stand above the element",
      map(["a", [map(own("in"), own("in2"))]], ["b", "x"]),
      "a:\n    #in\n    #in2\n    - {}\nb: x\n",
    ],
    ["move from a list to the next key", map(["a", [own("in")]], ["b", "x"]), "a: []\n#in\nb: x\n"],
    ["are lost to a comment of that key", map(["a", [own("in")]], own("up"), ["b", "x"]), "a: []\n#up\nb: x\n"],
    ["move from a list to the end", map(["a", [own("in")]]), "a: []\n#in\n"],
  ])("%s", (_name, branch, expected) => {
    expect(emit(branch)).toBe(expected);
  });
});

describe("comments that wait for a place", () => {
  it.each<[string, Branch[], string]>([
    [
      "behind a mapping go behind the next value",
      [map(inline("c"), ["a", map(["k", "v"])], ["b", "x"], ["d", "z"])],
      "a:\n    k: v\nb: x #c\nd: z\n",
    ],
    [
      "behind a mapping go behind the next key of a list",
      [map(inline("c"), ["a", map(["k", "v"])], ["b", ["x"]])],
      "a:\n    k: v\nb: #c\n    - x\n",
    ],
    [
      "behind a mapping go past a value with a comment of its own",
      [map(inline("c"), ["a", map(["k", "v"])], inline("own"), ["b", "x"], ["d", "z"])],
      "a:\n    k: v\nb: x #own\nd: z #c\n",
    ],
    [
      "behind the last mapping go to the next document",
      [map(inline("c"), ["a", map(["k", "v"])]), map(["b", "x"])],
      "a:\n    k: v\n---\n#c\nb: x\n",
    ],
    [
      "behind a list in a list go behind the next element",
      [map(["a", [inline("c"), ["x"], "z"]])],
      "a:\n    - - x\n    - z #c\n",
    ],
    [
      "behind empty containers stay there",
      [map(inline("c"), ["a", map()], inline("d"), ["b", []])],
      "a: {} #c\nb: [] #d\n",
    ],
    [
      "above a list are lost to those of its first element",
      [map(["a", [own("1"), map(own("2"), ["k", "v"])]])],
      "a:\n    #2\n    - k: v\n",
    ],
    [
      "below the last mapping of a list go below the next value",
      [map(["a", [map(["k", "v"], own("inner")), own("end")]], ["z", "x"])],
      "a:\n    - k: v\n      #inner\nz: x\n#end\n",
    ],
    [
      "below the last mapping of a list go to the end, set off by an empty line",
      [map(["a", [map(["k", "v"]), own("f")]])],
      "a:\n    - k: v\n\n#f\n",
    ],
    ["below a document stay in it", [map(["a", "x"], own("f")), map(["b", "x"])], "a: x\n#f\n---\nb: x\n"],
  ])("%s", (_name, branches, expected) => {
    expect(emit(...branches)).toBe(expected);
  });
});

describe("line breaks in comments", () => {
  it.each<[string, Branch, string]>([
    ["begin another comment", map(own("a\nb\n#c"), ["k", "v"]), "#a\n# b\n#c\nk: v\n"],
    [
      "keep empty lines and need none at the end",
      map(["n", map(own("x\n\nz\n"), ["k", "v"])]),
      '"n":\n    #x\n\n    # z\n    k: v\n',
    ],
    ["behind a value", map(inline("a\nb"), ["k", "v"]), "k: v #a\n\n# b\n"],
    ["behind a nested value", map(["a", map(inline("a\nb"), ["k", "v"])]), "a:\n    k: v #a\n    # b\n"],
    [
      "are also CR, U+0085, U+2028 and U+2029",
      map(own("a\rb\u0085c\u2028d\u2029e"), ["k", "v"]),
      "#a\r# b\u0085# c\u2028# d\u2029# e\nk: v\n",
    ],
    [
      "at the end are all that ends the line",
      map(own("a\r"), ["k", "v"], own("b\u2028"), ["l", "v"]),
      "#a\rk: v\n#b\u2028l: v\n",
    ],
  ])("%s", (_name, branch, expected) => {
    expect(emit(branch)).toBe(expected);
  });

  it("never let the rest of a comment become content", () => {
    const text = emit(map(own("x\npassword: y\r- z\n\n? q"), ["k", "v"], inline("x\nk2: v2"), ["l", "v"]));
    const content = text.split(/[\n\r]+/).filter((line) => line !== "" && !line.startsWith("#"));
    expect(content).toEqual(["k: v", "l: v #x"]);
  });
});

describe("a comment that is not UTF-8", () => {
  it("is refused, with the place and without the text", () => {
    const branch = map(["a", ["x", map(["b", map(own("secret\udcff"), ["c", "x"])])]]);
    const act = (): string => emit(branch);
    expect(act).toThrow(expect.objectContaining({ code: "ERROR_DUMPING_TREE", path: '["a"][1]["b"]' }));
    expect(act).not.toThrow(/secret/);
  });
});

describe("emitting", () => {
  it("leaves the tree as it was", () => {
    const branch = map(own("1"), ["a", [inline("2"), "x", own("3"), map(own("4")), inline("5")]], inline("6"), [
      "b",
      [],
    ]);
    const before = structuredClone(branch);
    const first = emit(branch);
    expect(emit(branch)).toBe(first);
    expect(structuredClone(branch)).toEqual(before);
  });
});

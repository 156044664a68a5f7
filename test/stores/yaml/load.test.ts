import { describe, expect, it } from "vitest";
import { encodeUtf8 } from "../../../src/bytes.ts";
import type { Branch } from "../../../src/core/tree.ts";
import { loadYaml } from "../../../src/stores/yaml/load.ts";
import { key, map } from "./tree-notation.ts";

describe("the reader", () => {
  it.each<[string, string, ...Branch[]]>([
    [
      "plain scalars",
      "a: b c\nb: http://x.y/z?a=b#c\nc: a:b\nd: -x\ne: ?x\nf: :x\n",
      map(["a", "b c"], ["b", "http://x.y/z?a=b#c"], ["c", "a:b"], ["d", "-x"], ["e", "?x"], ["f", ":x"]),
    ],
    ["plain scalars over several lines", "a: b\n  c\n\n\n  d\ne:\n  f\n", map(["a", "b c\n\nd"], ["e", "f"])],
    ["plain scalars over lines that LS or PS ends", "a: b\u2028  c\u2029\n  d\n", map(["a", "b\u2028c\u2029\nd"])],
    ["single quotes", "a: 'it''s'\nb: ' x\n\n  y\n  z '\nc: ''\n", map(["a", "it's"], ["b", " x\ny z "], ["c", ""])],
    [
      "double quotes, with every escape",
      'a: "\\0\\a\\b\\t\\n\\v\\f\\r\\e\\ \\"\\\'\\\\\\N\\_\\L\\P"\nb: "\\x41\\u263a\\U0001F600"\nc: "x \\\n   y\n\n  z\\\n  "\n',
      map(["a", "\u0000\u0007\b\t\n\u000b\f\r\u001b \"'\\\u0085\u00a0\u2028\u2029"], ["b", "A☺😀"], ["c", "x y\nz"]),
    ],
    [
      "literal block scalars",
      "a: |\n  x\n   y\n\n  z\n\nb: |-\n  x\n\nc: |+\n  x\n\nd: |\n\n  x\n",
      map(["a", "x\n y\n\nz\n"], ["b", "x"], ["c", "x\n\n"], ["d", "\nx\n"]),
    ],
    [
      "folded block scalars",
      "a: >\n  x\n  y\n\n  z\n    w\n  v\n\nb: >-\n  x\n\nc: >+\n  x\n\n",
      map(["a", "x y\nz\n  w\nv\n"], ["b", "x"], ["c", "x\n\n"]),
    ],
    [
      "block scalars with an indentation indicator",
      "a: |2\n    x\nb: |1-\n  x\nc:\n  d: |+2\n     x\n",
      map(["a", "  x\n"], ["b", " x"], ["c", map(["d", " x\n"])]),
    ],
    ["a block scalar that ends the text", "a: |\n  x", map(["a", "x"])],
    ["empty block scalars", "a: |\nb: |+\n\n\nc: >-\n", map(["a", ""], ["b", "\n\n"], ["c", ""])],
    [
      "empty values",
      "a:\nb: ''\nc: ~\nd: !!str\ne: &x\nf: *x\n",
      map(["a", null], ["b", ""], ["c", null], ["d", ""], ["e", null], ["f", null]),
    ],
    [
      "lists and mappings in brackets and braces",
      "a: [1, 'b', c d, [e], {f: g}, ]\nb: {a: 1, \"b\":2, c, d: , e: [x], }\nc: []\nd: {}\n",
      map(
        ["a", [1n, "b", "c d", ["e"], map(["f", "g"])]],
        ["b", map(["a", 1n], ["b", 2n], ["c", null], ["d", null], ["e", ["x"]])],
        ["c", []],
        ["d", map()],
      ),
    ],
    [
      "colons without a blank in brackets as text",
      "a: [b:c, {d:e}, http://x]\n",
      map(["a", ["b:c", map(["d:e", null]), "http://x"]]),
    ],
    [
      "lists",
      "a:\n  - b\n  - - c\n    - d\n  -\n    - e\n  - f: 1\n    g: 2\n  -\nh:\n- i\n-\n",
      map(["a", ["b", ["c", "d"], ["e"], map(["f", 1n], ["g", 2n]), null]], ["h", ["i", null]]),
    ],
    ["keys with ?", "? a\n: b\n? c\n? |\n  d\n: - e\n  - f\n", map(["a", "b"], ["c", null], ["d\n", ["e", "f"]])],
    ["keys in quotes", "'a b': 1\n\"c\\td\": 2\n", map(["a b", 1n], ["c\td", 2n])],
    ["a key of 1024 characters", `${"😀".repeat(1024)}: 1\n`, map([`${"😀".repeat(1024)}`, 1n])],
    [
      "keys of other types",
      "a:\n  1: a\n  1.5: b\n  true: c\n  ~: d\n  2020-01-02: e\n  18446744073709551615: f\n  !!str 2: g\n  !!binary aGk=: h\n",
      map([
        "a",
        map(
          [key("int", "1"), "a"],
          [key("float64", "1.5"), "b"],
          [key("bool", "true"), "c"],
          [key("<nil>", "~"), "d"],
          [key("time.Time", "2020-01-02"), "e"],
          [key("uint64", "18446744073709551615"), "f"],
          ["2", "g"],
          ["hi", "h"],
        ),
      ]),
    ],
    [
      "tags",
      "a: !!str 1\nb: !!float 3\nc: !!int \"7\"\nd: !!binary aGk=\ne: !x 1\nf: ! 12\ng: !<tag:yaml.org,2002:str> 1\nh: !x [1]\ni: !!null ''\nj: !!%73tr 1\n",
      map(
        ["a", "1"],
        ["b", 3],
        ["c", 7n],
        ["d", "hi"],
        ["e", "1"],
        ["f", 12n],
        ["g", "1"],
        ["h", [1n]],
        ["i", null],
        ["j", "1"],
      ),
    ],
    ["tag handles", "%TAG !e! tag:yaml.org,2002:\n---\na: !e!str 1\n", map(["a", "1"])],
    [
      "aliases",
      "a: &x [1, {b: 2}]\nc: *x\nd: {e: *x}\n",
      map(["a", [1n, map(["b", 2n])]], ["c", [1n, map(["b", 2n])]], ["d", map(["e", [1n, map(["b", 2n])]])]),
    ],
    ["an alias as key", "a: &x k\n*x : 1\n", map(["a", "k"], ["k", 1n])],
    [
      "an alias to a later value of the same anchor",
      "a: &x 1\nb: *x\nc: &x 2\nd: *x\n",
      map(["a", 1n], ["b", 1n], ["c", 2n], ["d", 2n]),
    ],
    [
      "merge keys, which are not merged",
      "a: &x {b: 1}\nc:\n  <<: *x\n  d: 2\ne:\n  '<<': 3\n",
      map(["a", map(["b", 1n])], ["c", map(["<<", map(["b", 1n])], ["d", 2n])], ["e", map(["<<", 3n])]),
    ],
    ["duplicate keys in a later document", "a: 1\n---\na: 1\na: 2\n", map(["a", 1n]), map(["a", 1n], ["a", 2n])],
    [
      "collections as keys in a later document",
      "a: 1\n---\n[b]: 1\n{c: d}: 2\n{1: d}: 3\n",
      map(["a", 1n]),
      map(
        [key("[]interface {}", ""), 1n],
        [key("map[string]interface {}", ""), 2n],
        [key("map[interface {}]interface {}", ""), 3n],
      ),
    ],
    [
      "scalars that do not fit their tag in a later document",
      "a: 1\n---\na: !!int x\nb: !!binary '*'\n",
      map(["a", 1n]),
      map(["a", null], ["b", null]),
    ],
    ["an anchor of an earlier document", "a: &x 1\n---\nb: *x\n", map(["a", 1n]), map(["b", 1n])],
    ["a document that is an alias", "a: &x {b: 1}\n---\n*x\n", map(["a", map(["b", 1n])]), map(["b", 1n])],
    [
      "documents without content",
      "---\n---\n~\n--- null\n...\n---\na: 1\n...\n...\n",
      map(),
      map(),
      map(),
      map(["a", 1n]),
    ],
    ["tabs between tokens", "a:\tb\nc: [\td,\t]\n", map(["a", "b"], ["c", ["d"]])],
    ["a value that looks like a document marker further right", "a: ---\nb:\n  ...\n", map(["a", "---"], ["b", "..."])],
  ])("takes %s", (_, text, ...branches) => {
    expect(loadYaml(encodeUtf8(text))).toEqual(branches);
  });

  it.each<[string, Uint8Array]>([
    ["UTF-8 with a byte order mark", Uint8Array.of(0xef, 0xbb, 0xbf, ...encodeUtf8("a: é😀\n"))],
    ["UTF-16, little end first", Uint8Array.from([..."\ufeffa: é😀\n"].flatMap(utf16Bytes))],
    ["UTF-16, big end first", swapPairs(Uint8Array.from([..."\ufeffa: é😀\n"].flatMap(utf16Bytes)))],
  ])("takes %s", (_, file) => {
    expect(loadYaml(file)).toEqual([map(["a", "é😀"])]);
  });

  it("keeps a byte order mark that is not at the start", () => {
    expect(loadYaml(encodeUtf8("a: 1\n---\n\ufeffb: \ufeff\n"))).toEqual([map(["a", 1n]), map(["\ufeffb", "\ufeff"])]);
  });

  it("finds no document in an empty file", () => {
    expect(loadYaml(new Uint8Array())).toEqual([]);
  });

  it("reads pairs in brackets as mappings of one item", () => {
    const pairs = [map(["b", "c"]), map(["d", "e"]), map(["f", "g"])];
    expect(loadYaml(encodeUtf8("a: [b: c, 'd':e, ? f : g]\n"))).toEqual([map(["a", pairs])]);
  });

  it("makes copies of what an alias refers to", () => {
    const [branch] = loadYaml(encodeUtf8("a: &x {b: 1}\nc: *x\n"));
    const [first, second] = (branch as Branch).items.map((item) => ("value" in item ? item.value : item));
    expect(first).toEqual(second);
    expect(first).not.toBe(second);
  });

  it("takes collections 1000 deep", () => {
    expect(() => loadYaml(encodeUtf8(`a: ${"[".repeat(999)}${"]".repeat(999)}\n`))).not.toThrow();
    expect(() => loadYaml(encodeUtf8(`a:\n  ${"- ".repeat(999)}x\n`))).not.toThrow();
    const nested = Array.from({ length: 1000 }, (_, depth) => `${" ".repeat(depth)}k:\n`).join("");
    expect(() => loadYaml(encodeUtf8(nested))).not.toThrow();
  });

  it("takes time in proportion to the file", () => {
    const lines = Array.from({ length: 60_000 }, (_, index) => `key_${index}: [a, {b: "c"}] # d\n`);
    const shared = Array.from({ length: 60_000 }, () => `  - *x\n`);
    loadYaml(encodeUtf8(`${lines.join("")}# e\n#f\n\nx: &x 1\ny:\n${shared.join("")}`));
    // Half a second; where time grew with the square of the size it would be many minutes, on any machine.
  }, 60_000);
});

function utf16Bytes(character: string): number[] {
  return Array.from({ length: character.length }, (_, index) => character.charCodeAt(index)).flatMap((unit) => [
    unit & 0xff,
    unit >> 8,
  ]);
}

function swapPairs(bytes: Uint8Array): Uint8Array {
  return bytes.map((_, index) => bytes[index ^ 1] as number);
}

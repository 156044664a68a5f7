import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Branch } from "../../../src/core/tree.ts";
import { SopsError } from "../../../src/errors.ts";
import { loadText, loadYaml } from "../../../src/stores/yaml/load.ts";
import { hasNoReferences, readPlainRun } from "../../../src/stores/yaml/plain-run.ts";
import { decodeSource } from "../../../src/stores/yaml/source.ts";
import { yamlDocument } from "../../../tools/fuzz/documents/yaml.ts";
import { Random } from "../../../tools/fuzz/random.ts";

const encoder = new TextEncoder();

/** What a text is, read in one of the two ways; undefined when it is refused. */
function branchesOf(text: string, readsRuns: boolean): Branch[] | undefined {
  try {
    return loadText(text, readsRuns);
  } catch (error) {
    if (error instanceof SopsError) return undefined;
    throw error;
  }
}

/** Both ways read the same, or both refuse. */
function expectSame(text: string): void {
  if (!hasNoReferences(text)) return;
  expect(branchesOf(text, true), text).toStrictEqual(branchesOf(text, false));
}

const names = [
  "a",
  "b",
  "c",
  "key",
  "a-b",
  "x.y",
  "true",
  "null",
  "y",
  "e1",
  "_",
  "A/b",
  "1",
  "k k",
  "ü",
  '"q"',
  "- a",
];
const scalars = [
  ..."1|-1|0x1F|1.5|-.5|.inf|true|no|~|null|2020-01-01|12:30|text|two words|ENC[AES256_GCM,data:aa==,iv:b=,type:str]".split(
    "|",
  ),
  ...`"quoted"|'single'|"a" b|"a\\n"|'it''s'|"a: b"|a: b|a:|a #b|a#b|# c|a |- a|-a|[a]|{a: b}|>|!!str 1|@a|%a|grün|\u{1F389}|a\tb`.split(
    "|",
  ),
  ...[
    "|",
    "|-",
    "",
    "",
    "",
    "",
    "a\u0085b",
    "a\u2028b",
    "a\ufeffb",
    "?",
    "? a",
    ":",
    "=",
    "(a)",
    "$A",
    "\\",
    "---",
    "...",
    "`a",
  ],
];

const line = fc
  .tuple(
    fc.constantFrom("", "", "", "", "- ", "- - "),
    fc.constantFrom(0, 0, 0, 2, 2, 4, 4, 4, 8, 3),
    fc.constantFrom(...names),
    fc.constantFrom(...scalars),
  )
  .map(([dash, indent, name, scalar]) => `${" ".repeat(indent)}${dash}${name}:${scalar === "" ? "" : ` ${scalar}`}`);
const element = fc
  .tuple(fc.constantFrom(0, 0, 2, 2, 4, 4, 3), fc.constantFrom(...scalars))
  .map(([indent, scalar]) => `${" ".repeat(indent)}- ${scalar}`);
const oddLine = fc.constantFrom(
  ...[
    "",
    "  ",
    "# comment",
    "    # comment",
    "  # comment",
    "---",
    "...",
    "- a",
    "  - a: 1",
    "    - a",
    "? a",
    ": b",
    "a",
  ],
  ...[
    "  text",
    "        text",
    "\ttab",
    "a: |",
    "    b: >-",
    "  c: [",
    "    ]",
    "  d: {x: 1,",
    "      y: 2}",
    "%YAML 1.1",
  ],
);

describe("runs of plain lines", () => {
  it("read as by the reader of all YAML: lines of keys and scalars, comments and odd lines between them", () => {
    const anyLine = fc.oneof(
      { weight: 9, arbitrary: line },
      { weight: 3, arbitrary: element },
      { weight: 1, arbitrary: oddLine },
    );
    const lines = fc.array(anyLine, { maxLength: 14 });
    const ends = fc.constantFrom("\n", "\n", "\n", "", "\n\n", "\r\n");
    fc.assert(
      fc.property(lines, ends, (parts, end) => expectSame(parts.join("\n") + end)),
      { seed: 20261127, numRuns: 20_000 },
    );
  });

  it("read as by the reader of all YAML: mappings of mappings, with one line changed", () => {
    const document = fc.tuple(
      fc.array(fc.tuple(fc.nat(3), fc.nat(4), fc.constantFrom(...scalars))),
      fc.nat(40),
      oddLine,
    );
    fc.assert(
      fc.property(document, ([entries, place, odd]) => {
        const lines = entries.flatMap(([depth, count, scalar], index) => [
          ...Array.from({ length: depth }, (_, level) => `${"    ".repeat(level)}group_${index}_${level}:`),
          ...Array.from({ length: count }, (_, item) => `${"    ".repeat(depth)}item_${index}_${item}: ${scalar}`),
        ]);
        expectSame(`${lines.join("\n")}\n`);
        expectSame(`${lines.toSpliced(place, 0, odd).join("\n")}\n`);
      }),
      { seed: 20261128, numRuns: 3000 },
    );
  });

  it("read as by the reader of all YAML: documents of the fuzzer", () => {
    let read = 0;
    for (let index = 0; index < 1500; index++) {
      const document = yamlDocument(new Random(index));
      let text: string;
      try {
        text = decodeSource(encoder.encode(document));
      } catch {
        continue;
      }
      expectSame(text);
      read += 1;
    }
    expect(read).toBeGreaterThan(1000);
  });

  it("read as by the reader of all YAML: lists in lists and mappings, with one line changed", () => {
    const part = fc.constantFrom(
      ...[
        "a:",
        "  - x",
        "  - b: 1",
        "    c: 2",
        "    d:",
        "      - y",
        "      e: 3",
        "    - z",
        "- x",
        "- b: 1",
        "  c: 2",
      ],
      ...[
        "b: 1",
        "c: 2",
        "  b: 1",
        "  c:",
        "    - - x",
        "  -",
        "  - ",
        "  - a: b: c",
        "  - 'q'",
        "  - - a: 1",
        "  - true: 1",
      ],
    );
    const documents = fc.tuple(fc.array(part, { maxLength: 12 }), fc.nat(12), oddLine);
    fc.assert(
      fc.property(documents, ([lines, place, odd]) => {
        expectSame(`k: 1\n${lines.join("\n")}\nl: 2\nm: 3\n`);
        expectSame(`k:\n${lines.map((one) => `    ${one}`).join("\n")}\nl: 2\nm: 3\n`);
        expectSame(`k: 1\n${lines.toSpliced(place, 0, odd).join("\n")}\nl: 2\n`);
      }),
      { seed: 20261130, numRuns: 10_000 },
    );
  });

  it("have lists, of scalars and of mappings, at a deeper column and at their key's", () => {
    const text = "a:\n    - x\n    - b: 1\n      c:\n        - y\nd:\n- e: 2\n  f: 3\n- z\ng: h\n";
    const { items, end } = readPlainRun(text, 0, 0);
    expect(items).toEqual([
      {
        key: "a",
        value: [
          "x",
          new Branch([
            { key: "b", value: 1n },
            { key: "c", value: ["y"] },
          ]),
        ],
      },
      {
        key: "d",
        value: [
          new Branch([
            { key: "e", value: 2n },
            { key: "f", value: 3n },
          ]),
          "z",
        ],
      },
    ]);
    expect(end).toBe(text.indexOf("g"));
  });

  it("are what a file as sops writes it is made of", () => {
    const text =
      "a:\n    b: ENC[AES256_GCM,data:x,iv:y,tag:z,type:str]\n    c: 1\nd: two words\ne:\n    f: 'x'\ng: h\n";
    const { items, end, lines } = readPlainRun(text, 0, 0);
    expect(items.map(({ key }) => key)).toEqual(["a", "d", "e"]);
    expect([end, lines]).toEqual([text.lastIndexOf("g"), 6]);
  });

  it.each([
    ["a duplicate key in a run", "a: 1\nb: 2\na: 3\nc: 4\n", 'line 3: mapping key "a" already defined at line 1'],
    ["a duplicate key of a run and what follows it", "a: 1\nb: 2\nc: 4\na: [3]\n", "already defined at line 1"],
    ["a duplicate key within a mapping of a run", "x:\n  a: 1\n  a: 2\nb: 2\nc: 4\n", "already defined at line 2"],
    ["an error behind a run", "a: 1\nb: 2\nc: 3\nd: [\n", "line 5"],
    ["an indentation that fits nothing", "a:\n    b: 1\n  c: 2\nd: 3\ne: 4\n", "line 3"],
  ])("leave messages as they are: %s", (_, text, message) => {
    expect(() => loadYaml(encoder.encode(text))).toThrow(message);
  });

  it("see what may refer to something else", () => {
    expect(["a: &b c", "a: *b", "- *b", "&a", "<<: x", "a: [&b c]", "*a : b"].map(hasNoReferences)).not.toContain(true);
    expect(["a: b&c", "a: b*c", "a: 1<2"].map(hasNoReferences)).not.toContain(false);
  });
});

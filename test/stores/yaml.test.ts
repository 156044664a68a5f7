import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeByteString } from "../../src/bytes.ts";
import { Branch, Comment, type Item, Timestamp, UnsignedInteger, type Value } from "../../src/core/tree.ts";
import { yamlStore } from "../../src/stores/yaml.ts";
import { secretInDamage, storeContract } from "../support/store-contract.ts";

const store = yamlStore();

/** What is read from what is written with an indentation. */
const reload = (branches: Branch[], indent: number): Branch[] => store.load(yamlStore({ indent }).emit(branches));

storeContract(store, {
  file: [
    "# head",
    "a: 1 # behind",
    "b:",
    "    # above",
    '    - "yes"',
    "    - - x",
    "    - k: |",
    "        several",
    "        lines",
    "      l: 2020-01-02T00:00:00Z",
    "# foot",
    "---",
    "a: {}",
    "b: []",
    "",
  ].join("\n"),
  damaged: [
    secretInDamage,
    `- ${secretInDamage}\n`,
    `a: [${secretInDamage}\n`,
    `a: "${secretInDamage}\n`,
    `a: 1\n${secretInDamage}\n`,
    `a: b: ${secretInDamage}\n`,
    `\t${secretInDamage}: 1\n`,
  ],
});

describe("the layout of YAML", () => {
  const branch = new Branch([{ key: "a", value: new Branch([{ key: "b", value: ["x"] }]) }]);

  it.each([
    [undefined, "a:\n    b:\n        - x\n"],
    [0, "a:\n    b:\n        - x\n"],
    [2, "a:\n  b:\n    - x\n"],
  ])("with an indentation of %s", (indent, expected) => {
    expect(decodeByteString(yamlStore({ indent }).emit([branch]))).toBe(expected);
  });

  it("of one value is the same whatever the indentation", () => {
    expect(decodeByteString(yamlStore({ indent: 2 }).emitValue(branch))).toBe("a:\n    b:\n        - x\n");
  });

  it("cannot have a negative indentation", () => {
    expect(() => yamlStore({ indent: -1 }).emit([branch])).toThrow(
      expect.objectContaining({ code: "ERROR_DUMPING_TREE" }),
    );
  });
});

describe("what YAML loads is what it emitted", () => {
  const fragments = [
    "a",
    "é",
    "😀",
    " ",
    "\n",
    "\t",
    ":",
    "#",
    "- ",
    "'",
    '"',
    "\\",
    "\u2028",
    "\u0085",
    "\ufeff",
    "<<",
    "0",
    "~",
  ];
  const lookalikes = [
    "",
    "true",
    "No",
    "null",
    "12",
    "0x1F",
    "1e3",
    ".inf",
    "2020-01-02",
    "12:30",
    "---",
    "a: b",
    "? a",
    "!x",
    "%",
    "[]",
  ];
  const anyText = fc.oneof(
    fc.string({ unit: "binary", maxLength: 12 }),
    fc.constantFrom(...lookalikes),
    fc.array(fc.constantFrom(...fragments), { maxLength: 8 }).map((parts) => parts.join("")),
    fc.uint8Array({ maxLength: 100 }).map(decodeByteString),
    fc.string({ unit: "grapheme-ascii", minLength: 100, maxLength: 300 }),
  );

  /** go-yaml gives the wrong indentation for text of lines that begins with a blank, wherever that is in a list. */
  const text = anyText.filter((given) => !/^[ \n\u2028\u2029]/.test(given) || !given.includes("\n"));
  const key = text.filter((given) => given !== "<<");

  const scalar = fc.oneof(
    { weight: 5, arbitrary: text },
    fc.constantFrom(null, true, false),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    fc.bigInt({ min: 2n ** 63n, max: 2n ** 64n - 1n }).map((value) => new UnsignedInteger(value)),
    // Whole numbers below a million come back as integers: `1.0` is written `1`.
    fc.double().filter((value) => !Number.isInteger(value) || Math.abs(value) >= 1e6),
    fc
      .tuple(
        fc.integer({ min: 0, max: 9999 }),
        fc.integer({ min: 0, max: 999_999_999 }),
        fc.integer({ min: -1439, max: 1439 }),
      )
      .map(([year, nanosecond, minutes]) => new Timestamp(year, 2, 28, 23, 59, 58, nanosecond, minutes * 60)),
  );

  const { branch } = fc.letrec<{ value: Value; branch: Branch }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      scalar,
      tie("branch"),
      fc.array(tie("value"), { maxLength: 4 }),
    ),
    branch: fc
      .uniqueArray(fc.tuple(key, tie("value")), { maxLength: 4, selector: ([name]) => name })
      .map((items) => new Branch(items.map(([name, value]): Item => ({ key: name, value })))),
  }));

  const indent = fc.integer({ min: 2, max: 9 });
  it("for any documents without comments", () => {
    fc.assert(
      fc.property(fc.array(branch, { minLength: 1, maxLength: 3 }), indent, (branches, spaces) => {
        expect(reload(branches, spaces)).toStrictEqual(branches);
      }),
      { seed: 20260701, numRuns: 300 },
    );
  });

  it("for any text at the top, also where it begins with blanks", () => {
    fc.assert(
      fc.property(anyText, indent, (value, spaces) => {
        const branches = [new Branch([{ key: "k", value }])];
        expect(reload(branches, spaces)).toStrictEqual(branches);
      }),
      { seed: 20260702, numRuns: 300 },
    );
  });

  it("for comments above items and behind leaves", () => {
    const comment = fc
      .string({ unit: "grapheme", maxLength: 10 })
      .filter((given) => !/[\p{C}\p{Z}]/u.test(given.replaceAll(" ", "")));
    const item = fc.record({ value: scalar, above: fc.array(comment, { maxLength: 2 }), behind: fc.option(comment) });
    const commented = fc
      .array(item, { minLength: 1, maxLength: 5 })
      .map((items) =>
        items.flatMap(({ value, above, behind }, index): (Item | Comment)[] => [
          ...above.map((line) => new Comment(line)),
          ...(behind === null ? [] : [new Comment(behind, true)]),
          { key: `k${index}`, value },
        ]),
      );
    fc.assert(
      fc.property(commented, commented, indent, (outer, inner, spaces) => {
        const branches = [new Branch([...outer, { key: "z", value: new Branch(inner) }])];
        expect(reload(branches, spaces)).toStrictEqual(branches);
      }),
      { seed: 20260703, numRuns: 200 },
    );
  });
});

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeByteString, encodeByteString } from "../../src/bytes.ts";
import { Branch, Comment, type Item, NonStringKey, type Value } from "../../src/core/tree.ts";
import { dotenvStore } from "../../src/stores/dotenv.ts";
import { secretInDamage, storeContract } from "../support/store-contract.ts";

const store = dotenvStore();
const load = (text: string) => store.load(encodeByteString(text))[0]?.items;
const emit = (items: (Item | Comment)[]): string => decodeByteString(store.emit([new Branch(items)]));

storeContract(store, {
  file: '# note\nA=1\nexport B="two"\nA=again\n#\n=no key\nPEM=-----BEGIN\\nx=\nü=\uDCFF\r\n',
  damaged: [secretInDamage, `A=1\n ${secretInDamage}`],
});

describe("the dotenv store", () => {
  it.each<[string, string, (Item | Comment)[]]>([
    ["an empty file", "", []],
    ["empty lines", "\n\nA=1\n\n", [{ key: "A", value: "1" }]],
    ["no final newline", "A=1", [{ key: "A", value: "1" }]],
    ["the first = alone", "A=b=c", [{ key: "A", value: "b=c" }]],
    ["white space", " A = 1 ", [{ key: " A ", value: " 1 " }]],
    ["a carriage return", "A=1\r\n", [{ key: "A", value: "1\r" }]],
    ["quotes and export", "export A='1'", [{ key: "export A", value: "'1'" }]],
    ["backslash n", "A=x\\ny\\tz\\\\n", [{ key: "A", value: "x\ny\\tz\\\n" }]],
    ["# in the first column", "#A=1\n# b\n##\n", [new Comment("A=1"), new Comment(" b"), new Comment("#")]],
    [
      "# elsewhere",
      " #A=1\nB=1 # c",
      [
        { key: " #A", value: "1" },
        { key: "B", value: "1 # c" },
      ],
    ],
    ["a byte order mark", "\uFEFFA=1", [{ key: "\uFEFFA", value: "1" }]],
    ["bytes that are not UTF-8", "A\uDC80=\uDCFF", [{ key: "A\uDC80", value: "\uDCFF" }]],
  ])("reads %s as sops does", (_, text, items) => {
    expect(load(text)).toStrictEqual(items);
  });

  it("names the line that has no =", () => {
    expect(() => load("A=1\n\n# c\njunk\nB=2")).toThrow(
      expect.objectContaining({ code: "COULD_NOT_READ_INPUT_FILE", message: expect.stringContaining("line 4") }),
    );
  });

  it.each<[Value, string]>([
    ["x\ny", "A=x\\ny\n"],
    [Uint8Array.of(0xff, 0x0a), "A=\uDCFF\\n\n"],
    [1e6, "A=1E+06\n"],
    [null, "A=<nil>\n"],
  ])("writes %o as %j", (value, text) => {
    expect(emit([{ key: "A", value }])).toBe(text);
  });

  it.each<[string, Value]>([
    ["a mapping", new Branch()],
    ["a list", []],
  ])("refuses %s and names the key", (_, value) => {
    expect(() => emit([{ key: "A", value }])).toThrow(
      expect.objectContaining({
        code: "ERROR_DUMPING_TREE",
        message: "cannot use complex value in dotenv file; offending key A",
      }),
    );
  });

  it.each(["a=b", "#a", "a\nb", new NonStringKey("int", "1")])(
    "refuses a key that would be read as another one: %o",
    (key) => {
      expect(() => emit([{ key, value: "x" }])).toThrow(expect.objectContaining({ code: "ERROR_DUMPING_TREE" }));
    },
  );

  it("writes the first document alone, and nothing for none", () => {
    const branches = [new Branch([{ key: "A", value: "1" }]), new Branch([{ key: "B", value: "2" }])];
    expect(store.emit(branches)).toEqual(encodeByteString("A=1\n"));
    expect(store.emit([])).toEqual(new Uint8Array());
  });

  it("has a form only for a text taken out of a tree", () => {
    expect(store.emitValue("x\n")).toEqual(encodeByteString("x\n"));
    expect(() => store.emitValue(1n)).toThrow(expect.objectContaining({ code: "ERROR_DUMPING_TREE" }));
  });

  it("reads back what it wrote, if no value has a backslash", () => {
    const key = fc.stringMatching(/^[^#=\n\uD800-\uDFFF][^=\n\uD800-\uDFFF]*$/u);
    const value = fc.string({ unit: "grapheme" }).filter((text) => !text.includes("\\"));
    const items = fc.array(fc.record({ key, value }, { noNullPrototype: true }));
    fc.assert(
      fc.property(items, (given) => {
        expect(load(emit(given))).toStrictEqual(given);
      }),
      { seed: 20260701 },
    );
  });
});

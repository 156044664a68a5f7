import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeByteString, encodeByteString } from "../../src/bytes.ts";
import { Branch, Comment, type Item, NonStringKey, type Value } from "../../src/core/tree.ts";
import { iniStore } from "../../src/stores/ini.ts";
import { secretInDamage, storeContract, thrownBy } from "../support/store-contract.ts";

const store = iniStore();

/** A section in short: its keys and values as pairs, its comments as texts. */
type Section = readonly [name: string, ...items: (readonly [string, Value] | string)[]];

function toBranch(...sections: Section[]): Branch {
  return new Branch(
    sections.map(([key, ...items]) => ({
      key,
      value: new Branch(items.map((item) => (typeof item === "string" ? new Comment(item) : itemOf(...item)))),
    })),
  );
}

const itemOf = (key: string, value: Value): Item => ({ key, value });
const load = (text: string): Branch[] => store.load(encodeByteString(text));
const emit = (...sections: Section[]): string => decodeByteString(store.emit([toBranch(...sections)]));

storeContract(store, {
  file:
    '; top\nkey = 1\n\n; on the section\n# two\n[a.b]\nshort     = x\n; why\nlongest   = "  padded"\n`k=v`     = `a#b`\n"""b`q""" = """two\nlines"""\n' +
    "empty     = \n\n[a.b]\nü   = \uDCFF\nüü = x\n\n[none]\n",
  damaged: [
    secretInDamage,
    `[${secretInDamage}`,
    `a=1\n=${secretInDamage}`,
    `"a ${secretInDamage} = 1`,
    `a = """${secretInDamage}\nb = 1\n`,
    `"a" ${secretInDamage}`,
  ],
});

describe("reading INI", () => {
  it.each<[string, string, Section[]]>([
    ["an empty file", "", [["DEFAULT"]]],
    [
      "keys before any section",
      "a=1\n[s]\nb=2",
      [
        ["DEFAULT", ["a", "1"]],
        ["s", ["b", "2"]],
      ],
    ],
    ["a DEFAULT section", "[DEFAULT]\na=1", [["DEFAULT"], ["DEFAULT", ["a", "1"]]]],
    ["sections of one name", "[s]\na=1\n[s]\nb=2", [["DEFAULT"], ["s", ["a", "1"]], ["s", ["b", "2"]]]],
    ["a repeated key", "a=1\nb=2\na=3", [["DEFAULT", ["a", "3"], ["b", "2"]]]],
    ["the name up to the last bracket", "[ a]b ]x\n", [["DEFAULT"], [" a]b "]]],
    ["either separator, the first one", "a : b=c\nd = e:f", [["DEFAULT", ["a", "b=c"], ["d", "e:f"]]]],
    ["white space of all kinds", " \u00A0a b\u3000=\u2028 x y\u0085\r\n", [["DEFAULT", ["a b", "x y"]]]],
    ["U+FEFF, which is no white space", "a=\uFEFFx\uFEFF", [["DEFAULT", ["a", "\uFEFFx\uFEFF"]]]],
    ["a byte order mark", "\uFEFFa=1", [["DEFAULT", ["a", "1"]]]],
    ["the mark of UTF-16", "\uDCFF\uDCFEa=1", [["DEFAULT", ["a", "1"]]]],
    ["half a byte order mark", "\uDCEF\uDCBBa=1", [["DEFAULT", ["\uDCEF\uDCBBa", "1"]]]],
    ["bytes that are not UTF-8", "\uDCE9=\uDC85\uDCFF", [["DEFAULT", ["\uDCE9", "\uDC85\uDCFF"]]]],
    [
      "keys called -",
      "-=a\n-=b\n[s]\n-=c",
      [
        ["DEFAULT", ["#1", "a"], ["#2", "b"]],
        ["s", ["#1", "c"]],
      ],
    ],
    ["variables as they are", "a=%(b)s $c", [["DEFAULT", ["a", "%(b)s $c"]]]],
  ])("takes %s as sops does", (_, text, sections) => {
    expect(load(text)).toStrictEqual([toBranch(...sections)]);
  });

  it.each([
    ["`a=b` = x", "a=b"],
    ['"a:b" = x', "a:b"],
    ['"""a"b""" = x', 'a"b'],
    ['" a " : x', "a"],
    ['"a" ignored = x', "a"],
    ["a`b=x", "a`b"],
    ["'a'=x", "'a'"],
    ['"""é=', undefined],
    ["`#a`=x", "#a"],
  ])("reads the key of %j", (line, key) => {
    if (key === undefined) expect(() => load(`${line}\n`)).toThrow(/missing closing key quote \(line 1\)/);
    else expect(load(`${line}\n`)[0]?.items[0]).toMatchObject({ value: { items: [{ key }] } });
  });

  it.each([
    ["", ""],
    ["a'b", "a'b"],
    ["'a b'", "a b"],
    ['"a b"', "a b"],
    ['" a "', " a "],
    ["'a'b'", "'a'b'"],
    ["\"a'", "\"a'"],
    ['""', ""],
    ['"', '"'],
    ["a\\\nb", "ab"],
    ["a \\\n  b\\\n\n", "a b"],
    ["a\\", "a"],
    ["'a\\\n'b", "'a'b"],
    ["`a\nb`", "a\nb"],
    ["`a#b` # lost", "a#b"],
    ["`a`b`c", "a`b"],
    ["``", ""],
    ['"""a"""', "a"],
    ['"""\n\n"""\n', "\n\n"],
    ['"""a\r\nb"""', "a\r\nb"],
    ['"""a\nb""" \\\nc"""', 'a\nb""" \\\nc'],
    ['"""', '"""'],
  ])("reads the value %j", (text, value) => {
    expect(load(`k = ${text}`)[0]?.items[0]).toMatchObject({ value: { items: [{ key: "k", value }] } });
  });

  it.each<[string, string, Section]>([
    ["above a key", "; a\nk=1", ["DEFAULT", ["k", "1"], "a"]],
    ["behind a value", "k=1 # a ;b", ["DEFAULT", ["k", "1"], "a ;b"]],
    ["in the middle of quotes", 'k="a;b"', ["DEFAULT", ["k", '"a'], 'b"']],
    ["above and behind", "; a\n;b\nk=1;c", ["DEFAULT", ["k", "1"], "a\n;b\n;c"]],
    ["behind the end of a long value", "k=`a\nb` ; c", ["DEFAULT", ["k", "a\nb"], "c"]],
    ["of a repeated key, the last one", "k=1;a\nk=2", ["DEFAULT", ["k", "2"]]],
    ["with several signs", ";; ; a", ["DEFAULT"]],
    ["of signs alone", ";\nk=1", ["DEFAULT", ["k", "1"], ""]],
    ["with empty first lines, which sops cannot write", ";\n;\n; a\nk=1", ["DEFAULT", ["k", "1"], ";\n; a"]],
    ["with another sign", "#; a\nk=1", ["DEFAULT", ["k", "1"], "; a"]],
    ["across an empty line", "; a\n\nk=1", ["DEFAULT", ["k", "1"], "a"]],
    ["at the end of the file, which is lost", "k=1\n; a", ["DEFAULT", ["k", "1"]]],
  ])("takes a comment %s", (_, text, section) => {
    expect(load(text)).toStrictEqual([toBranch(section)]);
  });

  it("takes the comment above a section and behind its name", () => {
    expect(load("a=1\n; x\n[s] ignored # y\n")).toStrictEqual([toBranch(["DEFAULT", ["a", "1"]], ["s", "x\n# y"])]);
  });

  it.each([
    ["a=1\njunk", "key-value delimiter not found (line 2)"],
    ["[s", "unclosed section (line 1)"],
    ["\n[]", "empty section name (line 2)"],
    ["= 1", "empty key name (line 1)"],
    ['""=1', "empty key name (line 1)"],
    ['"""=', "empty key name (line 1)"],
    ["` `=1", "empty key name (line 1)"],
    ["`a=1", "missing closing key quote (line 1)"],
    ["a=1\nb=`x\ny\n", "missing closing key quote (line 2)"],
    ['a="""x\ny"""\\', "missing closing key quote (line 1)"],
  ])("refuses %j: %s", (text, reason) => {
    expect(() => load(text)).toThrow(
      expect.objectContaining({
        code: "COULD_NOT_READ_INPUT_FILE",
        message: `Could not unmarshal input data: ${reason}`,
      }),
    );
  });
});

describe("writing INI", () => {
  it.each<[string, Section[], string]>([
    ["nothing", [], ""],
    ["an empty section", [["s"]], "[s]\n"],
    ["a leading DEFAULT without its header", [["DEFAULT", ["a", "1"]], ["s"]], "a = 1\n\n[s]\n"],
    ["an empty leading DEFAULT not at all", [["DEFAULT"], ["s"]], "[s]\n"],
    ["a later DEFAULT with its header", [["s"], ["DEFAULT"]], "[s]\n\n[DEFAULT]\n"],
    ["= aligned by bytes", [["s", ["é", "1"], ["abc", "2"], ["a=b", "3"]]], "[s]\né    = 1\nabc   = 2\n`a=b` = 3\n"],
    ["a repeated key once", [["s", ["a", "1"], ["b", "2"], ["a", "3"]]], "[s]\na = 3\nb = 2\n"],
    ["the comment of a section", [["s", " x\ny\n#z\n;  w ", ["a", "1"]]], ";  x\n; y\n# z\n; w\n[s]\na = 1\n"],
    ["the comment of a key", [["s", ["a", "1"], " x \n#z"]], "[s]\n; x\n# z\na = 1\n"],
    ["the last of several comments", [["s", ["a", "1"], "x", "y"]], "[s]\n; y\na = 1\n"],
    ["an empty comment line", [["s", ["a", "1"], "\nx"]], "[s]\n; \n; x\na = 1\n"],
    ["no empty comment", [["s", "", ["a", "1"], ""]], "[s]\na = 1\n"],
  ])("lays out %s as sops does", (_, sections, text) => {
    expect(emit(...sections)).toBe(text);
  });

  it.each<[Value, string]>([
    ["", "k = \n"],
    ["a b", "k = a b\n"],
    [" a", 'k = " a"\n'],
    ["a\u00A0", 'k = "a\u00A0"\n'],
    ["\uFEFF", "k = \uFEFF\n"],
    ["a\nb", 'k = """a\nb"""\n'],
    ["`", 'k = """`"""\n'],
    ["a#b", "k = `a#b`\n"],
    ["a;b", "k = `a;b`\n"],
    ["'a'", "k = 'a'\n"],
    [5n, "k = 5\n"],
    [1e6, "k = 1E+06\n"],
    [true, "k = true\n"],
    [null, "k = <nil>\n"],
    [Uint8Array.of(0xff), "k = \uDCFF\n"],
  ])("writes the value %o as %j", (value, text) => {
    expect(emit(["DEFAULT", ["k", value]])).toBe(text);
  });

  it("drops comments between sections, and joins documents", () => {
    const branches = [new Branch([new Comment("c"), ...toBranch(["a", ["k", "1"]]).items]), toBranch(["b"])];
    expect(decodeByteString(store.emit(branches))).toBe("[a]\nk = 1\n\n[b]\n");
  });

  it.each<[string, Branch, string | RegExp]>([
    ["a value beside sections", new Branch([{ key: "a", value: "x" }]), /Section values should always be TreeBranches/],
    ["a mapping in a section", toBranch(["s", ["k", new Branch()]]), /complex value in INI file; offending key k/],
    ["a list in a section", toBranch(["s", ["k", []]]), /complex value in INI file; offending key k/],
    ["a section without a name", toBranch([""]), /empty section name/],
    ["a section name of two lines", toBranch(["a\nb"]), /cannot span lines/],
    ["a section that would be read as DEFAULT", toBranch(["default", ["k", "1"]]), /would be read as DEFAULT/],
    ["a section key that is no text", new Branch([{ key: new NonStringKey("int", "1"), value: new Branch() }]), /int/],
  ])("refuses %s", (_, branch, reason) => {
    expect(() => store.emit([branch])).toThrow(
      expect.objectContaining({ code: "ERROR_DUMPING_TREE", message: expect.stringMatching(reason) }),
    );
  });

  it.each(["", "-", "#1", ";a", "[a", " a", "a ", "\u00A0a", "a\nb", '`"', "a`=b", '"""`', "\uFEFFa"])(
    "refuses the key %j, which would be read as something else",
    (key) => {
      expect(() => emit(["DEFAULT", [key, "x"]])).toThrow(expect.objectContaining({ code: "ERROR_DUMPING_TREE" }));
    },
  );

  it("explains what becomes of a key -", () => {
    expect(() => store.emit(load("-=1"))).toThrow(expect.objectContaining({ hint: expect.stringContaining('"-"') }));
  });

  it.each<[Value, string]>([
    [5n, "5"],
    [[1n, "<", null], '[1,"\\u003c",null]'],
    [new Branch([{ key: "a", value: [new Branch()] }]), '{"a":[{}]}'],
  ])("writes %o, taken out of a tree, as compact JSON", (value, text) => {
    expect(decodeByteString(store.emitValue(value))).toBe(text);
  });

  it("reads back every key that it writes, with a sealed value", () => {
    const sealed = "ENC[AES256_GCM,data:x/+=,iv:y=,tag:z==,type:str]";
    const name = fc.oneof(fc.string({ unit: "grapheme" }), fc.string({ unit: fc.constantFrom(...'ab`"=:#;[]- \\é') }));
    fc.assert(
      fc.property(name, fc.uniqueArray(name), (section, keys) => {
        const branch = toBranch(["DEFAULT"], [section, ...keys.map((key) => [key, sealed] as const)]);
        fc.pre(thrownBy(() => store.emit([branch])) === undefined);
        expect(store.load(store.emit([branch]))).toStrictEqual([branch]);
      }),
      { seed: 20260701, maxSkipsPerRun: 10_000 },
    );
  });
});

import { describe, expect, it } from "vitest";
import { decodeByteString } from "../../../src/bytes.ts";
import { Branch, NonStringKey, type Scalar, Timestamp, UnsignedInteger } from "../../../src/core/tree.ts";
import { emitYaml } from "../../../src/stores/yaml/emit.ts";

const emitItem = (key: string | NonStringKey, value: Scalar): string =>
  decodeByteString(emitYaml([new Branch([{ key, value }])]));

/** What stands behind `k: ` in the file. */
const emitScalar = (value: Scalar): string => emitItem("k", value).replace(/^k: /, "");

const emitKey = (key: string | NonStringKey): string => emitItem(key, "v");

describe("strings that stay plain", () => {
  it.each([
    ..."a|x y|nULL|yeS|..|--|-a|?a|:a|=|a#b|a:b|a :b|a[|a,b|a'b|a\"b|a\\b|a  b|a?|1:60|1e+400|Infinity|0.1.2".split(
      "|",
    ),
    ..."2020-13-02|2020-01-02 03:04:05 +01:00|12:30:99|0x|1.2.3.4|é|日本|/path/to".split("|"),
    "ENC[AES256_GCM,data:Zm9v,iv:YQ==,tag:Yg==,type:str]",
    "\u00a0a",
    "\ue000",
    "\ufdd0",
    "\ufffd",
    "long ".repeat(2000).trim(),
  ])("%j", (text) => {
    expect(emitScalar(text)).toBe(`${text}\n`);
  });
});

describe("strings in double quotes because they would be read as something else", () => {
  it.each([
    "",
    ..."true|True|FALSE|null|~|Null|yes|No|ON|off|y|N|0|-0|12|+5|1_000|0x1F|0o17|017|08|0b101|-0b1|1.0|.5|1e3".split(
      "|",
    ),
    ..."9223372036854775808|18446744073709551616|.inf|-.INF|+.Inf|.nan|12:30|12:30:45|-1:2:3.5|190:20:30".split("|"),
    ..."2020-01-02|2020-1-2|2020-01-02T03:04:05Z|2020-01-02T03:04:05.5+01:00|2020-01-02 03:04:05".split("|"),
  ])("%j", (text) => {
    expect(emitScalar(text)).toBe(`"${text}"\n`);
  });
});

describe("strings in single quotes because they look like syntax", () => {
  it.each([
    ...'-|- a|---|---a|...|...a|?|? a|:|: a|a:|a: b|#a|a #b|[a|]|{a|}|,a|&a|*a|!a|>a|"a|%a|@a|`a'.split("|"),
    "|a",
    " a",
    "a ",
    " ",
  ])("%j", (text) => {
    expect(emitScalar(text)).toBe(`'${text}'\n`);
  });

  it("double the quotes in them", () => {
    expect(emitScalar("'a'b: ")).toBe("'''a''b: '\n");
  });

  it.each([
    ["a\u2028b", "'a\u2028    b'\n"],
    ["\u2028a", "'\u2028    a'\n"],
    ["a\u2028\u2029b'c", "'a\u2028\u2029    b''c'\n"],
    ["a\u2028'b", "'a\u2028    ''b'\n"],
    ["a\u2029", "'a\u2029'\n"],
  ])("indent what follows a break in %j", (text, expected) => {
    expect(emitScalar(text)).toBe(expected);
  });
});

describe("strings with escapes", () => {
  it.each([
    ["a\tb", '"a\\tb"'],
    ["a\x01\x07\b\v\f\r\x1b\x7f\x80\0", '"a\\x01\\a\\b\\v\\f\\r\\e\\x7F\\x80\\0"'],
    ['"\\\t', '"\\"\\\\\\t"'],
    ["é\u00a0\t", '"é\u00a0\\t"'],
    ["a\u0085", '"a\\N"'],
    ["😀", '"\\U0001F600"'],
    ["\u{10ffff}", '"\\U0010FFFF"'],
    ["a\ufeff", '"a\\uFEFF"'],
    ['\ufeffa \u00a0"é😀\n', '"\\uFEFF\\x61\\x20\\_\\"\\xE9\\U0001F600\\n"'],
    ["\ufffe\uffff", '"\\uFFFE\\uFFFF"'],
    ["a\u2028 b", '"a\\L b"'],
    ["a \u2029b", '"a \\Pb"'],
    ["a \nb", '"a \\nb"'],
    ["a\nb ", '"a\\nb "'],
    ["a\n \n", '"a\\n \\n"'],
    ["a\r\nb", '"a\\r\\nb"'],
    ["a\n\x01", '"a\\n\\x01"'],
    ["a\n😀", '"a\\n\\U0001F600"'],
  ])("%j", (text, expected) => {
    expect(emitScalar(text)).toBe(`${expected}\n`);
  });

  it("hold lines that begin with a tab, where sops writes null", () => {
    expect(emitScalar("\ta\nb\n")).toBe('"\\ta\\nb\\n"\n');
  });
});

describe("strings in a literal block", () => {
  it.each([
    ["a\nb", "|-\n    a\n    b\n"],
    ["a\nb\n", "|\n    a\n    b\n"],
    ["a\n\n", "|+\n    a\n\n"],
    ["a\n\nb\n\n\n", "|+\n    a\n\n    b\n\n\n"],
    ["\n", "|4+\n\n"],
    ["\n\n", "|4+\n\n\n"],
    ["\na", "|4-\n\n    a\n"],
    ["\n a", "|4-\n\n     a\n"],
    [" a\nb", "|4-\n     a\n    b\n"],
    ["a\n b\n", "|\n    a\n     b\n"],
    ["a\n\tb", "|-\n    a\n    \tb\n"],
    ["a\t\nb", "|-\n    a\t\n    b\n"],
    ["a\u2028\nb", "|-\n    a\u2028\n    b\n"],
    ["a\n\u2028", "|+\n    a\n\u2028"],
    ["\u2028\n", "|4+\n\u2028\n"],
    ["#a\nb", "|-\n    #a\n    b\n"],
    ["---\n- a: b\n", "|\n    ---\n    - a: b\n"],
  ])("%j", (text, expected) => {
    expect(emitScalar(text)).toBe(expected);
  });

  it("say the indentation of a level also where they are indented by less", () => {
    const branch = new Branch([{ key: "a", value: [" x\ny", new Branch([{ key: "k", value: "\nz\n" }])] }]);
    expect(decodeByteString(emitYaml([branch]))).toBe("a:\n    - |4-\n       x\n      y\n    - k: |4\n\n        z\n");
  });
});

describe("bytes that are not UTF-8", () => {
  it.each([
    ["\udcff", "!!binary /w==\n"],
    ["a\udc80b\n", "!!binary YYBiCg==\n"],
  ])("%j are Base64", (text, expected) => {
    expect(emitScalar(text)).toBe(expected);
  });

  it("stay on one line below 70 characters", () => {
    expect(emitScalar("ok\udcff".repeat(17))).toBe(`!!binary ${"b2v/".repeat(17)}\n`);
  });

  it("are cut into lines of 70 characters", () => {
    expect(emitScalar("ok\udcff".repeat(20))).toBe(
      `!!binary |\n    ${"b2v/".repeat(17)}b2\n    v/${"b2v/".repeat(2)}\n`,
    );
  });

  it("may come as an array; one that is UTF-8 is an ordinary string", () => {
    expect(emitScalar(Uint8Array.of(0xff))).toBe("!!binary /w==\n");
    expect(emitScalar(Uint8Array.of(0x31, 0x32))).toBe('"12"\n');
  });

  it("make a key long by their Base64", () => {
    expect(emitKey("\udcff")).toBe("!!binary /w==: v\n");
    expect(emitKey("\udcff".repeat(60))).toMatch(/^\? !!binary \|\n {4}\S{70}\n {4}\S{10}\n: v\n$/);
  });
});

describe("values that are not strings", () => {
  it.each<[Scalar, string]>([
    [null, "null"],
    [true, "true"],
    [false, "false"],
    [0n, "0"],
    [-9223372036854775808n, "-9223372036854775808"],
    [new UnsignedInteger(18446744073709551615n), "18446744073709551615"],
    [1, "1"],
    [-0, "-0"],
    [0.1, "0.1"],
    [123456.5, "123456.5"],
    [1e6, "1e+06"],
    [1234567.5, "1.2345675e+06"],
    [0.0001, "0.0001"],
    [0.00001, "1e-05"],
    [1e21, "1e+21"],
    [5e-324, "5e-324"],
    [Infinity, ".inf"],
    [-Infinity, "-.inf"],
    [Number.NaN, ".nan"],
    [new Timestamp(2020, 1, 2), "2020-01-02T00:00:00Z"],
    [new Timestamp(2020, 1, 2, 3, 4, 5, 120_000_000, -19_800), "2020-01-02T03:04:05.12-05:30"],
  ])("%s", (value, expected) => {
    expect(emitScalar(value)).toBe(`${expected}\n`);
  });
});

describe("keys", () => {
  it.each([
    ["a", "a: v\n"],
    ["", '"": v\n'],
    ["yes", '"yes": v\n'],
    ["a: b", "'a: b': v\n"],
    ["a\tb", '"a\\tb": v\n'],
    ["<<", "!!merge <<: v\n"],
    ["-", "'-': v\n"],
    ["a".repeat(128), `${"a".repeat(128)}: v\n`],
    ["a".repeat(129), `? ${"a".repeat(129)}\n: v\n`],
    ["é".repeat(64), `${"é".repeat(64)}: v\n`],
    ["é".repeat(65), `? ${"é".repeat(65)}\n: v\n`],
    ["日".repeat(43), `? ${"日".repeat(43)}\n: v\n`],
    ["a\nb", "? |-\n    a\n    b\n: v\n"],
    ["a\nb\n", "? |\n    a\n    b\n: v\n"],
    ["a\r", '? "a\\r"\n: v\n'],
    ["a\u0085", '? "a\\N"\n: v\n'],
    ["a\u2028b", "? 'a\u2028    b'\n: v\n"],
  ])("%j", (key, expected) => {
    expect(emitKey(key)).toBe(expected);
  });

  it.each([
    ["int", "0x10", "16"],
    ["float64", "3", "3"],
    ["float64", "1000000.0", "1e+06"],
    ["bool", "True", "true"],
    ["<nil>", "~", "null"],
    ["<nil>", "", "null"],
    ["time.Time", "2020-1-2", "2020-01-02T00:00:00Z"],
  ])("of Go's type %s, written %j, are written as their value", (goType, text, expected) => {
    expect(emitKey(new NonStringKey(goType, text))).toBe(`${expected}: v\n`);
  });

  it("on lines of their own are followed by nested values", () => {
    const long = "k".repeat(200);
    const branch = new Branch([
      { key: long, value: new Branch([{ key: "a", value: ["x"] }]) },
      { key: long, value: ["x", "z"] },
      { key: long, value: [] },
    ]);
    expect(decodeByteString(emitYaml([branch]))).toBe(
      `? ${long}\n:   a:\n        - x\n? ${long}\n:   - x\n    - z\n? ${long}\n: []\n`,
    );
  });
});

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeByteString, encodeByteString } from "../../src/bytes.ts";
import { Branch, Comment, NonStringKey, Timestamp, UnsignedInteger, type Value } from "../../src/core/tree.ts";
import { jsonStore } from "../../src/stores/json.ts";
import { maxNesting } from "../../src/stores/store.ts";
import { secretInDamage, storeContract } from "../support/store-contract.ts";

const store = jsonStore();

/** The value of the first key of a JSON object, given as text. */
function read(text: string): Value | undefined {
  const item = store.load(encodeByteString(text))[0]?.items[0];
  return item instanceof Comment ? undefined : item?.value;
}

/** What is written for a value. */
const write = (value: Value): string => decodeByteString(store.emitValue(value));

/** A file of an object and lists in each other, `levels` deep. */
const nested = (levels: number): string => `{"a":${"[".repeat(levels - 1)}${"]".repeat(levels - 1)}}`;

storeContract(store, {
  file: '{\n\t"b": "\\u003c\\n",\n\t"a": [\n\t\t1,\n\t\t{}\n\t],\n\t"a": {\n\t\t"": []\n\t},\n\t"1": -1.5e-7,\n\t"n": null\n}\n',
  damaged: [
    secretInDamage,
    `"${secretInDamage}"`,
    `["${secretInDamage}"]`,
    `{"${secretInDamage}"}`,
    `{"a": ${secretInDamage}}`,
    `{"a": "${secretInDamage}\n"}`,
    `{"a": "${secretInDamage}\\x"}`,
    `{"a": "${secretInDamage}"`,
    `{"a": "${secretInDamage}`,
  ],
});

describe("reading JSON", () => {
  it("keeps order, duplicate keys and keys that look like numbers", () => {
    const items = [
      { key: "b", value: 1n },
      { key: "2", value: 2n },
      { key: "__proto__", value: 3n },
      { key: "b", value: 4n },
      { key: "1", value: 5n },
    ];
    expect(store.load(encodeByteString('{"b":1,"2":2,"__proto__":3,"b":4,"1":5}'))).toStrictEqual([new Branch(items)]);
  });

  it.each<[string, bigint | number]>([
    ["0", 0n],
    ["-0", 0n],
    ["-12", -12n],
    ["9007199254740993", 9007199254740993n],
    ["9223372036854775807", 9223372036854775807n],
    ["-9223372036854775808", -9223372036854775808n],
    ["9223372036854775808", 2 ** 63],
    ["-9223372036854775809", -(2 ** 63)],
    ["123456789012345678901234567890", 1.2345678901234568e29],
    ["1.0", 1],
    ["-0.0", -0],
    ["1e3", 1000],
    ["1E+2", 100],
    ["0.1e-7", 1e-8],
    ["1e-400", 0],
    ["1.7976931348623157e308", Number.MAX_VALUE],
  ])("reads the number %s as an integer if it is one of 64 bits, else as a float", (text, value) => {
    expect(read(`{"a":${text}}`)).toBe(value);
  });

  it.each(["1e400", "-1e400", "1.7976931348623159e308"])("refuses the number %s, which is out of range", (text) => {
    expect(() => read(`{"a":${text}}`)).toThrow(/value out of range \(line 1, column 6\)/);
  });

  it.each(["01", "-", "+1", "1.", ".5", "1e", "0x1", "NaN", "Infinity", "1_0", "True", "nul", "'a'", "undefined", ""])(
    "refuses the value %j",
    (text) => {
      expect(() => read(`{"a":${text}}`)).toThrow(expect.objectContaining({ code: "COULD_NOT_READ_INPUT_FILE" }));
    },
  );

  it.each([
    ['\\"\\\\\\/\\b\\f\\n\\r\\t', '"\\/\b\f\n\r\t'],
    ["\\u0041\\u00e9\\u2028", "Aé\u2028"],
    ["\\ud83d\\ude00", "😀"],
    ["\\ud83d", "\uFFFD"],
    ["\\ude00x", "\uFFFDx"],
    ["\\ud83d\\ud83d\\ude00", "\uFFFD😀"],
    ["\\ud83d\\u0041", "\uFFFDA"],
    ["\\u0000\u007F", "\0\u007F"],
    ["\uDCFF", "\uFFFD"],
    ["\uDCE2\uDC82x", "\uFFFD\uFFFDx"],
    ["\uDCED\uDCA0\uDC80", "\uFFFD\uFFFD\uFFFD"],
    ["\uFEFF", "\uFEFF"],
  ])("reads the string %j as Go does", (text, value) => {
    expect(read(`{"a":"${text}"}`)).toBe(value);
    expect(store.load(encodeByteString(`{"${text}":1}`))[0]?.items).toStrictEqual([{ key: value, value: 1n }]);
  });

  it.each(["\\x", "\\u12", "\\u12G4", "\\U0041", "\\'", "\n", "\t", "\0", "\u001F"])(
    "refuses the string content %j",
    (text) => {
      expect(() => read(`{"a":"${text}"}`)).toThrow(/in string (literal|escape code) \(line 1, column 7\)/);
    },
  );

  it.each([
    ["", /EOF: the file is empty/],
    [" \n", /EOF: the file is empty/],
    ["[1]", /SOPS only supports JSON files with a top-level object \(starting with '\{'\), not arrays/],
    ['"a"', /SOPS only supports JSON files with a top-level object/],
    ["true", /SOPS only supports JSON files with a top-level object/],
    ["\uFEFF{}", /invalid character looking for beginning of value \(line 1, column 1\)/],
    ['{"a":1,}', /looking for beginning of object key string \(line 1, column 8\)/],
    ["{,}", /looking for beginning of object key string/],
    ["{1:2}", /looking for beginning of object key string/],
    ["{'a':1}", /looking for beginning of object key string/],
    ['{"a" 1}', /after object key \(line 1, column 6\)/],
    ['{"a":1 "b":2}', /after object key:value pair/],
    ['{"a":1]', /after object key:value pair/],
    ['{"a":[1 2]}', /after array element/],
    ['{"a":[1}}', /after array element/],
    ['{"a":[1,]}', /looking for beginning of value/],
    ['{"a":[,1]}', /looking for beginning of value/],
    ['{\n "a": 1, // c\n "b": 2\n}', /\(line 2, column 10\)/],
    ['{"a":\f1}', /looking for beginning of value/],
  ])("refuses %j and says why and where", (text, message) => {
    expect(() => read(text)).toThrow(message);
  });

  it.each(["{", '{"a"', '{"a":', '{"a":1', '{"a":1,', '{"a":[1', '{"a":[1,', '{"a":{"b":1}', '{"a":"x'])(
    "refuses a file that is cut off, though sops encrypts what came before: %j",
    (text) => {
      expect(() => read(text)).toThrow(
        expect.objectContaining({ message: expect.stringContaining("unexpected end of JSON input") }),
      );
    },
  );

  it.each(["x", "}", "{}", "\uDCFF", '"'])("does not look at what follows the object: %j", (text) => {
    expect(read(`{"a":1}${text}`)).toBe(1n);
  });

  it("limits nesting, and takes what is below the limit", () => {
    const branches = store.load(encodeByteString(nested(maxNesting)));
    expect(store.load(store.emit(branches))).toStrictEqual(branches);
    expect(() => store.load(encodeByteString(nested(maxNesting + 1)))).toThrow(/exceeded max depth/);
    expect(() => store.load(encodeByteString(nested(1_000_000)))).toThrow(/exceeded max depth/);
  });

  it("reads a long string with and without escapes in linear time", () => {
    const long = "ab+/".repeat(1_000_000);
    expect(read(`{"a":"${long}"}`)).toBe(long);
    expect(read(`{"a":"${long}\\n${long}"}`)).toBe(`${long}\n${long}`);
  });
});

describe("writing JSON", () => {
  it.each<[Value, string]>([
    [null, "null"],
    [true, "true"],
    [-5n, "-5"],
    [new UnsignedInteger(18446744073709551615n), "18446744073709551615"],
    [1, "1"],
    [-0, "-0"],
    [1e20, "100000000000000000000"],
    [1e21, "1e+21"],
    [1e-6, "0.000001"],
    [1e-7, "1e-7"],
    [0.1 + 0.2, "0.30000000000000004"],
    [new Timestamp(2020, 1, 2, 3, 4, 5, 250_000_000, 20_700), '"2020-01-02T03:04:05.25+05:45"'],
    [Uint8Array.of(0x61, 0xff, 0xc3), '"a\\ufffd\\ufffd"'],
    ['"\\/\b\f\n\r\t', '"\\"\\\\/\\b\\f\\n\\r\\t"'],
    ["\0\u001F\u007F", '"\\u0000\\u001f\u007F"'],
    ["<a>&\u2028\u2029", '"\\u003ca\\u003e\\u0026\\u2028\\u2029"'],
    ["é😀\uFEFF\uFFFD", '"é😀\uFEFF\uFFFD"'],
    ["<\uDCFF\n\uDC80>", '"\\u003c\\ufffd\\n\\ufffd\\u003e"'],
    ["\\ud83d", '"\\\\ud83d"'],
    [[], "[]"],
    [new Branch(), "{}"],
    [[new Comment("c")], "[]"],
    [new Branch([new Comment("c")]), "{}"],
    [[new Comment("a"), 1n, new Comment("b"), 2n], "[\n\t1,\n\t2\n]"],
    [new Comment("a note"), '"a note"'],
  ])("writes %o as Go does", (value, text) => {
    expect(write(value)).toBe(text);
  });

  it.each([
    [undefined, '{\n\t"a": [\n\t\t{\n\t\t\t"b": 1\n\t\t}\n\t]\n}\n'],
    [-1, '{\n\t"a": [\n\t\t{\n\t\t\t"b": 1\n\t\t}\n\t]\n}\n'],
    [0, '{\n"a": [\n{\n"b": 1\n}\n]\n}\n'],
    [2, '{\n  "a": [\n    {\n      "b": 1\n    }\n  ]\n}\n'],
  ])("indents by a tab, or by %s spaces", (indent, text) => {
    const branch = new Branch([{ key: "a", value: [new Branch([{ key: "b", value: 1n }])] }]);
    expect(decodeByteString(jsonStore({ indent }).emit([branch]))).toBe(text);
  });

  it("refuses an indentation that means nothing", () => {
    expect(() => jsonStore({ indent: -2 }).emit([new Branch()])).toThrow(/smaller than -1 is not accepted/);
  });

  it.each<[Value, string]>([
    [Number.NaN, "unsupported value: NaN"],
    [-Infinity, "unsupported value: -Inf"],
    [new Timestamp(2020, 1, 1, 0, 0, 0, 0, 86_400), "timezone hour outside of range [0,23]"],
    [new Timestamp(10_000, 1, 1), "year outside of range [0,9999]"],
    [new Branch([{ key: new NonStringKey("int", "1"), value: 1n }]), "unsupported key of type int"],
  ])("refuses %o and names its path", (value, reason) => {
    const branch = new Branch([new Comment("c"), { key: "a", value: [1n, new Branch([{ key: "b", value }])] }]);
    expect(() => store.emit([branch])).toThrow(
      expect.objectContaining({
        code: "ERROR_DUMPING_TREE",
        message: expect.stringContaining(reason),
        path: expect.stringMatching(/^\["a"\]\[1\]\["b"\]/),
      }),
    );
  });

  it("writes the first document alone, and an object for none", () => {
    const branches = [new Branch([{ key: "a", value: 1n }]), new Branch([{ key: "b", value: 2n }])];
    expect(decodeByteString(store.emit(branches))).toBe('{\n\t"a": 1\n}\n');
    expect(decodeByteString(store.emit([]))).toBe("{}\n");
  });

  it("reads back what it wrote", () => {
    const float = fc.double({ noNaN: true, noDefaultInfinity: true }).filter((value) => !Number.isInteger(value));
    const { branch } = fc.letrec<{ value: Value; branch: Branch }>((tie) => ({
      value: fc.oneof(
        { depthSize: "small" },
        fc.string({ unit: "binary" }),
        fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
        float,
        fc.boolean(),
        fc.constant(null),
        fc.array(tie("value")),
        tie("branch"),
      ),
      branch: fc
        .array(fc.record({ key: fc.string({ unit: "binary" }), value: tie("value") }, { noNullPrototype: true }))
        .map((items) => new Branch(items)),
    }));
    fc.assert(
      fc.property(branch, fc.integer({ min: -1, max: 3 }), (given, indent) => {
        const emitted = jsonStore({ indent }).emit([given]);
        expect(store.load(emitted)).toStrictEqual([given]);
        expect(() => JSON.parse(decodeByteString(emitted))).not.toThrow();
      }),
      { seed: 20260701 },
    );
  });
});

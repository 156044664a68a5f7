import { describe, expect, it } from "vitest";
import { type Scalar, Timestamp, UnsignedInteger } from "../../../src/core/tree.ts";
import { resolvePlain, resolveTagged, staysStringWhenPlain, tagOf } from "../../../src/stores/yaml/resolve.ts";

describe("a plain scalar", () => {
  it.each<[string, Scalar]>([
    ["", null],
    ["~", null],
    ["Null", null],
    ["nULL", "nULL"],
    ["true", true],
    ["FALSE", false],
    ["tRUE", "tRUE"],
    ["yes", "yes"],
    ["off", "off"],
    ["12", 12n],
    ["+5", 5n],
    ["-0", 0n],
    ["1_000", 1000n],
    ["1_", 1n],
    ["0x1F", 31n],
    ["-0x1f", -31n],
    ["0x", "0x"],
    ["017", 15n],
    ["0o17", 15n],
    ["0O17", 15n],
    ["08", 8],
    ["0b101", 5n],
    ["0b2", "0b2"],
    ["0b-1", -1n],
    ["0o+17", 15n],
    ["-0b+1", "-0b+1"],
    ["-", "-"],
    ["--1", "--1"],
    ["9223372036854775807", 9223372036854775807n],
    ["-9223372036854775808", -9223372036854775808n],
    ["-9223372036854775809", -(2 ** 63)],
    ["9223372036854775808", new UnsignedInteger(2n ** 63n)],
    ["0xffffffffffffffff", new UnsignedInteger(2n ** 64n - 1n)],
    ["+18446744073709551615", 2 ** 64],
    ["18446744073709551616", 2 ** 64],
    ["0x10000000000000000", "0x10000000000000000"],
    ["1.0", 1],
    ["1.", 1],
    ["-0.0", -0],
    [".5", 0.5],
    [".1_0", 0.1],
    ["._5", "._5"],
    ["1e3", 1000],
    ["1e999", "1e999"],
    ["1e-999", 0],
    [".inf", Infinity],
    ["-.INF", -Infinity],
    [".NaN", NaN],
    ["inf", "inf"],
    ["10.0.0.1", "10.0.0.1"],
    ["12:30:45", "12:30:45"],
    ["<<", "<<"],
    ["ENC[AES256_GCM,data:x]", "ENC[AES256_GCM,data:x]"],
    ["é", "é"],
  ])("%j is %s", (text, value) => {
    expect(resolvePlain(text)).toEqual(value);
  });

  it.each<[string, Timestamp]>([
    ["2020-01-02", new Timestamp(2020, 1, 2)],
    ["2020-1-2", new Timestamp(2020, 1, 2)],
    ["2020-02-29", new Timestamp(2020, 2, 29)],
    ["2020-01-02T03:04:05Z", new Timestamp(2020, 1, 2, 3, 4, 5)],
    ["2020-01-02t3:4:5Z", new Timestamp(2020, 1, 2, 3, 4, 5)],
    ["2020-01-02T03:04:05,5Z", new Timestamp(2020, 1, 2, 3, 4, 5, 500_000_000)],
    ["2020-01-02 03:04:05.1234567891", new Timestamp(2020, 1, 2, 3, 4, 5, 123_456_789)],
    ["2020-01-02T03:04:05+01:30", new Timestamp(2020, 1, 2, 3, 4, 5, 0, 5400)],
    ["2020-01-02T03:04:05-00:00", new Timestamp(2020, 1, 2, 3, 4, 5, 0, 0)],
  ])("%j is a point in time", (text, value) => {
    expect(resolvePlain(text)).toEqual(value);
  });

  it.each([
    "2021-02-29",
    "2020-13-01",
    "2020-01-02T03:04:05",
    "2020-01-02 03:04:05Z",
    "2020-01-02T24:00:00Z",
    "2020-01-02T03:04:05+25:00",
    "2020-01-0",
  ])("%j is no point in time", (text) => {
    expect(resolvePlain(text)).toBe(text);
  });

  it("of a million digits is read at once", () => {
    expect(resolvePlain("9".repeat(1_000_000))).toBe("9".repeat(1_000_000));
    expect(resolvePlain(`0b-${"0".repeat(1_000_000)}1`)).toBe(-1n);
  });
});

describe("a tagged scalar", () => {
  it.each<[string, string, Scalar | undefined]>([
    ["!!str", "1", "1"],
    ["!!int", "7", 7n],
    ["!!int", "x", undefined],
    ["!!int", "", undefined],
    ["!!float", "3", 3],
    ["!!float", "18446744073709551615", undefined],
    ["!!bool", "yes", undefined],
    ["!!null", "", null],
    ["!!null", "x", undefined],
    ["!!timestamp", "2020-01-02", new Timestamp(2020, 1, 2)],
    ["!!binary", "aGk=", "hi"],
    ["!!binary", "aG\nk=\r\n", "hi"],
    ["!!binary", "/w==", "\udcff"],
    ["!!binary", "aGk", undefined],
    ["!!binary", "a Gk=", undefined],
    ["!custom", "12", "12"],
    ["!!set", "12", "12"],
  ])("%s %j is %s", (tag, text, value) => {
    expect(resolveTagged(tag, text)).toEqual(value);
  });
});

describe("writing a string plain", () => {
  it.each(["a", "ENC[x]", "12:3x", "2020-13-01", "nope", "<<", "1.2.3", "é"])("keeps %j", (text) => {
    expect(staysStringWhenPlain(text)).toBe(true);
  });

  it.each([
    "",
    "~",
    "null",
    "12",
    "1e3",
    ".5",
    "true",
    "yes",
    "No",
    "on",
    "y",
    "N",
    "12:30",
    "-1:00:00.5",
    "2020-01-02",
  ])("does not keep %j", (text) => {
    expect(staysStringWhenPlain(text)).toBe(false);
  });
});

describe("the tag of a value", () => {
  it.each<[Scalar, string]>([
    ["", "!!str"],
    [1n, "!!int"],
    [new UnsignedInteger(1n), "!!int"],
    [1, "!!float"],
    [true, "!!bool"],
    [null, "!!null"],
    [new Timestamp(2020, 1, 1), "!!timestamp"],
    [new Uint8Array(1), "!!binary"],
  ])("%s has %s", (value, tag) => {
    expect(tagOf(value)).toBe(tag);
  });
});

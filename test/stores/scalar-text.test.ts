import { describe, expect, it } from "vitest";
import { type Scalar, Timestamp, UnsignedInteger } from "../../src/core/tree.ts";
import { scalarText } from "../../src/stores/scalar-text.ts";

describe("a scalar as text", () => {
  it.each<[Scalar, string]>([
    ["", ""],
    ["as it\nis", "as it\nis"],
    [null, "<nil>"],
    [true, "true"],
    [false, "false"],
    [-9223372036854775808n, "-9223372036854775808"],
    [new UnsignedInteger(18446744073709551615n), "18446744073709551615"],
    [1, "1.0"],
    [-0, "-0.0"],
    [100000, "100000.0"],
    [1e6, "1E+06"],
    [1234567.5, "1.2345675E+06"],
    [1.5, "1.5"],
    [0.0001, "0.0001"],
    [0.00001, "1E-05"],
    [Infinity, "+Inf"],
    [Number.NaN, "NaN"],
    [new Timestamp(2020, 1, 2, 3, 4, 5, 250_000_000, 0), "2020-01-02T03:04:05Z"],
    [new Timestamp(2020, 1, 2, 3, 4, 5, 0, -19_800), "2020-01-02T03:04:05-05:30"],
    [Uint8Array.of(0x61, 0xff), "a\uDCFF"],
  ])("%o is %j", (value, text) => {
    expect(scalarText(value)).toBe(text);
  });
});

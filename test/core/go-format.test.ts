import { describe, expect, it } from "vitest";
import { formatFloatG, formatFloatJson, formatFloatPlain } from "../../src/core/go-format.ts";

/** Value, then Go's 'f', 'g' and JSON forms, as a Go program printed them. */
const table: [number, string, string, string][] = [
  [0, "0", "0", "0"],
  [-0, "-0", "-0", "-0"],
  [1, "1", "1", "1"],
  [-1.5, "-1.5", "-1.5", "-1.5"],
  [123456.5, "123456.5", "123456.5", "123456.5"],
  [1234567.5, "1234567.5", "1.2345675e+06", "1234567.5"],
  [100000, "100000", "100000", "100000"],
  [1e6, "1000000", "1e+06", "1000000"],
  [1e20, "100000000000000000000", "1e+20", "100000000000000000000"],
  [1e21, "1000000000000000000000", "1e+21", "1e+21"],
  [1.5e300, `15${"0".repeat(299)}`, "1.5e+300", "1.5e+300"],
  [0.0001, "0.0001", "0.0001", "0.0001"],
  [0.00001, "0.00001", "1e-05", "0.00001"],
  [1e-6, "0.000001", "1e-06", "0.000001"],
  [1e-7, "0.0000001", "1e-07", "1e-7"],
  [5e-324, `0.${"0".repeat(323)}5`, "5e-324", "5e-324"],
  [0.1 + 0.2, "0.30000000000000004", "0.30000000000000004", "0.30000000000000004"],
];

describe("floats in Go's text forms", () => {
  it.each(table)("%d", (value, plain, general, json) => {
    expect(formatFloatPlain(value)).toBe(plain);
    expect(formatFloatG(value)).toBe(general);
    expect(formatFloatJson(value)).toBe(json);
  });

  it.each([
    [Infinity, "+Inf"],
    [-Infinity, "-Inf"],
    [Number.NaN, "NaN"],
  ])("%d is a word", (value, word) => {
    expect(formatFloatPlain(value)).toBe(word);
    expect(formatFloatG(value)).toBe(word);
  });
});

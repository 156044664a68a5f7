import { describe, expect, it } from "vitest";
import { invert, multiply } from "../../src/shamir/field.ts";

/** The product of two polynomials over GF(2), then its remainder: the definition. */
function productByDefinition(a: number, b: number): number {
  let product = 0;
  for (let bit = 0; bit < 8; bit++) if ((b & (1 << bit)) !== 0) product ^= a << bit;
  for (let bit = 14; bit >= 8; bit--) if ((product & (1 << bit)) !== 0) product ^= 0x11b << (bit - 8);
  return product;
}

describe("GF(2^8) of Shamir's shares", () => {
  it.each([
    // FIPS 197, sections 4.2 and 4.2.1, which has the same field.
    [0x57, 0x83, 0xc1],
    [0x57, 0x13, 0xfe],
    [0x57, 0x02, 0xae],
  ])("has the product 0x%x · 0x%x", (a, b, product) => {
    expect(multiply(a, b)).toBe(product);
  });

  it("multiplies all pairs as the definition says", () => {
    const wrong: string[] = [];
    for (let a = 0; a < 256; a++) {
      for (let b = 0; b < 256; b++) if (multiply(a, b) !== productByDefinition(a, b)) wrong.push(`${a} · ${b}`);
    }
    expect(wrong).toEqual([]);
  });

  it("gives every element but 0 an inverse", () => {
    expect(invert(0)).toBe(0);
    for (let a = 1; a < 256; a++) expect(multiply(a, invert(a))).toBe(1);
  });
});

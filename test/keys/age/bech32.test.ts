import { bech32 } from "@scure/base";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeBech32, encodeBech32 } from "../../../src/keys/age/bech32.ts";

describe("Bech32", () => {
  it("reads and writes what others do, of any length and in either case", () => {
    const anyPrefix = fc.stringMatching(/^[a-z0-9-]{1,20}$/);
    fc.assert(
      fc.property(anyPrefix, fc.uint8Array({ maxLength: 200 }), fc.boolean(), (prefix, bytes, upper) => {
        const lower = bech32.encode(prefix, bech32.toWords(bytes), false);
        const text = upper ? lower.toUpperCase() : lower;
        const decoded = { prefix: upper ? prefix.toUpperCase() : prefix, bytes };
        expect(decodeBech32(text)).toEqual(decoded);
        // A prefix of digits alone has no case, so what is encoded is in lower case.
        if (/[a-z]/.test(prefix)) expect(encodeBech32(decoded.prefix, bytes)).toBe(text);
      }),
      { seed: 20260803 },
    );
  });

  it("refuses a text with any other character in place of one", () => {
    const text = bech32.encode("age", bech32.toWords(new Uint8Array(32).fill(9)), false);
    const anyChange = fc.tuple(fc.nat(text.length - 1), fc.constantFrom(..."qpzry9x8gf2tvdw0s3jn54khce6mua7lbio1A-"));
    fc.assert(
      fc.property(anyChange, ([index, character]) => {
        fc.pre(text[index] !== character);
        expect(typeof decodeBech32(text.slice(0, index) + character + text.slice(index + 1))).toBe("string");
      }),
      { seed: 20260804 },
    );
  });

  it.each([
    ["A12UEL5L", "A", 0],
    ["abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw", "abcdef", 20],
    ["?1ezyfcl", "?", 0],
  ])("decodes %s", (text, prefix, length) => {
    expect(decodeBech32(text)).toMatchObject({ prefix });
    expect(decodeBech32(text)).toHaveProperty("bytes.length", length);
  });

  it.each([
    ["age1nope", "separator '1' at invalid position: pos=3, len=8"],
    ["", "separator '1' at invalid position: pos=-1, len=0"],
    ["1qqqqqqqq", "separator '1' at invalid position: pos=0, len=9"],
    ["Age1qqqqqq", "mixed case"],
    ["age1qqbqqqq", "invalid character data part: position 7"],
    ["a e1qqqqqqq", "invalid character human-readable part"],
    ["age1qqqqqqqq", "invalid checksum"],
  ])("says what is wrong with %j", (text, problem) => {
    expect(decodeBech32(text)).toBe(problem);
  });
});

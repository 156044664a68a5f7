import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  concatBytes,
  decodeByteString,
  decodeUtf8,
  decodeUtf8Replacing,
  encodeByteString,
  encodeUtf8,
  equalBytes,
  hasInvalidUtf8,
} from "../src/bytes.ts";

describe("text of doubtful bytes", () => {
  it.each<[string, number[]]>([
    ["aé", [0x61, 0xc3, 0xa9]],
    ["a\uFFFDb", [0x61, 0xff, 0x62]],
    ["\uFFFD\uFFFD\uFFFD", [0xf0, 0x9f, 0x98]],
    ["\uFEFFa", [0xef, 0xbb, 0xbf, 0x61]],
  ])("is %j for %j: each byte that is not UTF-8 is replaced by itself", (text, bytes) => {
    expect(decodeUtf8Replacing(Uint8Array.from(bytes))).toBe(text);
  });
});

describe("byte strings", () => {
  it.each<[string, number[]]>([
    ["", []],
    ["aé東😀", [0x61, 0xc3, 0xa9, 0xe6, 0x9d, 0xb1, 0xf0, 0x9f, 0x98, 0x80]],
    ["\uFEFFa", [0xef, 0xbb, 0xbf, 0x61]],
    ["\uDCFF", [0xff]],
    ["a\uDC80\uDC81b", [0x61, 0x80, 0x81, 0x62]],
    ["\uDCE2\uDC82x", [0xe2, 0x82, 0x78]],
    ["\uDCED\uDCA0\uDC80", [0xed, 0xa0, 0x80]],
    ["\uDCC0\uDCAF", [0xc0, 0xaf]],
    ["\uDCF4\uDC90\uDC80\uDC80", [0xf4, 0x90, 0x80, 0x80]],
    ["😀\uDC80", [0xf0, 0x9f, 0x98, 0x80, 0x80]],
    ["\uDCF0\uDC9F\uDC98", [0xf0, 0x9f, 0x98]],
  ])("%j stands for the bytes %j", (text, bytes) => {
    expect(decodeByteString(Uint8Array.from(bytes))).toBe(text);
    expect(encodeByteString(text)).toEqual(Uint8Array.from(bytes));
  });

  it("give back any bytes", () => {
    const piece = fc.oneof(fc.uint8Array(), fc.string({ unit: "grapheme" }).map(encodeUtf8));
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const bytes = concatBytes(...pieces);
        const text = decodeByteString(bytes);
        expect(encodeByteString(text)).toEqual(bytes);
        expect(hasInvalidUtf8(text)).toBe(decodeUtf8(bytes) === undefined);
      }),
      { seed: 20260701 },
    );
  });

  it("hold a large file without a character of UTF-8", () => {
    const bytes = new Uint8Array(1_000_000).map((_, index) => (index % 2 === 0 ? 0xe9 : 0x61));
    expect(equalBytes(encodeByteString(decodeByteString(bytes)), bytes)).toBe(true);
  });

  it("have U+FFFD for a surrogate that stands for no byte", () => {
    expect(encodeByteString("\uD83D")).toEqual(encodeUtf8("\uFFFD"));
    expect(encodeByteString("\uDC00\uDCFF")).toEqual(Uint8Array.of(0xef, 0xbf, 0xbd, 0xff));
  });
});

describe("equal bytes", () => {
  it.each([
    [[], [], true],
    [[1, 2], [1, 2], true],
    [[1, 2], [1, 3], false],
    [[1, 2], [1], false],
  ])("%j and %j: %s", (a, b, equal) => {
    expect(equalBytes(Uint8Array.from(a), Uint8Array.from(b))).toBe(equal);
  });
});

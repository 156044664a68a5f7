import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { prefixLines, wrapLines } from "../../src/keys/text-layout.ts";

describe("wrapping lines", () => {
  it.each([
    ["", 10, ""],
    ["one two three", 13, "one two three"],
    ["one two three", 12, "one two\nthree"],
    ["one two", 3, "one\ntwo"],
    ["a  b", 3, "a\nb"],
    ["a b  ", 3, "a b"],
    ["a b ", 4, "a b "],
    ["a verylongword b", 6, "a\nverylongword\nb"],
    ["verylongword b", 6, "verylongword\nb"],
    ["one\ntwo three", 5, "one\ntwo\nthree"],
    ["one  \n  two", 5, "one  \n  two"],
    ["no\u00A0break here", 8, "no\u00A0break\nhere"],
    ["éé éé éé", 5, "éé éé\néé"],
    ["🔑🔑 🔑🔑 🔑", 5, "🔑🔑 🔑🔑\n🔑"],
  ])("%j to %i columns", (text, width, wrapped) => {
    expect(wrapLines(text, width)).toBe(wrapped);
  });

  it("changes nothing but blanks, and breaks every line that can be broken", () => {
    const anyText = fc.array(fc.constantFrom("a", "bcd", "efghij", " ", "  "), { maxLength: 40 });
    fc.assert(
      fc.property(anyText, fc.integer({ min: 7, max: 20 }), (words, width) => {
        const text = words.join("");
        const wrapped = wrapLines(text, width);
        expect(wrapped.replaceAll(/\s/g, "")).toBe(text.replaceAll(" ", ""));
        const tooLong = wrapped.split("\n").filter((line) => line.length > width);
        expect(tooLong.filter((line) => line.trim().includes(" "))).toEqual([]);
      }),
      { seed: 20260803 },
    );
  });
});

describe("prefixing lines", () => {
  it.each([
    ["", ""],
    ["a", "> a"],
    ["a\nb", "> a\n> b"],
    ["a\n\nb\n", "> a\n> \n> b\n"],
  ])("%j", (text, prefixed) => {
    expect(prefixLines(text, "> ")).toBe(prefixed);
  });
});

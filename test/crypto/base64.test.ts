import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeBase64, encodeBase64 } from "../../src/crypto/base64.ts";
import { decodePortably, encodePortably } from "../../src/crypto/portable-base64.ts";

const anyBytes = fc.oneof(fc.uint8Array({ maxLength: 60 }), fc.uint8Array({ maxLength: 400, size: "max" }));
const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);

describe("encodeBase64", () => {
  // RFC 4648, section 10.
  it.each([
    ["", ""],
    ["f", "Zg=="],
    ["fo", "Zm8="],
    ["foo", "Zm9v"],
    ["foob", "Zm9vYg=="],
    ["fooba", "Zm9vYmE="],
    ["foobar", "Zm9vYmFy"],
  ])("encodes %j as %j", (plain, encoded) => {
    expect(encodeBase64(ascii(plain))).toBe(encoded);
    expect(encodePortably(ascii(plain))).toBe(encoded);
    expect(decodeBase64(encoded)).toEqual(ascii(plain));
  });

  it("gives the same with and without the runtime's help, and decodes to what it was", () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        const text = encodeBase64(bytes);
        expect(text).toBe(Buffer.from(bytes).toString("base64"));
        expect(encodePortably(bytes)).toBe(text);
        expect(decodeBase64(text)).toEqual(bytes);
        expect(decodePortably(text)).toEqual(bytes);
      }),
      { seed: 20260704 },
    );
  });

  it("encodes a part of a larger memory", () => {
    const memory = Uint8Array.from({ length: 100 }, (_, index) => index);
    expect(encodeBase64(memory.subarray(1, 4))).toBe("AQID");
  });

  it("uses every character of the alphabet", () => {
    const text = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (const long of [text, text + text]) {
      expect(encodeBase64(decodeBase64(long) ?? ascii("none"))).toBe(long);
      expect(encodePortably(decodePortably(long) ?? ascii("none"))).toBe(long);
    }
  });
});

describe("decodeBase64", () => {
  // Short texts are decoded in JavaScript, long ones by the runtime; both have to follow the same rules.
  const lengths = [
    ["a short text", "", ""],
    ["a long text", "Zm9v".repeat(40), "foo".repeat(40)],
  ] as const;

  describe.each(lengths)("of %s", (_, before, plainBefore) => {
    it.each([
      ["spare bits that are not zero, one byte", "Zh==", "f"],
      ["spare bits that are not zero, two bytes", "Zm9=", "fo"],
      ["line feeds", "Zm\n9v\n", "foo"],
      ["carriage returns", "\r\nZm9v\r\n", "foo"],
      ["a line break before the padding", "Zg\n==", "f"],
      ["line breaks within the padding and behind it", "Zg=\r\n=\n\n", "f"],
    ])("takes %s", (_name, text, plain) => {
      expect(decodeBase64(before + text)).toEqual(ascii(plainBefore + plain));
    });

    it.each([
      ["no padding, one byte", "Zg"],
      ["no padding, two bytes", "Zm8"],
      ["half of the padding", "Zg="],
      ["too much padding", "Zm9v="],
      ["padding for nothing", "===="],
      ["padding for nothing, two", "=="],
      ["a digit before three paddings", "Z==="],
      ["a digit too many", "Zm9vY"],
      ["padding in the middle", "Zg==Zm9v"],
      ["padding between digits", "Zg=v"],
      ["digits behind the padding", "Zg==\nZg=="],
      ["a space", "Zm 9v"],
      ["a space for a digit", "Zm9 "],
      ["a space at the end", "Zm9v "],
      ["a tab", "Zm9v\t"],
      ["a form feed", "Zm9v\f"],
      ["the URL alphabet's minus", "Zm9-"],
      ["the URL alphabet's underscore", "Zm9_"],
      ["a NUL", "Zm9\0"],
      ["a character of Latin-1", "Zm9\u00f6"],
      ["a character whose low byte is a digit", "Zm9\u0176"],
      ["a character whose low byte is the padding", "Zm9\u013d"],
      ["a pair of surrogates", "Zm\u{1f600}"],
      ["an escaped byte", "Zm9\udcff"],
    ])("refuses %s", (_name, text) => {
      expect(decodeBase64(before + text)).toBeUndefined();
      expect(decodeBase64(text + before)).toBeUndefined();
    });
  });

  it("takes nothing, and line breaks alone, as no bytes", () => {
    expect(decodeBase64("")).toEqual(new Uint8Array(0));
    expect(decodeBase64("\r\n\n")).toEqual(new Uint8Array(0));
  });

  it("gives plain arrays", () => {
    expect(decodeBase64("Zm9v")?.constructor).toBe(Uint8Array);
    expect(decodeBase64("Zm9v".repeat(40))?.constructor).toBe(Uint8Array);
  });

  it("gives the bytes of any text with line breaks strewn in", () => {
    const breaks = fc.array(fc.tuple(fc.nat(), fc.constantFrom("\n", "\r", "\r\n")), { maxLength: 5 });
    fc.assert(
      fc.property(anyBytes, breaks, (bytes, places) => {
        let text = encodeBase64(bytes);
        for (const [where, lineBreak] of places) {
          const at = where % (text.length + 1);
          text = text.slice(0, at) + lineBreak + text.slice(at);
        }
        expect(decodeBase64(text)).toEqual(bytes);
      }),
      { seed: 20260705 },
    );
  });
});

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Ghash } from "../../src/crypto/ghash.ts";
import { invertBlock, multiplyBlocks, referenceGhash, toBytes } from "./reference-field.ts";

const block = fc.uint8Array({ minLength: 16, maxLength: 16 });

function ghashOf(ghash: Ghash, additionalData: Uint8Array, data: Uint8Array): Uint8Array {
  ghash.start();
  ghash.absorb(additionalData);
  ghash.absorb(data);
  return bytesOf(ghash.finish(additionalData.length, data.length));
}

function bytesOf(words: Readonly<Int32Array>): Uint8Array {
  const view = new DataView(new ArrayBuffer(16));
  words.forEach((word, index) => view.setInt32(4 * index, word));
  return new Uint8Array(view.buffer);
}

describe("GHASH", () => {
  it("agrees with the standard's definition for any key and any lengths", () => {
    fc.assert(
      fc.property(block, fc.uint8Array({ maxLength: 50 }), fc.uint8Array({ maxLength: 130 }), (key, first, second) => {
        expect(ghashOf(new Ghash(key), first, second)).toEqual(referenceGhash(key, first, second));
      }),
      { seed: 20260702 },
    );
  });

  it("multiplies single bits right, with each single bit as the key", () => {
    for (let keyBit = 0n; keyBit < 128n; keyBit++) {
      const ghash = new Ghash(toBytes(1n << keyBit));
      for (let dataBit = 0n; dataBit < 128n; dataBit += 7n) {
        ghash.start();
        ghash.absorb(toBytes(1n << dataBit));
        ghash.absorb(new Uint8Array(0));
        const lengths = 128n;
        const once = multiplyBlocks(1n << dataBit, 1n << keyBit);
        const expected = toBytes(multiplyBlocks(once ^ lengths, 1n << keyBit));
        expect(bytesOf(ghash.finish(0, 16))).toEqual(expected);
      }
    }
  });

  it.each([
    ["nothing but zeros", new Uint8Array(16)],
    ["nothing but ones", new Uint8Array(16).fill(0xff)],
    ["the field's one", toBytes(1n << 127n)],
    ["the field's highest power", toBytes(1n)],
  ])("takes a key of %s", (_, key) => {
    const data = Uint8Array.from({ length: 100 }, (_unused, index) => index * 37);
    expect(ghashOf(new Ghash(key), data, data)).toEqual(referenceGhash(key, data, data));
  });

  it("begins anew at every start, whatever came before", () => {
    const key = Uint8Array.from({ length: 16 }, (_, index) => index + 1);
    const ghash = new Ghash(key);
    const long = new Uint8Array(47).fill(0xaa);
    const short = Uint8Array.of(1, 2, 3);
    ghashOf(ghash, long, long);
    ghash.absorb(long);
    expect(ghashOf(ghash, short, short)).toEqual(referenceGhash(key, short, short));
    expect(ghashOf(ghash, long, short)).toEqual(referenceGhash(key, long, short));
  });

  it("reads bytes that begin anywhere in their memory", () => {
    const memory = Uint8Array.from({ length: 64 }, (_, index) => 255 - index);
    const key = memory.subarray(1, 17);
    const data = memory.subarray(19, 60);
    expect(ghashOf(new Ghash(key), data, data)).toEqual(referenceGhash(key, data, data));
  });

  it.each([
    [2 ** 29 - 1, 0xffff_fff8n],
    [2 ** 29, 0x1_0000_0000n],
    [2 ** 35 + 3, 0x40_0000_0018n],
  ])("writes the length of %d bytes as 64 bits", (byteLength, bits) => {
    const key = Uint8Array.from({ length: 16 }, (_, index) => index + 1);
    const ghash = new Ghash(key);
    ghash.start();
    const number = key.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
    const expected = multiplyBlocks((bits << 64n) | bits, number);
    expect(bytesOf(ghash.finish(byteLength, byteLength))).toEqual(toBytes(expected));
  });

  it("is measured against a reference whose inverse undoes its product", () => {
    const some = 0x66e94bd4ef8a2c3b884cfa59ca342b2en;
    expect(multiplyBlocks(some, invertBlock(some))).toBe(1n << 127n);
    // The first product of test case 2 of McGrew and Viega's specification of GCM.
    expect(multiplyBlocks(0x0388dace60b6a392f328c2b971b2fe78n, some)).toBe(0x5e2ec746917062882c85b0685353deb7n);
  });
});

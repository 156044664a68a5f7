import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SopsError } from "../../src/errors.ts";
import { combine, split } from "../../src/shamir/shamir.ts";

const fromHex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "hex"));
const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

/** A source without chance: the bytes that sops's own package was given for the shares below. */
function fixedSource(): (length: number) => Uint8Array {
  let count = 0;
  return (length) => Uint8Array.from({ length }, () => 41 + 73 * count++);
}

const anySource = fc
  .infiniteStream(fc.integer({ min: 0, max: 255 }))
  .map((stream) => (length: number) => Uint8Array.from({ length }, () => stream.next().value as number));

/** A secret, numbers that fit, and a source. */
const splitting = fc
  .record({
    secret: fc.uint8Array({ minLength: 1, maxLength: 40 }),
    parts: fc.integer({ min: 2, max: 9 }),
    order: fc.infiniteStream(fc.nat()),
    source: anySource,
  })
  .chain((given) => fc.integer({ min: 2, max: given.parts }).map((threshold) => ({ ...given, threshold })));

/** Shares that sops's shamir package made of the secrets 7, 36, 65, … with the bytes of {@link fixedSource}. */
const sopsShares = [
  {
    secretBytes: 16,
    parts: 3,
    threshold: 2,
    shares: [
      "2e56fa5a360e6afa9eb62a0af65ebaca01",
      "55c02c56e1af10820d632fde5227d35a02",
      "7cb29752ac39cfaa7cd92c92c7f9f42a03",
    ],
  },
  {
    secretBytes: 16,
    parts: 5,
    threshold: 3,
    shares: [
      "5c9b9aa9b0d7fe8554d3d29128cfd60d01",
      "8659b55b47b5d1478efc104e52e074cf02",
      "dde66eac8cfa9a103523eb9919af3f7803",
      "c2becdb9f138980f1db82694ab95b35004",
      "9901164e3a77d358a667dd43e0daf8e705",
    ],
  },
  {
    secretBytes: 8,
    parts: 7,
    threshold: 7,
    shares: [
      "3857e6ad340b920101",
      "b0370dcac38d558002",
      "d3c85c16fee7e6e703",
      "3ad9763237baa16e04",
      "fd87c56ab0172c6105",
      "653585706ca4a3b706",
      "fee7c00799f0ba0c07",
    ],
  },
  { secretBytes: 1, parts: 4, threshold: 2, shares: ["2e01", "5502", "7c03", "a304"] },
];

function secretOf(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => index * 29 + 7);
}

describe("split", () => {
  it.each(sopsShares)("makes the shares that sops makes, $threshold of $parts", (given) => {
    const shares = split(secretOf(given.secretBytes), given.parts, given.threshold, fixedSource());
    expect(shares.map(toHex)).toEqual(given.shares);
  });

  it("ends each share of 32 bytes with its number, counted from 1, up to 255", () => {
    const shares = split(new Uint8Array(32), 255, 2, fixedSource());
    expect(shares.map((share) => share[32])).toEqual(Array.from({ length: 255 }, (_, index) => index + 1));
    expect(shares.every((share) => share.length === 33)).toBe(true);
  });

  it("leaves the secret alone and erases the coefficients", () => {
    const secret = secretOf(32);
    const coefficients = new Uint8Array(64).fill(0x5a);
    split(secret, 4, 3, () => coefficients);
    expect(secret).toEqual(secretOf(32));
    expect(coefficients).toEqual(new Uint8Array(64));
  });

  it("asks for a fresh byte for every coefficient", () => {
    const asked: number[] = [];
    split(new Uint8Array(32), 5, 4, (length) => (asked.push(length), new Uint8Array(length)));
    expect(asked).toEqual([96]);
  });

  it.each([
    [32, 2, 3, "parts cannot be less than threshold"],
    [32, 256, 2, "parts cannot exceed 255"],
    [32, 256, 256, "parts cannot exceed 255"],
    [32, 1, 1, "threshold must be at least 2"],
    [32, 5, 0, "threshold must be at least 2"],
    [32, 5, -1, "threshold must be at least 2"],
    [0, 3, 2, "cannot split an empty secret"],
  ])("refuses %d bytes in %d parts with threshold %d as sops does", (length, parts, threshold, message) => {
    const attempt = (): unknown => split(new Uint8Array(length), parts, threshold, fixedSource());
    expect(attempt).toThrow(new SopsError("COULD_NOT_GENERATE_DATA_KEY", message));
  });
});

describe("combine", () => {
  it.each(sopsShares)("recovers the secret of sops's shares, $threshold of $parts", (given) => {
    const shares = given.shares.map(fromHex);
    const secret = secretOf(given.secretBytes);
    expect(combine(shares)).toEqual(secret);
    expect(combine(shares.slice(0, given.threshold))).toEqual(secret);
    expect(combine(shares.toReversed().slice(0, given.threshold))).toEqual(secret);
  });

  it("recovers a data key that sops split with random coefficients, from any three of five shares", () => {
    const dataKey = "2776686292d80dcafe25ca3b679382d87953708423b9789ab8a9496a2b673de9";
    const [first, second, third, fourth, fifth] = [
      "4599ee86072e3c72aea2ffe36f034dc63e9db6589ab6273cbeee459d66d9bb2401",
      "7cd58c4089427a2382b2f01d51b77267d473438e7bbd2e5bbf9ddff20624b12002",
      "1e3a0aa41cb44b9bd235c5c55927bd7993bd8552c2b271fdb9dad3054b9a37ed03",
      "dba85acf0c58b73d5b2ee57593a7b687b4b9b00257d9596d9a1f70ee9b71645b04",
      "b947dc2b99ae86850ba9d0ad9b377999f37776deeed606cb9c587c19d6cfe29605",
    ].map(fromHex) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array];
    expect(toHex(combine([fifth, first, third]))).toBe(dataKey);
    expect(toHex(combine([second, fourth, fifth]))).toBe(dataKey);
    expect(toHex(combine([first, second, third, fourth, fifth]))).toBe(dataKey);
    expect(toHex(combine([first, second]))).not.toBe(dataKey);
  });

  it("recovers the secret from any shares that are enough, in any order", () => {
    fc.assert(
      fc.property(splitting, ({ secret, parts, threshold, order, source }) => {
        const shares = split(secret, parts, threshold, source);
        const shuffled = shares
          .map((share) => ({ share, rank: order.next().value as number }))
          .toSorted((a, b) => a.rank - b.rank)
          .map(({ share }) => share);
        for (let count = threshold; count <= parts; count++) {
          expect(combine(shuffled.slice(0, count))).toEqual(secret);
        }
      }),
      { seed: 20260706 },
    );
  });

  it("recovers a secret from all of 255 shares", () => {
    const secret = secretOf(4);
    expect(combine(split(secret, 255, 255, fixedSource()))).toEqual(secret);
  });

  it("gives a wrong secret, and no error, for too few shares or a changed one", () => {
    const secret = secretOf(32);
    const shares = split(secret, 5, 4, fixedSource());
    const [first, ...others] = shares as [Uint8Array, ...Uint8Array[]];
    expect(combine(shares.slice(0, 3))).not.toEqual(secret);
    expect(combine([first.with(0, (first[0] ?? 0) ^ 1), ...others])).not.toEqual(secret);
  });

  it("leaves the shares alone", () => {
    const shares = split(secretOf(32), 3, 2, fixedSource());
    const before = shares.map(toHex);
    combine(shares);
    expect(shares.map(toHex)).toEqual(before);
  });

  it.each([
    ["no share", [], "less than two parts cannot be used to reconstruct the secret"],
    ["one share", ["0a0b01"], "less than two parts cannot be used to reconstruct the secret"],
    ["empty shares", ["", ""], "parts must be at least two bytes"],
    ["shares of a number alone", ["01", "02"], "parts must be at least two bytes"],
    ["a first share of a number alone", ["01", "0a0b02"], "parts must be at least two bytes"],
    ["shares of two lengths", ["0a0b01", "0a0b0c02"], "all parts must be the same length"],
    ["a second share that is empty", ["0a0b01", ""], "all parts must be the same length"],
    ["the same share twice", ["0a0b01", "0a0b01"], "duplicate part detected"],
    ["two shares of one number", ["0a0b01", "0c0d02", "0e0f01"], "duplicate part detected"],
  ])("refuses %s as sops does", (_, shares, message) => {
    expect(() => combine(shares.map(fromHex))).toThrow(new SopsError("COULD_NOT_RETRIEVE_KEY", message));
  });
});

describe("shares fewer than the threshold", () => {
  it("fit every secret equally well: one of two", () => {
    for (const position of [0, 1, 2]) {
      for (let secret = 0; secret < 256; secret += 51) {
        const seen = new Set<number>();
        for (let coefficient = 0; coefficient < 256; coefficient++) {
          const shares = split(Uint8Array.of(secret), 3, 2, () => Uint8Array.of(coefficient));
          seen.add(shares[position]?.[0] ?? -1);
        }
        expect(seen.size).toBe(256);
      }
    }
  });

  it("fit every secret equally well: two of three", () => {
    const seen = new Set<string>();
    for (let coefficients = 0; coefficients < 65_536; coefficients++) {
      const source = (): Uint8Array => Uint8Array.of(coefficients & 255, coefficients >> 8);
      const [, second, third] = split(Uint8Array.of(0xc3), 3, 3, source);
      seen.add(`${second?.[0]},${third?.[0]}`);
    }
    expect(seen.size).toBe(65_536);
  });
});

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { concatBytes } from "../../src/bytes.ts";
import { type Messages, paddedLength, type PaddedTexts, tagBytes, type Cipher } from "../../src/crypto/cipher.ts";
import { nistCases } from "./nist-vectors.ts";
import { invertBlock, multiplyBlocks, toBytes, toNumber } from "./reference-field.ts";

const seed = 20260703;
const nothing = new Uint8Array(0);

const bytes = (minLength: number, maxLength: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength, maxLength, size: "max" });

/** Everything that goes into sealing a value. */
const sealingWith = (iv: fc.Arbitrary<Uint8Array>) =>
  fc.record({
    key: bytes(32, 32),
    iv,
    plaintext: fc.oneof(bytes(0, 100), bytes(0, 5000)),
    additionalData: bytes(0, 100),
  });

const sealing = sealingWith(bytes(1, 64));

/** An implementation with none of our code in it, which backends are held to. */
export interface ReferenceCipher {
  readonly name: string;
  /** The shortest IV that it takes. */
  readonly minIvBytes: number;
  seal(key: Uint8Array, iv: Uint8Array, plaintext: Uint8Array, additionalData: Uint8Array): Uint8Array;
  /** @throws when the parts do not belong together */
  open(key: Uint8Array, iv: Uint8Array, sealed: Uint8Array, additionalData: Uint8Array): Uint8Array;
  /** AES-256 of one block of 16 bytes. */
  encryptBlock(key: Uint8Array, block: Uint8Array): Uint8Array;
  sha512(bytes: Uint8Array): Uint8Array;
}

function hex(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "hex"));
}

/** As `toEqual`, but quick with thousands of bytes. */
function expectBytes(actual: Uint8Array | undefined, expected: Uint8Array): void {
  expect(actual === undefined ? actual : Buffer.from(actual).toString("hex")).toBe(
    Buffer.from(expected).toString("hex"),
  );
}

/** A pattern that does not repeat with the length of a block or a chunk. */
function pattern(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (index * 167 + (index >> 8)) & 0xff);
}

function flipBit(original: Uint8Array, bit: number): Uint8Array {
  const flipped = original.slice();
  flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return flipped;
}

/**
 * What every backend has to do.
 *
 * @param cipher - the backend under test
 * @param other - another one, which has to understand it and to be understood
 * @param reference - what both are compared with
 */
export function cipherContract(cipher: Cipher, other: Cipher, reference: ReferenceCipher): void {
  describe(`AES-256-GCM of ${cipher.name}`, () => {
    gcmVectors(cipher);
    gcmAgreement(cipher, other, reference);
    gcmRefusals(cipher);
    gcmBehaviour(cipher, reference);
    gcmTogether(cipher, reference);
  });
  describe(`hashes of ${cipher.name}`, () => hashes(cipher, reference));
  describe(`random bytes of ${cipher.name}`, () => randomness(cipher));
  describe(`X25519 of ${cipher.name}`, () => x25519(cipher, other));
}

function gcmVectors(cipher: Cipher): void {
  it("seals NIST's vectors", () => {
    const cases = nistCases("gcmEncryptExtIV256");
    for (const nist of cases) {
      const aes = cipher.aes256Gcm(nist.bytes("Key"));
      const sealed = aes.seal(nist.bytes("IV"), nist.bytes("PT"), nist.bytes("AAD"));
      expect(Buffer.from(sealed).toString("hex")).toBe(nist.text("CT") + nist.text("Tag"));
    }
    expect(cases).toHaveLength(1125);
  });

  it("opens NIST's vectors, and refuses those that fail", () => {
    const cases = nistCases("gcmDecrypt256");
    for (const nist of cases) {
      const aes = cipher.aes256Gcm(nist.bytes("Key"));
      const sealed = concatBytes(nist.bytes("CT"), nist.bytes("Tag"));
      const opened = aes.open(nist.bytes("IV"), sealed, nist.bytes("AAD"));
      expect(opened).toEqual(nist.fails ? undefined : nist.bytes("PT"));
    }
    expect(cases.filter((nist) => nist.fails)).toHaveLength(566);
    expect(cases).toHaveLength(1125);
  });
}

function gcmAgreement(cipher: Cipher, other: Cipher, reference: ReferenceCipher): void {
  it(`seals what ${reference.name} and ${other.name} seal, and opens what they sealed`, () => {
    fc.assert(
      fc.property(sealingWith(bytes(reference.minIvBytes, 64)), ({ key, iv, plaintext, additionalData }) => {
        const aes = cipher.aes256Gcm(key);
        const sealed = aes.seal(iv, plaintext, additionalData);
        expectBytes(sealed, reference.seal(key, iv, plaintext, additionalData));
        expectBytes(sealed, other.aes256Gcm(key).seal(iv, plaintext, additionalData));
        expectBytes(aes.open(iv, sealed, additionalData), plaintext);
        expectBytes(other.aes256Gcm(key).open(iv, sealed, additionalData), plaintext);
      }),
      { seed },
    );
  });

  it.each([0, 1, 15, 16, 17, 255, 256, 257, 16_367, 16_368, 16_369, 16_384, 32_752, 32_753, 100_000])(
    `seals %d bytes as ${reference.name} does`,
    (length) => {
      const key = pattern(32);
      const sealed = reference.seal(key, pattern(32), pattern(length), pattern(20));
      expectBytes(cipher.aes256Gcm(key).seal(pattern(32), pattern(length), pattern(20)), sealed);
      expectBytes(cipher.aes256Gcm(key).open(pattern(32), sealed, pattern(20)), pattern(length));
    },
  );

  it.each([
    ["IV", { iv: pattern(128) }],
    ["additional data", { additionalData: pattern(50_000) }],
    ["IV of a long value", { iv: pattern(128), plaintext: pattern(6000) }],
  ])("takes a long %s", (_, given) => {
    const { iv, plaintext, additionalData } = {
      iv: pattern(32),
      plaintext: pattern(40),
      additionalData: nothing,
      ...given,
    };
    const sealed = reference.seal(pattern(32), iv, plaintext, additionalData);
    expect(cipher.aes256Gcm(pattern(32)).seal(iv, plaintext, additionalData)).toEqual(sealed);
  });

  it.each([40, 6000])(`takes an IV longer than OpenSSL takes, with %d bytes, as ${other.name} does`, (length) => {
    const sealed = cipher.aes256Gcm(pattern(32)).seal(pattern(129), pattern(length), nothing);
    expect(other.aes256Gcm(pattern(32)).open(pattern(129), sealed, nothing)).toEqual(pattern(length));
  });

  it.each([200, 1000])("counts blocks with 32 bits, beginning again at 0, over %d bytes", (length) => {
    const key = pattern(32);
    const hashKey = toNumber(reference.encryptBlock(key, new Uint8Array(16)));
    for (let blocksBeforeWrap = 0n; blocksBeforeWrap < 4n; blocksBeforeWrap++) {
      const iv = ivOfFirstCounter((0x0123_4567_89ab_cdef_ffff_ffffn << 32n) + 0xffff_ffffn - blocksBeforeWrap, hashKey);
      const sealed = reference.seal(key, iv, pattern(length), nothing);
      expect(cipher.aes256Gcm(key).seal(iv, pattern(length), nothing)).toEqual(sealed);
    }
  });
}

/** The 16-byte IV of which GHASH makes this counter block. */
function ivOfFirstCounter(counter: bigint, hashKey: bigint): Uint8Array {
  const inverse = invertBlock(hashKey);
  return toBytes(multiplyBlocks(multiplyBlocks(counter, inverse) ^ 128n, inverse));
}

function gcmRefusals(cipher: Cipher): void {
  it("opens nothing after any bit of IV, ciphertext, tag, additional data or key was flipped", () => {
    fc.assert(
      fc.property(sealing, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (given, where) => {
        const { key, iv, plaintext, additionalData } = given;
        const sealed = cipher.aes256Gcm(key).seal(iv, plaintext, additionalData);
        const parts = [iv, sealed, sealed.subarray(-tagBytes), additionalData, key];
        for (const [which, part] of parts.entries()) {
          if (part.length === 0) continue;
          const bit = Math.floor(where * part.length * 8);
          const at = (index: number): Uint8Array =>
            index === which ? flipBit(part, bit) : (parts[index] as Uint8Array);
          const flipped = which === 2 ? concatBytes(sealed.subarray(0, -tagBytes), at(2)) : at(1);
          expect(cipher.aes256Gcm(at(4)).open(at(0), flipped, at(3))).toBeUndefined();
        }
      }),
      { seed },
    );
  });

  it.each([33, 400])("opens nothing after any single bit of %d sealed bytes was flipped", (length) => {
    const aes = cipher.aes256Gcm(pattern(32));
    const sealed = aes.seal(pattern(32), pattern(length), pattern(14));
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      expect(aes.open(pattern(32), flipBit(sealed, bit), pattern(14))).toBeUndefined();
    }
  });

  it("opens nothing that was shortened or lengthened", () => {
    const aes = cipher.aes256Gcm(pattern(32));
    const sealed = aes.seal(pattern(32), pattern(40), pattern(14));
    for (let length = 0; length < sealed.length; length++) {
      expect(aes.open(pattern(32), sealed.subarray(0, length), pattern(14))).toBeUndefined();
    }
    expect(aes.open(pattern(32), concatBytes(sealed, nothing, Uint8Array.of(0)), pattern(14))).toBeUndefined();
    expect(aes.open(pattern(32), sealed.subarray(1), pattern(14))).toBeUndefined();
  });

  it("opens nothing when a byte moved from the additional data to the ciphertext, or zeros were added", () => {
    const aes = cipher.aes256Gcm(pattern(32));
    const sealed = aes.seal(pattern(32), pattern(40), pattern(14));
    expect(aes.open(pattern(32), concatBytes(pattern(14).subarray(13), sealed), pattern(13))).toBeUndefined();
    expect(aes.open(pattern(32), sealed, concatBytes(pattern(14), new Uint8Array(2)))).toBeUndefined();
    expect(aes.open(concatBytes(pattern(32), new Uint8Array(1)), sealed, pattern(14))).toBeUndefined();
  });

  it("opens nothing with an empty IV, and refuses to seal with one", () => {
    const aes = cipher.aes256Gcm(pattern(32));
    expect(aes.open(nothing, pattern(56), nothing)).toBeUndefined();
    expect(aes.open(nothing, pattern(5600), nothing)).toBeUndefined();
    expect(() => aes.seal(nothing, pattern(40), nothing)).toThrow(TypeError);
    expect(() => aes.seal(nothing, pattern(4000), nothing)).toThrow(TypeError);
  });

  it.each([0, 16, 24, 31, 33, 64])("refuses a key of %d bytes", (length) => {
    expect(() => cipher.aes256Gcm(pattern(length))).toThrow(TypeError);
  });
}

function gcmBehaviour(cipher: Cipher, reference: ReferenceCipher): void {
  it("serves two keys in turn, long and short values mixed, with failures in between", () => {
    const [first, second] = [cipher.aes256Gcm(pattern(32)), cipher.aes256Gcm(pattern(33).subarray(1))];
    for (const length of [40, 20_000, 0, 300, 17, 5000, 1]) {
      const sealed = first.seal(pattern(32), pattern(length), pattern(9));
      expect(second.open(pattern(32), sealed, pattern(9))).toBeUndefined();
      expect(first.open(pattern(12), sealed, pattern(9))).toBeUndefined();
      expectBytes(first.open(pattern(32), sealed, pattern(9)), pattern(length));
      const resealed = second.seal(pattern(12), pattern(length), nothing);
      expectBytes(second.open(pattern(12), resealed, nothing), pattern(length));
    }
  });

  it.each([41, 4001])("leaves what it is given alone and gives memory of its own, for %d bytes", (length) => {
    const memory = pattern(length + 200);
    const [key, iv, plaintext, additionalData] = [
      memory.subarray(1, 33),
      memory.subarray(35, 67),
      memory.subarray(69, 69 + length),
      memory.subarray(70 + length),
    ];
    const aes = cipher.aes256Gcm(key);
    const sealed = aes.seal(iv, plaintext, additionalData);
    const copy = sealed.slice();
    const opened = aes.open(iv, sealed, additionalData);
    aes.seal(pattern(32), pattern(length), nothing);
    expect(memory).toEqual(pattern(length + 200));
    expect(sealed).toEqual(copy);
    expect(opened).toEqual(plaintext);
    expect(opened?.constructor).toBe(Uint8Array);
    expect(sealed.constructor).toBe(Uint8Array);
  });

  it("keeps its key when the caller erases it", () => {
    for (const length of [40, 4000]) {
      const key = pattern(32);
      const aes = cipher.aes256Gcm(key);
      key.fill(0);
      const sealed = reference.seal(pattern(32), pattern(32), pattern(length), nothing);
      expect(aes.seal(pattern(32), pattern(length), nothing)).toEqual(sealed);
    }
  });

  it(`writes what ${reference.name} reads`, () => {
    const sealed = cipher.aes256Gcm(pattern(32)).seal(pattern(32), pattern(40), pattern(14));
    expect(reference.open(pattern(32), pattern(32), sealed, pattern(14))).toEqual(pattern(40));
  });
}

function padded(texts: readonly Uint8Array[]): PaddedTexts {
  const parts = texts.flatMap((text) => [text, new Uint8Array(paddedLength(text.length) - text.length)]);
  return { bytes: concatBytes(...parts), lengths: Int32Array.from(texts, (text) => text.length) };
}

interface Message {
  readonly iv: Uint8Array;
  readonly plaintext: Uint8Array;
  readonly additionalData: Uint8Array;
}

/** Messages before they are sealed. */
function messagesOf(given: readonly Message[]): Messages {
  return {
    ivs: concatBytes(...given.map(({ iv }) => iv)),
    texts: padded(given.map(({ plaintext }) => plaintext)),
    additionalData: padded(given.map(({ additionalData }) => additionalData)),
    tags: new Uint8Array(given.length * tagBytes),
  };
}

function gcmTogether(cipher: Cipher, reference: ReferenceCipher): void {
  const message = fc.record({ iv: bytes(32, 32), plaintext: bytes(0, 100), additionalData: bytes(0, 70) });
  const messages = fc.array(message, { maxLength: 20 });

  it(`seals many messages as ${reference.name} seals each, and opens them`, () => {
    fc.assert(
      fc.property(bytes(32, 32), messages, (key, given) => {
        const together = messagesOf(given);
        const aes = cipher.aes256Gcm(key);
        aes.sealAll(together);
        const sealed = given.map(({ iv, plaintext, additionalData }) =>
          reference.seal(key, iv, plaintext, additionalData),
        );
        expectBytes(together.texts.bytes, padded(sealed.map((one) => one.subarray(0, -tagBytes))).bytes);
        expectBytes(together.tags, concatBytes(...sealed.map((one) => one.subarray(-tagBytes))));
        expect(aes.openAll(together)).toEqual(new Uint8Array(given.length).fill(1));
        expectBytes(together.texts.bytes, padded(given.map(({ plaintext }) => plaintext)).bytes);
      }),
      { seed },
    );
  });

  it("opens all but the one of which any bit was flipped, and leaves nothing of that one", () => {
    const given = [0, 1, 16, 40].map((length) => ({
      iv: pattern(32 + length).subarray(length),
      plaintext: pattern(length),
      additionalData: pattern(length),
    }));
    const aes = cipher.aes256Gcm(pattern(32));
    const sealed = messagesOf(given);
    aes.sealAll(sealed);
    const part = (which: "ivs" | "tags" | "texts", bit: number): Messages => {
      const { bytes: ciphertexts, lengths } = sealed.texts;
      const texts = { bytes: which === "texts" ? flipBit(ciphertexts, bit) : ciphertexts.slice(), lengths };
      return { ...sealed, texts, ...(which !== "texts" && { [which]: flipBit(sealed[which], bit) }) };
    };
    const plain = padded(given.map(({ plaintext }) => plaintext)).bytes;
    // The third message: its ciphertext is the second block, and the only one that is full.
    for (const [which, start, end] of [
      ["ivs", 64, 96],
      ["tags", 32, 48],
      ["texts", 16, 32],
    ] as const) {
      for (let bit = start * 8; bit < end * 8; bit++) {
        const changed = part(which, bit);
        expect(aes.openAll(changed)).toEqual(Uint8Array.of(1, 1, 0, 1));
        expect(changed.texts.bytes).toEqual(plain.slice().fill(0, 16, 32));
      }
    }
  });

  it("refuses messages whose additional data were exchanged", () => {
    const given = [0, 1].map((index) => ({
      iv: pattern(32),
      plaintext: pattern(20),
      additionalData: Uint8Array.of(index),
    }));
    const aes = cipher.aes256Gcm(pattern(32));
    const together = messagesOf(given);
    aes.sealAll(together);
    expect(aes.openAll({ ...together, additionalData: messagesOf(given.toReversed()).additionalData })).toEqual(
      Uint8Array.of(0, 0),
    );
  });
}

function hashes(cipher: Cipher, reference: ReferenceCipher): void {
  const sha512 = (...pieces: Uint8Array[]): Uint8Array => {
    const hash = cipher.sha512();
    for (const piece of pieces) hash.update(piece);
    return hash.digest();
  };
  const functions = { SHA512: sha512, SHA256: (message: Uint8Array) => cipher.sha256(message) };

  it.each([
    ["SHA512", "SHA512ShortMsg", 129],
    ["SHA512", "SHA512LongMsg", 128],
    ["SHA256", "SHA256ShortMsg", 65],
  ] as const)("computes %s over NIST's %s", (name, file, count) => {
    const cases = nistCases(file);
    for (const nist of cases) {
      const message = nist.bytes("Msg").subarray(0, Number(nist.text("Len")) / 8);
      expect(Buffer.from(functions[name](message)).toString("hex")).toBe(nist.text("MD"));
    }
    expect(cases).toHaveLength(count);
  });

  it.each(["SHA512", "SHA256"] as const)("computes NIST's Monte Carlo test of %s", (name) => {
    const [start, ...rounds] = nistCases(`${name}Monte`);
    let digest = start?.bytes("Seed") ?? nothing;
    for (const round of rounds) {
      let [first, second, third] = [digest, digest, digest];
      for (let step = 0; step < 1000; step++) {
        const next = functions[name](concatBytes(first, second, third));
        [first, second, third] = [second, third, next];
      }
      digest = third;
      expect(Buffer.from(digest).toString("hex")).toBe(round.text("MD"));
    }
    expect(rounds).toHaveLength(100);
  });

  it("gives the same SHA-512 however the input is cut", () => {
    fc.assert(
      fc.property(fc.array(bytes(0, 300), { maxLength: 8 }), (pieces) => {
        expectBytes(sha512(...pieces), reference.sha512(concatBytes(...pieces)));
      }),
      { seed },
    );
  });

  it("runs two SHA-512 next to each other", () => {
    const [first, second] = [cipher.sha512(), cipher.sha512()];
    first.update(pattern(100));
    second.update(pattern(200));
    first.update(pattern(50));
    expect(second.digest()).toEqual(sha512(pattern(200)));
    expect(first.digest()).toEqual(sha512(pattern(100), pattern(50)));
  });
}

function randomness(cipher: Cipher): void {
  it.each([0, 1, 16, 32, 512, 513, 4096, 65_536])("gives %d bytes", (length) => {
    expect(cipher.randomBytes(length)).toHaveLength(length);
    expect(cipher.randomBytes(length).constructor).toBe(Uint8Array);
  });

  it("never gives the same bytes, or memory that it gives again", () => {
    const drawn = Array.from({ length: 2000 }, () => cipher.randomBytes(32));
    const asText = new Set(drawn.map((random) => Buffer.from(random).toString("hex")));
    expect(asText.size).toBe(drawn.length);
    const memories = new Set(drawn.map((random) => random.buffer));
    expect(memories.size).toBe(drawn.length);
  });

  it("spreads evenly over all values", () => {
    const counts = new Uint32Array(256);
    for (let round = 0; round < 2048; round++) {
      for (const byte of cipher.randomBytes(32)) counts[byte] = (counts[byte] ?? 0) + 1;
    }
    // 256 on average with a deviation of 16: seven of these are as good as never.
    expect(Math.min(...counts)).toBeGreaterThan(256 - 7 * 16);
    expect(Math.max(...counts)).toBeLessThan(256 + 7 * 16);
  });
}

function x25519(cipher: Cipher, other: Cipher): void {
  it.each([
    // RFC 7748, section 5.2, then Bob's side of section 6.1.
    [
      "a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4",
      "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c",
      "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552",
    ],
    [
      "4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d",
      "e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493",
      "95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957",
    ],
    [
      "0900000000000000000000000000000000000000000000000000000000000000",
      "0900000000000000000000000000000000000000000000000000000000000000",
      "422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079",
    ],
    [
      "5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb",
      "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a",
      "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742",
    ],
  ])("computes what RFC 7748 says for %s", (secretKey, publicKey, shared) => {
    expect(cipher.x25519(hex(secretKey), hex(publicKey))).toEqual(hex(shared));
  });

  it("derives the public key of RFC 7748", () => {
    const secretKey = hex("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb");
    const publicKey = hex("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f");
    expect(cipher.x25519PublicKey(secretKey)).toEqual(publicKey);
  });

  it(`agrees with ${other.name} on any two keys, canonical or not`, () => {
    fc.assert(
      fc.property(bytes(32, 32), bytes(32, 32), (secretKey, publicKey) => {
        expect(cipher.x25519PublicKey(secretKey)).toEqual(other.x25519PublicKey(secretKey));
        expect(cipher.x25519(secretKey, publicKey)).toEqual(other.x25519(secretKey, publicKey));
      }),
      { seed, numRuns: 20 },
    );
  });

  it("gives both sides the same secret", () => {
    const [one, two] = [pattern(32), pattern(33).subarray(1)];
    expect(cipher.x25519(one, cipher.x25519PublicKey(two))).toEqual(cipher.x25519(two, cipher.x25519PublicKey(one)));
  });

  it.each([
    ["0", "0000000000000000000000000000000000000000000000000000000000000000"],
    ["1", "0100000000000000000000000000000000000000000000000000000000000000"],
    ["p - 1", "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"],
    ["p", "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"],
    ["p + 1", "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"],
    ["order 8", "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"],
    ["order 8, the other", "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157"],
    ["0 with the bit that is ignored", "0000000000000000000000000000000000000000000000000000000000000080"],
  ])("gives no secret for the point of low order %s", (_, publicKey) => {
    expect(cipher.x25519(pattern(32), hex(publicKey))).toBeUndefined();
  });

  it.each([0, 31, 33])("refuses keys of %d bytes", (length) => {
    expect(() => cipher.x25519PublicKey(pattern(length))).toThrow(TypeError);
    expect(() => cipher.x25519(pattern(length), pattern(32))).toThrow(TypeError);
    expect(() => cipher.x25519(pattern(32), pattern(length))).toThrow(TypeError);
  });
}

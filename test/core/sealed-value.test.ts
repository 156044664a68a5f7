import { cipher as chosen } from "#cipher";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decryptTree, encryptTree } from "../../src/core/encryption.ts";
import { formatEnvelope, parseEnvelope } from "../../src/core/envelope.ts";
import { parseEnvelopes } from "../../src/core/envelope-batch.ts";
import { IvStash } from "../../src/core/iv-stash.ts";
import {
  type Opened,
  openValue,
  openValues,
  type Sealable,
  sealValue,
  sealValues,
} from "../../src/core/sealed-value.ts";
import { Branch, Comment, Timestamp } from "../../src/core/tree.ts";
import type { Datatype } from "../../src/core/value.ts";
import { encodeBase64 } from "../../src/crypto/base64.ts";
import type { Cipher } from "../../src/crypto/cipher.ts";
import { cipher as noble } from "../../src/crypto/noble.ts";

const dataKey = new Uint8Array(32).fill(7);
const seed = 20261127;

const text = fc.oneof(
  fc.string({ maxLength: 80 }),
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.string({ minLength: 200, maxLength: 300 }),
  fc.constantFrom("", "grün", "\udc80\udcff", "a".repeat(256), "a".repeat(257), "ENC[AES256_GCM,data:"),
);

const value: fc.Arbitrary<Sealable> = fc.oneof(
  text,
  text.map((comment) => new Comment(comment)),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.double(),
  fc.boolean(),
  fc.uint8Array({ maxLength: 40 }),
  fc.constant(new Timestamp(2026, 1, 2, 3, 4, 5)),
);

const bound = fc.array(fc.tuple(value, text), { maxLength: 30 });

/** What was opened, but for what only values opened together tell. */
function withoutExactness(opened: Opened): unknown {
  return "value" in opened ? opened.value : opened.reason;
}

/** A cipher whose random bytes are always the same, so that sealing gives the same twice. */
const predictable = (cipher: Cipher): Cipher => ({
  ...cipher,
  randomBytes: (length) => Uint8Array.from({ length }, (_, index) => index % 32),
});

describe.each([chosen, noble])("values sealed and opened together, with $name", (cipher) => {
  const aes = cipher.aes256Gcm(dataKey);

  it("have the envelopes that they have one by one", () => {
    fc.assert(
      fc.property(bound, (given) => {
        const sealing = { cipher: predictable(cipher), aes, stash: undefined };
        const values = given.map(([one]) => one);
        const paths = given.map(([, path]) => path);
        const together = sealValues(sealing, values, paths);
        expect(together).toEqual(given.map(([one, path]) => sealValue(sealing, one, path)));
        const opened = openValues(aes, together, paths, false);
        const alone = together.map((envelope, index) => openValue(aes, envelope, paths[index] ?? ""));
        expect(opened.map(withoutExactness)).toEqual(alone.map(withoutExactness));
      }),
      { seed },
    );
  });

  it("are opened or refused for the same reason as one by one, whatever was changed", () => {
    const change = fc.tuple(fc.nat(200), fc.constantFrom("", "A", "=", ",", "]", ":", "\n", "é", ",tag:"), fc.nat(2));
    fc.assert(
      fc.property(fc.array(fc.tuple(value, change), { minLength: 1, maxLength: 8 }), (given) => {
        const sealing = { cipher, aes, stash: undefined };
        const paths = given.map(() => "a:");
        const envelopes = sealValues(
          sealing,
          given.map(([one]) => one),
          paths,
        ).map((envelope, index) => {
          const [at, inserted, dropped] = given[index]?.[1] ?? [0, "", 0];
          const place = Math.max(0, envelope.length - at);
          return index === 0 ? envelope : envelope.slice(0, place) + inserted + envelope.slice(place + dropped);
        });
        const opened = openValues(aes, envelopes, paths, true);
        expect(opened.map(withoutExactness)).toEqual(
          envelopes.map((envelope) => withoutExactness(openValue(aes, envelope, "a:"))),
        );
        for (const [index, one] of opened.entries()) {
          const envelope = envelopes[index] ?? "";
          if (!("value" in one) || !one.isExact) continue;
          const stash = new IvStash();
          stash.remember(one.value, "a:", { envelope, isExact: true });
          // What may be kept is what sealing gives.
          expect(sealValue({ cipher, aes, stash }, one.value as Sealable, "a:")).toBe(envelope);
        }
      }),
      { seed, numRuns: 300 },
    );
  });

  it("take the IVs that the values had, of whatever length", () => {
    const stash = new IvStash();
    const ivs = [1, 12, 32, 40].map((length) => new Uint8Array(length).fill(length));
    for (const [index, iv] of ivs.entries()) {
      const envelope = formatEnvelope(iv, new Uint8Array(20), "str");
      stash.remember(`value ${index}`, "a:", { envelope, isExact: false });
    }
    const values = ivs.map((_, index) => `value ${index}`);
    const envelopes = sealValues(
      { cipher, aes, stash },
      values,
      values.map(() => "a:"),
    );
    expect(envelopes.map((envelope) => parseEnvelope(envelope)?.iv)).toEqual(ivs);
  });
});

describe("values that are sealed as they were", () => {
  const aes = chosen.aes256Gcm(dataKey);
  const sealing = (datatype: string, plaintext: string): string => {
    const iv = new Uint8Array(32).fill(3);
    const sealed = aes.seal(iv, new TextEncoder().encode(plaintext), new TextEncoder().encode("a:"));
    return formatEnvelope(iv, sealed, datatype as Datatype);
  };

  it.each([
    ["a text", "str", "text", true],
    ["a boolean as sops writes it", "bool", "True", true],
    ["a boolean in another spelling", "bool", "true", false],
    ["an integer with a sign", "int", "+1", false],
    ["a float with an exponent", "float", "1e3", false],
    ["bytes, which are a text from then on", "bytes", "text", false],
    ["text that is not ASCII", "str", "gr\u00fcn", true],
  ])("keep their envelope only if it is what would be written: %s", (_, datatype, plaintext, kept) => {
    const envelope = sealing(datatype, plaintext);
    const [opened] = openValues(aes, [envelope], ["a:"], true);
    expect(opened).toMatchObject({ isExact: kept });
  });

  it("keep no envelope with spare bits", () => {
    const envelope = sealing("str", "text");
    const spare = envelope.replace(
      /(.)==,type/,
      (_, digit: string) => `${String.fromCharCode(digit.charCodeAt(0) + 1)}==,type`,
    );
    const [opened] = openValues(aes, [spare], ["a:"], true);
    expect(spare).not.toBe(envelope);
    expect(opened).toMatchObject({ value: "text", isExact: false });
  });

  it("are sealed anew under another data key", () => {
    const metadata = {
      keyGroups: [],
      shamirThreshold: 0,
      lastModified: "",
      mac: "",
      macOnlyEncrypted: false,
      selection: undefined,
      version: "3.13.3",
    };
    const branches = [new Branch([{ key: "a", value: "text" }])];
    const stash = new IvStash();
    const [before, after] = [dataKey, new Uint8Array(32).fill(8)].map((bytes) => ({ cipher: chosen, dataKey: bytes }));
    if (before === undefined || after === undefined) throw new Error("no keys");
    encryptTree(branches, metadata, before);
    decryptTree(branches, metadata, before, { stash });
    encryptTree(branches, metadata, after, stash);
    decryptTree(branches, metadata, after);
    expect(branches).toEqual([new Branch([{ key: "a", value: "text" }])]);
  });
});

describe("parsing envelopes together", () => {
  const part = (length: number): string => encodeBase64(new Uint8Array(length).fill(length));
  const envelope = (data: string, iv: string, tag: string, type: string): string =>
    `ENC[AES256_GCM,data:${data},iv:${iv},tag:${tag},type:${type}]`;

  it.each([
    ["with an IV of 12 bytes", envelope(part(5), part(12), part(16), "str")],
    ["with a tag of 17 bytes", envelope(part(5), part(32), part(17), "str")],
    ["without a ciphertext", envelope("", part(32), part(16), "str")],
    ["without a type", envelope(part(5), part(32), part(16), "")],
    ["with text behind it", `${envelope(part(5), part(32), part(16), "str")} `],
    ["with a line break in its ciphertext", envelope("AAAA\nAAA", part(32), part(16), "str")],
    ["with a character that is not Base64", envelope("AAA*", part(32), part(16), "str")],
    ["with padding within", envelope("AA==AAAA", part(32), part(16), "str")],
    ["with a longer IV and a shorter tag", envelope(part(5), part(35), part(13), "str")],
    ["which is none", "ENC[AES256_GCM]"],
  ])("leaves one %s to the parser of single ones", (_, odd) => {
    const good = envelope(part(5), part(32), part(16), "int");
    const { datatypes, texts } = parseEnvelopes([good, odd, good]);
    expect(datatypes).toEqual(["int", "", "int"]);
    expect(texts.bytes.subarray(0, 5)).toEqual(new Uint8Array(5).fill(5));
    expect(texts.bytes.subarray(-16, -11)).toEqual(new Uint8Array(5).fill(5));
  });
});

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { MasterKey } from "../../../src/core/metadata.ts";
import { decodeAnswer, decodeRequest, encodeAnswer, encodeRequest } from "../../../src/cli/key-service/messages.ts";

const dated = { createdAt: expect.stringMatching(/^\d{4}-.*Z$/) as string, enc: "" };
const payload = Uint8Array.of(1, 2, 255);

/** One key of each kind, and the bytes of the message `Key` as protoc makes them. */
const samples: readonly (readonly [MasterKey, string])[] = [
  [
    { kind: "kms", arn: "a", role: "r", context: { k: "v" }, awsProfile: "p", ...dated },
    "0a110a01611201721a060a016b120176220170",
  ],
  [{ kind: "pgp", fingerprint: "FP", ...dated }, "12040a024650"],
  [{ kind: "gcp_kms", resourceId: "x", ...dated }, "1a030a0178"],
  [{ kind: "azure_kv", vaultUrl: "u", name: "n", version: "v", ...dated }, "22090a017512016e1a0176"],
  [{ kind: "hc_vault", vaultAddress: "h", enginePath: "e", keyName: "k", ...dated }, "2a090a01681201651a016b"],
  [{ kind: "age", recipient: "age1", enc: "" }, "32060a0461676531"],
  [{ kind: "hckms", keyId: "é", ...dated }, "3a040a02c3a9"],
];

const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "hex"));

describe("a request to a key service", () => {
  it.each(samples)("is the bytes that protoc makes, both ways: %o", (key, text) => {
    const bytes = encodeRequest({ key, payload });
    const length = (text.length / 2).toString(16).padStart(2, "0");
    expect(Buffer.from(bytes).toString("hex")).toBe(`0a${length}${text}12030102ff`);
    expect(decodeRequest(bytes)).toEqual({ key, payload });
  });

  it("comes back as it was, whatever it holds", () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.dictionary(fc.string(), fc.string()),
        fc.uint8Array({ maxLength: 400 }),
        (text, context, bytes) => {
          const key = { kind: "kms", arn: text, role: "", context, awsProfile: text, createdAt: "", enc: "" } as const;
          const { key: found, payload: rest } = decodeRequest(encodeRequest({ key, payload: bytes }));
          expect(rest).toEqual(bytes);
          expect(found).toMatchObject({ arn: text, role: "", awsProfile: text });
          expect(found).toHaveProperty("context", { ...context });
        },
      ),
      { seed: 20, numRuns: 60 },
    );
  });

  it.each([
    ["nothing", ""],
    ["an empty key", "0a00"],
    ["a key of an unknown kind", "0a0442020a00"],
    ["fields of other types, which are passed over", "1896011d01020304210102030405060708"],
  ])("names no key when it has %s", (_, text) => {
    expect(decodeRequest(hex(text))).toEqual({ key: undefined, payload: new Uint8Array() });
  });

  it("has the last of several keys", () => {
    const { key } = decodeRequest(hex("0a0c32030a01611a050a03787878"));
    expect(key).toMatchObject({ kind: "gcp_kms", resourceId: "xxx" });
  });

  it.each([
    ["a field beyond the end", "0a05"],
    ["a length beyond the end", "12ff"],
    ["a length that is too long", "12ffffffffffffffff7f"],
    ["a number without an end", "ffffffffffffffffffff01"],
    ["a group", "0b"],
    ["a field without a number", "0200"],
    ["a short fixed field", "1d0102"],
    ["a key that is none", "0a02ffff"],
    ["a text that is not UTF-8", "0a0532030a01ff"],
  ])("is refused when it has %s", (_, text) => {
    expect(() => decodeRequest(hex(text))).toThrow("the message is malformed");
  });

  it("is refused or read, and never more, whatever the bytes", () => {
    const isRead = (bytes: Uint8Array): void => {
      try {
        decodeRequest(bytes);
      } catch (error) {
        expect(error).toMatchObject({ code: "GENERIC" });
      }
    };
    fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), isRead), { seed: 21, numRuns: 300 });
  });
});

describe("an answer", () => {
  it.each([[new Uint8Array()], [payload], [new Uint8Array(300).fill(7)]])("comes back as it was: %o", (bytes) => {
    expect(decodeAnswer(encodeAnswer(bytes))).toEqual(bytes);
  });
});

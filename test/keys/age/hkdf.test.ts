import { hkdfSync } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cipher } from "../../../src/crypto/node.ts";
import { deriveKey } from "../../../src/keys/age/hkdf.ts";

const anyBytes = fc.uint8Array({ maxLength: 200 });

describe("key derivation", () => {
  it("computes HKDF-SHA256", () => {
    fc.assert(
      fc.property(anyBytes, anyBytes, fc.string(), (input, salt, label) => {
        expect(deriveKey(cipher, input, salt, label)).toEqual(
          new Uint8Array(hkdfSync("sha256", input, salt, label, 32)),
        );
      }),
      { seed: 20260804 },
    );
  });
});

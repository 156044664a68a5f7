import { createHmac } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hmacSha256 } from "../../src/crypto/hmac.ts";
import { cipher } from "../../src/crypto/node.ts";

const anyBytes = fc.uint8Array({ maxLength: 200 });

describe("HMAC", () => {
  it("is that of Node for keys of any length", () => {
    fc.assert(
      fc.property(anyBytes, anyBytes, (key, message) => {
        expect(Buffer.from(hmacSha256(cipher, key, message))).toEqual(
          createHmac("sha256", key).update(message).digest(),
        );
      }),
      { seed: 20260803 },
    );
  });
});

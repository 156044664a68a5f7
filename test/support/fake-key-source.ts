import type { AgeKey } from "../../src/core/metadata.ts";
import { SopsError } from "../../src/errors.ts";
import type { KeySource } from "../../src/keys/key-source.ts";

/** A key of the fake source: opened when `recipient` is among the ones that `fakeKeySource` was given. */
export function fakeKey(recipient: string): AgeKey {
  return { kind: "age", recipient, enc: "" };
}

/**
 * A key source without cryptography, in the place of age's: `enc` is the data key in hexadecimal.
 *
 * @param usable - the recipients whose keys can be unwrapped; default: all
 */
export function fakeKeySource(usable?: readonly string[]): KeySource<AgeKey> {
  return {
    kind: "age",
    parse: (text) => text.split(",").map(fakeKey),
    wrap: async (_key, dataKey) => Buffer.from(dataKey).toString("hex"),
    unwrap: async (key) => {
      if (usable !== undefined && !usable.includes(key.recipient)) {
        throw new SopsError("INVALID_MASTER_KEY", `no identity for ${key.recipient}`);
      }
      return new Uint8Array(Buffer.from(key.enc, "hex"));
    },
  };
}

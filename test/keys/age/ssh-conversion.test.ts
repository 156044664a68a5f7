import { cipher } from "#cipher";
import { describe, expect, it } from "vitest";
import { cipher as noble } from "../../../src/crypto/noble.ts";
import { nativeKeyOfSshKey, recipientOfSshKey } from "../../../src/keys/age/ssh-conversion.ts";
import { convertedSshKeys } from "../../support/nix-corpus.ts";

const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, "hex"));

describe("an SSH key as a native age key", () => {
  it.each(convertedSshKeys())("is the one that ssh-to-age gives: $note", async (key) => {
    expect(await recipientOfSshKey(bytesOf(key.ed25519Public))).toBe(key.recipient);
    for (const backend of [cipher, noble]) {
      const { identity, recipient } = nativeKeyOfSshKey(bytesOf(key.ed25519Seed), backend);
      expect({ identity, recipient }).toEqual({ identity: key.identity, recipient: key.recipient });
    }
  });

  it("needs a point of the curve", async () => {
    const point = new Uint8Array(32).fill(2, 0, 2);
    await expect(recipientOfSshKey(point)).rejects.toMatchObject({ code: "INVALID_MASTER_KEY" });
  });
});

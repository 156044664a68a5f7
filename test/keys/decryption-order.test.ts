import { describe, expect, it } from "vitest";
import type { MasterKey } from "../../src/core/metadata.ts";
import {
  defaultDecryptionOrder,
  parseDecryptionOrder,
  sortByDecryptionOrder,
} from "../../src/keys/decryption-order.ts";

const dated = { enc: "", createdAt: "2026-01-02T03:04:05Z" };
const pgp = (fingerprint: string): MasterKey => ({ kind: "pgp", fingerprint, ...dated });
const age = (recipient: string): MasterKey => ({ kind: "age", recipient, enc: "" });
const hckms = (keyId: string): MasterKey => ({ kind: "hckms", keyId, ...dated });
const stored = [hckms("a"), pgp("b"), age("c"), pgp("d"), age("e"), hckms("f")];
const namesOf = (keys: readonly MasterKey[]): string =>
  keys.map((key) => (key.kind === "pgp" ? key.fingerprint : key.kind === "age" ? key.recipient : "hckms")).join(" ");

describe("the decryption order", () => {
  it.each([
    ["", "c e b d hckms hckms"],
    ["age,pgp", "c e b d hckms hckms"],
    ["pgp", "b d hckms c e hckms"],
    ["pgp,age", "b d c e hckms hckms"],
    ["nonsense", "hckms b c d e hckms"],
    ["nonsense, pgp,hckms", "hckms hckms b c d e"],
  ])("%j sorts the keys of a group, those of one rank as they are stored", (text, names) => {
    expect(namesOf(sortByDecryptionOrder(stored, parseDecryptionOrder(text)))).toBe(names);
  });

  it("tries age and then PGP by default", () => {
    expect(parseDecryptionOrder("")).toBe(defaultDecryptionOrder);
    expect(defaultDecryptionOrder).toEqual(["age", "pgp"]);
  });

  it.each([
    ["age,pgp,age", "Duplicate decryption key type: age"],
    ["age,,", "Duplicate decryption key type: "],
  ])("refuses %j", (text, message) => {
    expect(() => parseDecryptionOrder(text)).toThrow(
      expect.objectContaining({ code: "DUPLICATE_DECRYPTION_KEY_TYPE", message }),
    );
  });
});

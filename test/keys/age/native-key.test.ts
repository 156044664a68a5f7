import { cipher } from "#cipher";
import { describe, expect, it } from "vitest";
import { age } from "../../../src/keys/age/age.ts";
import { generateNativeKey, recipientsOfIdentities } from "../../../src/keys/age/native-key.ts";
import type { AgeKey } from "../../../src/core/metadata.ts";
import { expectNoSecrets } from "../../support/canary.ts";
import { contextWith } from "../context.ts";

describe("a new age key", () => {
  it.each([
    ["x25519", /^AGE-SECRET-KEY-1[02-9AC-HJ-NP-Z]{58}$/, /^age1[02-9ac-hj-np-z]{58}$/],
    ["hybrid", /^AGE-SECRET-KEY-PQ-1[02-9AC-HJ-NP-Z]{58}$/, /^age1pq1[02-9ac-hj-np-z]{1900,2000}$/],
  ] as const)("of type %s opens what is made for its recipient", async (type, identityForm, recipientForm) => {
    const { identity, recipient } = await generateNativeKey(type, cipher);
    expect(identity).toMatch(identityForm);
    expect(recipient).toMatch(recipientForm);
    expect(await recipientsOfIdentities(`${identity}\n`, cipher)).toEqual([recipient]);
    const dataKey = new Uint8Array(32).fill(3);
    const key: AgeKey = { kind: "age", recipient, enc: "" };
    key.enc = await age.wrap(key, dataKey, contextWith());
    expect(await age.unwrap(key, contextWith({ identities: [identity] }))).toEqual(dataKey);
    expect((await generateNativeKey(type, cipher)).identity).not.toBe(identity);
  });
});

describe("the recipients of an identity file", () => {
  it("come from the secret lines, whatever comments say", async () => {
    const [first, second] = [await generateNativeKey("x25519", cipher), await generateNativeKey("x25519", cipher)];
    const text = `\uFEFF# public key: age1other\r\n${first.identity}\r\n\n  ${second.identity} `;
    expect(await recipientsOfIdentities(text, cipher)).toEqual([first.recipient, second.recipient]);
  });

  it.each([
    ["", "no identities found"],
    ["# only a comment\n", "no identities found"],
    ["# one\nAGE-PLUGIN-YUBIKEY-1XYZ\n", "error at line 2: unknown identity type"],
    ["age1pyl65gghp54unk9m8nc8d0qrjfh6svjqr2x0gvuvvaf80ks4selsu70k6z", "error at line 1: unknown identity type"],
    ["age-encryption.org/v1\n", "the identity file is encrypted"],
    ["-----BEGIN AGE ENCRYPTED FILE-----\n", "the identity file is encrypted"],
  ])("cannot be told from %j", async (text, problem) => {
    await expect(recipientsOfIdentities(text, cipher)).rejects.toThrow(problem);
  });

  it("are refused for a damaged identity, which is not shown", async () => {
    const { identity } = await generateNativeKey("x25519", cipher);
    const damaged = [
      identity.slice(0, -1),
      `${identity} ${identity}`,
      identity.toLowerCase(),
      identity.replace("KEY-1", "KEY-PQ-1"),
    ];
    for (const text of damaged) {
      const error: unknown = await recipientsOfIdentities(text, cipher).catch((thrown: unknown) => thrown);
      expect(error).toHaveProperty("message", expect.stringContaining("error at line 1"));
      await expectNoSecrets([identity.slice(20, 40), identity.slice(20, 40).toLowerCase()], { errors: [error] });
    }
  });
});

import { describe, expect, it } from "vitest";
import * as fc from "fast-check";
import { age } from "../../../src/keys/age/age.ts";
import { cipher as noble } from "../../../src/crypto/noble.ts";
import type { AgeKey } from "../../../src/core/metadata.ts";
import { contextWith, corpusKey, corpusRecipient } from "../context.ts";
import { keySourceContract } from "../key-source-contract.ts";

const dataKey = new Uint8Array(32).fill(7);
const secretsOf = (file: string): string[] => corpusKey(file).match(/AGE-SECRET-KEY-\w+|^[\w+/]{60,}/gm) ?? [];

keySourceContract(age, {
  text: corpusRecipient("alice"),
  name: corpusRecipient("alice"),
  otherText: corpusRecipient("bob"),
  malformed: ["age1nope", "age1,", corpusRecipient("alice").slice(0, -1), "x", "ssh-ed25519", "ssh-dss AAAA"],
  open: () => contextWith({ identities: [corpusKey("alice.txt")] }),
  closed: () => contextWith(),
  secrets: secretsOf("alice.txt"),
});

const kinds = [
  ["X25519", "alice", "alice.txt"],
  ["hybrid", "pq", "pq.txt"],
  ["ssh-ed25519", "ssh_ed25519", "ssh_ed25519"],
  ["ssh-rsa", "ssh_rsa", "ssh_rsa"],
] as const;

describe("age", () => {
  it.each(kinds)("wraps for an %s recipient, and its identity unwraps", async (_, name, file) => {
    const key: AgeKey = { kind: "age", recipient: corpusRecipient(name), enc: "" };
    key.enc = await age.wrap(key, dataKey, contextWith());
    expect(await age.unwrap(key, contextWith({ identities: [corpusKey(file)] }))).toEqual(dataKey);
    const others = kinds.filter(([, other]) => other !== name).map(([, , other]) => corpusKey(other));
    await expect(age.unwrap(key, contextWith({ identities: others }))).rejects.toThrow("no identity matched any of");
    expect(await age.unwrap(key, contextWith({ identities: [...others, corpusKey(file)] }))).toEqual(dataKey);
  });

  it("gives and takes the same files with the portable cipher", async () => {
    const key: AgeKey = { kind: "age", recipient: corpusRecipient("alice"), enc: "" };
    for (const [wrapping, unwrapping] of [
      [{}, { cipher: noble }],
      [{ cipher: noble }, {}],
    ]) {
      key.enc = await age.wrap(key, dataKey, contextWith(wrapping));
      expect(await age.unwrap(key, contextWith({ identities: [corpusKey("alice.txt")], ...unwrapping }))).toEqual(
        dataKey,
      );
    }
  });

  it("writes the armor as age does: 64 columns and a final newline", async () => {
    const key: AgeKey = { kind: "age", recipient: corpusRecipient("alice"), enc: "" };
    const enc = await age.wrap(key, dataKey, contextWith());
    const lines = enc.split("\n");
    expect([lines[0], lines.at(-2), lines.at(-1)]).toEqual([
      "-----BEGIN AGE ENCRYPTED FILE-----",
      "-----END AGE ENCRYPTED FILE-----",
      "",
    ]);
    const content = lines.slice(1, -2);
    expect(content.slice(0, -1).every((line) => line.length === 64)).toBe(true);
    expect(content.at(-1)?.length).toBeLessThanOrEqual(64);
    expect(Buffer.from(content.join(""), "base64").toString("latin1")).toMatch(
      /^age-encryption\.org\/v1\n-> X25519 [\w+/]{43}\n/,
    );
  });

  it("keeps the comment of an SSH recipient", async () => {
    const recipient = `${corpusRecipient("ssh_ed25519")} me@host`;
    expect(await age.parse(` ${recipient} `, contextWith())).toEqual([{ kind: "age", recipient, enc: "" }]);
  });

  it("keeps a plugin's recipient, and needs the plugin only to wrap", async () => {
    const recipient = "age1yubikey1q2w7u3vpya839jxxuq8g0sedh3d740d4xvn639sqhr95ejj8vu3hyfumptt";
    const [key] = await age.parse(recipient, contextWith());
    expect(key?.recipient).toBe(recipient);
    await expect(age.wrap(key as AgeKey, dataKey, contextWith())).rejects.toThrow("with age: yubikey plugin: ");
  });

  it("refuses every damaged byte", async () => {
    const key: AgeKey = { kind: "age", recipient: corpusRecipient("alice"), enc: "" };
    const enc = await age.wrap(key, dataKey, contextWith());
    const context = contextWith({ identities: [corpusKey("alice.txt")] });
    const anyDamage = fc.tuple(fc.nat(enc.length - 2), fc.constantFrom(..."Ab+/=-\n .9"));
    await fc.assert(
      fc.asyncProperty(anyDamage, async ([index, character]) => {
        fc.pre(enc[index] !== character);
        const damaged = enc.slice(0, index) + character + enc.slice(index + 1);
        await expect(age.unwrap({ ...key, enc: damaged }, context)).rejects.toMatchObject({ name: "SopsError" });
      }),
      { seed: 20260802, numRuns: 300 },
    );
  });

  it.each([
    ["an empty text", () => "", "invalid armor: invalid header"],
    [
      "another PEM block",
      (enc: string) => enc.replaceAll("AGE ENCRYPTED FILE", "PGP MESSAGE"),
      "invalid armor: invalid header",
    ],
    ["a text that is cut off", (enc: string) => enc.slice(0, 200), "invalid armor: invalid footer"],
    ["a stray character", (enc: string) => enc.replace("\nYWdl", "\nY?dl"), "invalid armor: invalid base64"],
    [
      "another file",
      (enc: string) => enc.replace("\nYWdlLWVu", "\nAAAAAAAA"),
      'unexpected intro, expected "age-encryption.org/v1"',
    ],
    [
      "a changed payload",
      (enc: string) =>
        enc.replace(/[^=](=*)\n---/, (end, padding: string) =>
          end.startsWith("A") ? `Q${padding}\n---` : `A${padding}\n---`,
        ),
      "the file was damaged or changed",
    ],
  ])("tells clearly what is wrong with %s", async (_, damage, message) => {
    const key: AgeKey = { kind: "age", recipient: corpusRecipient("alice"), enc: "" };
    const enc = damage(await age.wrap(key, dataKey, contextWith()));
    const context = contextWith({ identities: [corpusKey("alice.txt")] });
    const failure = age.unwrap({ ...key, enc }, context);
    await expect(failure).rejects.toThrow(`failed to create reader for decrypting sops data key with age: `);
    await expect(failure).rejects.toThrow(message);
  });
});

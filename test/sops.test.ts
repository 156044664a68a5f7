import { Encrypter, generateX25519Identity, identityToRecipient } from "age-encryption";
import { describe, expect, it } from "vitest";
import type { LogEntry } from "../src/core/log-entry.ts";
import { recipientKeys } from "../src/secrets.ts";
import { decryptBytes, encryptBytes } from "../src/sops.ts";
import type { Format } from "../src/stores/store.ts";
import { expectNoSecrets } from "./support/canary.ts";
import { fakeKey, fakeKeySource } from "./support/fake-key-source.ts";

const keySources = { age: fakeKeySource() };
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (file: Uint8Array): string => new TextDecoder().decode(file);

const samples: Record<Format, string> = {
  yaml: '# note\na: 1\nb:\n    - x\n    - "yes"\n---\nc: {}\n',
  json: '{\n\t"a": 1,\n\t"b": [\n\t\t1.5,\n\t\tnull\n\t]\n}\n',
  dotenv: "A=1\n# note\nB=x y\n",
  ini: "[section]\n; note\nkey = value\n",
  binary: "any \u0000 bytes",
};
const formats = Object.keys(samples) as Format[];

describe("encrypting and decrypting bytes", () => {
  it.each(formats)("%s comes back as it was", async (format) => {
    const file = await encryptBytes(bytes(samples[format]), { format, keyGroups: [[fakeKey("r")]], keySources });
    expect(text(file)).toContain("ENC[AES256_GCM,data:");
    expect(text(await decryptBytes(file, { format, keySources }))).toBe(samples[format]);
  });

  it.each(formats)("%s that is encrypted is not encrypted again", async (format) => {
    const options = { format, keyGroups: [[fakeKey("r")]], keySources };
    const file = await encryptBytes(bytes(samples[format]), options);
    const again = encryptBytes(file, { ...options, ...(format === "binary" && { format: "json" }) });
    await expect(again).rejects.toMatchObject({ code: "FILE_ALREADY_ENCRYPTED" });
  });

  it.each<[Format]>([["json"], ["dotenv"], ["ini"]])(
    "a YAML file of several documents is not encrypted as %s, which could not be decrypted",
    async (outputFormat) => {
      const options = { format: "yaml" as const, outputFormat, keyGroups: [[fakeKey("r")]], keySources };
      const several = encryptBytes(bytes("a: 1\n---\nb: 2\n"), options);
      await expect(several).rejects.toMatchObject({ code: "ERROR_DUMPING_TREE" });
    },
  );

  it("an empty YAML file has nothing to encrypt", async () => {
    const empty = encryptBytes(bytes(""), { format: "yaml", keyGroups: [[fakeKey("r")]], keySources });
    await expect(empty).rejects.toMatchObject({ code: "NEED_AT_LEAST_ONE_DOCUMENT" });
  });

  it("two of three groups open a file, and one does not", async () => {
    const keyGroups = [[fakeKey("a")], [fakeKey("b")], [fakeKey("c")]];
    const file = await encryptBytes(bytes("k: v\n"), { format: "yaml", keyGroups, shamirThreshold: 2, keySources });
    const open = (...usable: string[]): Promise<Uint8Array> =>
      decryptBytes(file, { format: "yaml", keySources: { age: fakeKeySource(usable) } });
    expect(text(await open("c", "a"))).toBe("k: v\n");
    expect(text(await open("a", "b", "c"))).toBe("k: v\n");
    await expect(open("b")).rejects.toMatchObject({ code: "COULD_NOT_RETRIEVE_KEY" });
  });

  it.each([
    ['["b"][1]', "yes"],
    ['["a"]', "1\n"],
    ['["b"]', '- x\n- "yes"\n'],
  ])("extracts %s", async (extract, value) => {
    const file = await encryptBytes(bytes(samples.yaml), { format: "yaml", keyGroups: [[fakeKey("r")]], keySources });
    expect(text(await decryptBytes(file, { format: "yaml", extract, keySources }))).toBe(value);
  });

  it("says that a plain file is not encrypted", async () => {
    const plain = decryptBytes(bytes("a: 1\n"), { format: "yaml", keySources });
    await expect(plain).rejects.toMatchObject({ code: "METADATA_NOT_FOUND" });
  });

  it("reads a time of the metadata that is not quoted, as other tools write it", async () => {
    const options = { format: "yaml" as const, keyGroups: [[fakeKey("r")]], keySources };
    const file = text(await encryptBytes(bytes("a: 1\n"), options));
    const unquoted = bytes(file.replace(/lastmodified: "(.*)"/, "lastmodified: $1"));
    expect(text(await decryptBytes(unquoted, { format: "yaml", keySources }))).toBe("a: 1\n");
  });

  it("one changed character of keys or envelopes never passes", async () => {
    const plain = "a: secret\nb: 5\n";
    const file = text(await encryptBytes(bytes(plain), { format: "yaml", keyGroups: [[fakeKey("r")]], keySources }));
    const end = file.indexOf("sops:");
    for (let index = 0; index < end; index++) {
      const flipped = file.slice(0, index) + (file[index] === "x" ? "y" : "x") + file.slice(index + 1);
      const opened = await decryptBytes(bytes(flipped), { format: "yaml", keySources }).then(text, () => "refused");
      expect([plain, "refused"]).toContain(opened);
    }
  });
});

describe("the steps of an operation", () => {
  it("are told to whoever follows along, without a secret", async () => {
    const told: LogEntry[] = [];
    const log = (entry: LogEntry): void => void told.push(entry);
    const keys = [fakeKey("a"), fakeKey("b")];
    const options = { format: "yaml" as const, log };
    const file = await encryptBytes(bytes("password: correct-horse\n"), {
      ...options,
      keyGroups: [keys.slice(0, 1), keys.slice(1)],
      keySources,
    });
    await decryptBytes(file, { ...options, keySources, extract: '["password"]' });
    const lost = decryptBytes(file, { ...options, keySources: { age: fakeKeySource([]) } });
    await expect(lost).rejects.toMatchObject({ code: "COULD_NOT_RETRIEVE_KEY" });
    expect(told.map(({ part, message }) => `${part} ${message}`)).toEqual([
      "SOPS Splitting data key with Shamir Secret Sharing",
      "AGE Encryption succeeded",
      "AGE Encryption succeeded",
      "AGE Decryption succeeded",
      "AGE Decryption succeeded",
      "SOPS Data key recovered successfully",
      "SOPS Decrypting tree",
      "SOPS Truncating tree",
      "AGE Decryption failed",
      "AGE Decryption failed",
    ]);
    const shares = keys.map(({ enc }) => new Uint8Array(Buffer.from(enc, "hex")));
    await expectNoSecrets(["correct-horse", ...shares], { output: [JSON.stringify(told)] });
  });
});

describe("identities", () => {
  it("may be given as the bytes of a file, which need not be text", async () => {
    const identity = await generateX25519Identity();
    const encrypter = new Encrypter();
    encrypter.setPassphrase("correct horse");
    encrypter.setScryptWorkFactor(4);
    const locked = await encrypter.encrypt(`${identity}\n`);
    const keyGroups = [await recipientKeys([await identityToRecipient(identity)])];
    const file = await encryptBytes(new TextEncoder().encode("a: 1\n"), { format: "yaml", keyGroups });
    for (const given of [locked, new TextEncoder().encode(identity)]) {
      const options = { identities: [given], onlyGivenIdentities: true, askSecret: async () => "correct horse" };
      expect(new TextDecoder().decode(await decryptBytes(file, { format: "yaml", ...options }))).toBe("a: 1\n");
    }
  });
});

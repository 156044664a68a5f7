import { describe, expect, it } from "vitest";
import {
  decryptBytes,
  encryptBytes,
  type EncryptOptions,
  formatForPath,
  openSecrets,
  type TreeEntry,
} from "../src/index.ts";
import { corpusKey } from "./keys/context.ts";
import { corpusFileCases } from "./support/corpus-files.ts";
import { envelopesOf } from "./support/layout.ts";
import { fakeKey, fakeKeySource } from "./support/fake-key-source.ts";
import { fixtureBytes } from "./support/fixture-files.ts";

const source = fakeKeySource();
const keySources = { age: source };
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const decode = (file: Uint8Array): string => new TextDecoder().decode(file);

function encrypt(text: string, options: Partial<EncryptOptions> = {}): Promise<Uint8Array> {
  return encryptBytes(encode(text), { format: "yaml", keySources, keyGroups: [[fakeKey("r")]], ...options });
}

const yaml = [
  "# about the database",
  "database:",
  "    # about the user",
  "    user: app",
  "    port_unencrypted: 5432",
  "    rate: 1.5",
  "    seen: 2026-01-02T03:04:05Z",
  "    active: true",
  "    nothing: null",
  "list:",
  "    - one",
  "    # about two",
  "    - big: 9007199254740993",
  "---",
  "second: document",
  "",
].join("\n");

describe("an opened file", () => {
  it("shows each document with comments, types and what is encrypted", async () => {
    const { documents } = await openSecrets(await encrypt(yaml), { format: "yaml", keySources });
    const path = ["database"];
    expect(documents).toEqual([
      [
        { kind: "comment", text: " about the database", encrypted: true },
        {
          kind: "mapping",
          path,
          entries: [
            { kind: "comment", text: " about the user", encrypted: true },
            leaf([...path, "user"], "app", "str"),
            { ...leaf([...path, "port_unencrypted"], 5432, "int"), encrypted: false },
            leaf([...path, "rate"], 1.5, "float"),
            leaf([...path, "seen"], "2026-01-02T03:04:05Z", "time"),
            leaf([...path, "active"], true, "bool"),
            { ...leaf([...path, "nothing"], null, "null"), encrypted: false },
          ],
        },
        {
          kind: "list",
          path: ["list"],
          entries: [
            leaf(["list", 0], "one", "str"),
            { kind: "comment", text: " about two", encrypted: true },
            { kind: "mapping", path: ["list", 2], entries: [leaf(["list", 2, "big"], 9007199254740993n, "int")] },
          ],
        },
      ],
      [leaf(["second"], "document", "str")],
    ]);
  });

  it("follows the file's own selection rule", async () => {
    const selection = { name: "encryptedRegex", value: "^token$" } as const;
    const file = await encrypt("token: a\nname: b\n", { selection });
    const { documents } = await openSecrets(file, { format: "yaml", keySources });
    expect(documents[0]?.map((entry) => entry.kind === "leaf" && entry.encrypted)).toEqual([true, false]);
  });

  it("changes nothing but what is edited, in any document", async () => {
    const before = await openSecrets(await encrypt(yaml), { format: "yaml", keySources });
    const after = before.edit([
      { path: ["database", "user"], value: "root" },
      { path: ["second"], value: 2, document: 1 },
    ]);
    expect(decode(await decryptBytes(after.file, { format: "yaml", keySources }))).toBe(
      yaml.replace("user: app", "user: root").replace("second: document", "second: 2"),
    );
    const kept = new Set(decode(before.file).split("\n"));
    const changed = decode(after.file)
      .split("\n")
      .filter((line) => !kept.has(line) && !/^ +(?:mac|lastmodified):/.test(line));
    expect(changed.map((line) => line.trim().split(":")[0])).toEqual(["user", "second"]);
  });

  it("stays as it is when it is edited", async () => {
    const before = await openSecrets(await encrypt("a: 1\n"), { format: "yaml", keySources });
    const [entry] = before.documents[0] ?? [];
    before.edit([{ path: ["a"], value: 2 }]);
    expect(before.documents[0]?.[0]).toBe(entry);
    expect(before.edit([]).documents).toEqual(before.documents);
  });

  it("can be edited again, and keeps the ciphertext of the edit before", async () => {
    const once = (await openSecrets(await encrypt("a: 1\nb: 1\n"), { format: "yaml", keySources })).edit([
      { path: ["a"], value: 2 },
    ]);
    const twice = once.edit([{ path: ["b"], value: 2 }]);
    const line = /^a: .*$/m.exec(decode(once.file))?.[0];
    expect(decode(twice.file)).toContain(line);
    expect(twice.documents).toEqual([[leaf(["a"], 2, "int"), leaf(["b"], 2, "int")]]);
  });

  it("asks its keys once", async () => {
    let unwrapped = 0;
    const counting = {
      ...source,
      unwrap: (...given: Parameters<typeof source.unwrap>) => (unwrapped++, source.unwrap(...given)),
    };
    const opened = await openSecrets(await encrypt("a: 1\n"), { format: "yaml", keySources: { age: counting } });
    opened.edit([{ path: ["a"], value: 2 }]).edit([{ path: ["a"], value: 3 }]);
    expect(unwrapped).toBe(1);
  });

  it.each([
    ["json", '{\n\t"a": "1",\n\t"b": [\n\t\ttrue\n\t]\n}\n', ["b", 0], false],
    ["dotenv", "# note\nA=1\nB=two\n", ["B"], "zwei"],
    ["ini", "[s]\na = 1\n", ["s", "a"], "eins"],
    ["binary", "any bytes", ["data"], new Uint8Array([0xff, 0])],
  ] as const)("is of any format: %s", async (format, text, path, value) => {
    const opened = await openSecrets(await encrypt(text, { format }), { format, keySources });
    const edited = opened.edit([{ path, value }]);
    expect(find(edited.documents[0] ?? [], JSON.stringify(path))).toMatchObject({ value, encrypted: true });
    const plain = await decryptBytes(edited.edit([{ path, value: "back" }]).file, { format, keySources });
    expect(decode(plain)).toContain("back");
  });

  it("is laid out as told", async () => {
    const outputStore = { indent: 2 };
    const opened = await openSecrets(await encrypt("a:\n    b: 1\n"), { format: "yaml", keySources, outputStore });
    expect(decode(opened.edit([]).file)).toContain("\n  b: ENC[");
  });

  it("is not given when its MAC does not fit", async () => {
    const file = encode(decode(await encrypt("a: 1\nb: 2\n")).replace(/^b: .*\n/m, ""));
    await expect(openSecrets(file, { format: "yaml", keySources })).rejects.toMatchObject({ code: "MAC_MISMATCH" });
  });

  it("refuses what its format cannot hold, and can be used on", async () => {
    const opened = await openSecrets(await encrypt("A=1\n", { format: "dotenv" }), { format: "dotenv", keySources });
    expect(() => opened.edit([{ path: ["B"], value: { nested: 1 } }])).toThrow(
      expect.objectContaining({ code: "ERROR_DUMPING_TREE" }),
    );
    expect(() => opened.edit([{ path: ["B"], value: 2n ** 70n }])).toThrow(
      expect.objectContaining({ code: "ERROR_ENCRYPTING_TREE" }),
    );
    expect(opened.edit([{ path: ["B"], value: "2" }]).documents).toEqual([
      [leaf(["A"], "1", "str"), leaf(["B"], "2", "str")],
    ]);
  });

  it("shows no key to who prints it", async () => {
    const opened = await openSecrets(await encrypt("a: 1\n"), { format: "yaml", keySources });
    expect(Object.keys(opened)).toEqual(["file", "documents", "edit"]);
  });
});

describe("every file of the corpus that opens", () => {
  const cases = corpusFileCases().filter(({ kind }) => kind === "encrypt");
  const keyFiles = ["alice.txt", "bob.txt", "carol.txt", "dave.txt", "erin.txt", "pq.txt", "locked-plain.txt"];
  const identities = [...keyFiles, "ssh_ed25519", "ssh_rsa"].map(corpusKey);
  const options = { identities, onlyGivenIdentities: true };
  /** Where sops does otherwise, and sops-ts as it does. */
  const departures = new Map([
    ["nested-lists", "a comment that go-yaml leaves out of the plain file stands in the encrypted one"],
    ["float-specials", "not a number is not equal to itself, and gets a new IV"],
  ]);
  let opened = 0;

  it.each([...new Set(cases.map(({ family }) => family))])(
    "is decrypted as before when it was edited, and shows what it holds: %s",
    async (family) => {
      for (const one of cases.filter(({ family: own, name }) => own === family && !departures.has(name))) {
        const file = fixtureBytes(`${one.folder}/${one.encrypted}`);
        const format = formatForPath(one.encrypted);
        const plain = await decryptBytes(file, { ...options, format }).catch(() => undefined);
        if (plain === undefined) continue;
        opened += 1;
        const before = await openSecrets(file, { ...options, format });
        const after = before.edit([]);
        expect(decode(await decryptBytes(after.file, { ...options, format })), one.name).toBe(decode(plain));
        expect(after.documents, one.name).toEqual(before.documents);
        // Fewer there may be: of equal values in a list each gets the IV of the last, as sops does it.
        const kept = envelopesOf(file);
        expect(
          [...envelopesOf(after.file)].filter((envelope) => !kept.has(envelope)),
          one.name,
        ).toEqual([]);
      }
    },
  );

  it("which are most of them", () => {
    expect(opened).toBeGreaterThan(100);
  });
});

function leaf(path: readonly (string | number)[], value: unknown, datatype: string): object {
  return { kind: "leaf", path, value, datatype, encrypted: true };
}

function find(entries: readonly TreeEntry[], path: string): TreeEntry | undefined {
  for (const entry of entries) {
    if (entry.kind === "comment") continue;
    const found =
      JSON.stringify(entry.path) === path ? entry : entry.kind === "leaf" ? undefined : find(entry.entries, path);
    if (found !== undefined) return found;
  }
  return undefined;
}

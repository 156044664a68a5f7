import { cipher } from "#cipher";
import { beforeAll, describe, expect, it } from "vitest";
import { decryptTree, encryptTree } from "../../src/core/encryption.ts";
import { IvStash } from "../../src/core/iv-stash.ts";
import { defaultSelection, type Metadata, type SelectionRule } from "../../src/core/metadata.ts";
import { prepareSelection } from "../../src/core/selection.ts";
import { Branch, Comment, NonStringKey, Timestamp, UnsignedInteger, type Value } from "../../src/core/tree.ts";

const key = { cipher, dataKey: new Uint8Array(32).fill(7) };

function metadataFor(selection: SelectionRule | undefined, macOnlyEncrypted = false): Metadata {
  return {
    keyGroups: [],
    shamirThreshold: 0,
    lastModified: "",
    mac: "",
    macOnlyEncrypted,
    selection,
    version: "3.13.3",
  };
}

/** One value of each kind, comments in mappings and lists, an empty one of each. */
const document = (): Branch =>
  new Branch([
    new Comment(" head"),
    { key: "text", value: "grün" },
    { key: "int", value: -5n },
    { key: "float", value: 1e21 },
    { key: "bool", value: true },
    { key: "time", value: new Timestamp(2026, 1, 2, 3, 4, 5, 6, 3600) },
    { key: "bytes", value: Uint8Array.of(0xff, 0xfe) },
    { key: "none", value: null },
    { key: "empty", value: "" },
    new Comment(""),
    { key: "plain_unencrypted", value: 1n },
    { key: "list", value: [new Comment(" in list", true), "a", "a", new Branch([{ key: "deep", value: "b" }]), []] },
  ]);

/** An encrypted comment comes back as one that is not inline; all else as it was. */
const decryptedDocument = (): Branch => {
  const branch = document();
  const list = branch.items.at(-1);
  if (list === undefined || list instanceof Comment || !Array.isArray(list.value)) throw new Error("no list");
  list.value[0] = new Comment(" in list");
  return branch;
};

function encrypted(selection?: SelectionRule, macOnlyEncrypted = false): { branches: Branch[]; metadata: Metadata } {
  const branches = [document()];
  const metadata = metadataFor(selection, macOnlyEncrypted);
  encryptTree(branches, metadata, key);
  return { branches, metadata };
}

const texts = (branch: Branch): string =>
  JSON.stringify(branch, (_, value: unknown) => (typeof value === "bigint" ? Number(value) : value));

const rules: [string, SelectionRule | undefined, boolean][] = [
  ["by default", undefined, false],
  ["with a MAC over encrypted values", undefined, true],
  ["by encrypted suffix", { name: "encryptedSuffix", value: "t" }, false],
  ["by unencrypted regex", { name: "unencryptedRegex", value: "^(int|list)$" }, false],
  ["by encrypted regex", { name: "encryptedRegex", value: "deep|bool" }, true],
  ["by encrypted comment", { name: "encryptedCommentRegex", value: "head" }, false],
  ["by unencrypted comment", { name: "unencryptedCommentRegex", value: "in list" }, false],
];

beforeAll(async () => {
  for (const [, rule] of rules) await prepareSelection(rule ?? defaultSelection);
});

describe("encrypting a tree", () => {
  it.each(rules)("%s comes back as it was", (_, rule, onlyEncrypted) => {
    const { branches, metadata } = encrypted(rule, onlyEncrypted);
    expect(texts(branches[0] ?? new Branch())).toContain("ENC[AES256_GCM,data:");
    decryptTree(branches, metadata, key);
    const commentIsEncrypted = rule === undefined || rule.name === "encryptedSuffix";
    expect(branches).toEqual([commentIsEncrypted ? decryptedDocument() : document()]);
  });

  it("keeps empty texts, nulls and what the rule leaves out", () => {
    const [branch] = encrypted().branches;
    const values = new Map(branch?.items.flatMap((item) => (item instanceof Comment ? [] : [[item.key, item.value]])));
    expect(values.get("empty")).toBe("");
    expect(values.get("none")).toBeNull();
    expect(values.get("plain_unencrypted")).toBe(1n);
    expect(branch?.items.filter((item) => item instanceof Comment && item.text === "")).toHaveLength(1);
  });

  it("refuses keys and integers that sops refuses", () => {
    for (const item of [
      { key: new NonStringKey("int", "1"), value: "x" },
      { key: "big", value: new UnsignedInteger(2n ** 63n) },
    ]) {
      expect(() => encryptTree([new Branch([item])], metadataFor(undefined), key)).toThrow(
        expect.objectContaining({ code: "ERROR_ENCRYPTING_TREE" }),
      );
    }
  });

  it("refuses a comment rule that matches its own envelopes", async () => {
    const rule: SelectionRule = { name: "unencryptedCommentRegex", value: "^ENC" };
    await prepareSelection(rule);
    expect(() => encryptTree([document()], metadataFor(rule), key)).toThrow(/matches unencrypted_comment_regex/);
  });

  it("keeps the ciphertext of what did not change, and of nothing else", () => {
    const { branches, metadata } = encrypted();
    const before = texts(branches[0] ?? new Branch());
    const stash = new IvStash();
    decryptTree(branches, metadata, key, { stash });
    const [branch] = branches;
    const text = branch?.items[1];
    if (text === undefined || text instanceof Comment) throw new Error("no item");
    text.value = "rot";
    encryptTree(branches, metadata, key, stash);
    const envelopes = (tree: string): string[] => tree.match(/ENC\[[^\]]*\]/g) ?? [];
    const now = envelopes(texts(branch ?? new Branch()));
    const kept = envelopes(before).filter((envelope) => now.includes(envelope));
    // Of two equal elements of a list both take the last one's IV, so one of them changes; as does the changed value.
    expect(envelopes(before).length - kept.length).toBe(2);
  });
});

describe("decrypting a tree", () => {
  it.each<[string, (envelope: string) => string, string]>([
    [
      "a changed tag",
      (text) => text.replace(/tag:(.)/, (_, c: string) => `tag:${c === "A" ? "B" : "A"}`),
      "message authentication failed",
    ],
    ["a changed type", (text) => text.replace("type:str", "type:int"), "not of its datatype int"],
    ["an unknown type", (text) => text.replace("type:str", "type:what"), "Unknown datatype: what"],
    ["a plain text", () => "canary-plain-text", "does not match sops' data format"],
  ])("%s is refused, with its path and without its content", (_, damage, reason) => {
    const { branches, metadata } = encrypted();
    const text = branches[0]?.items[1];
    if (text === undefined || text instanceof Comment) throw new Error("no item");
    text.value = damage(String(text.value));
    try {
      decryptTree(branches, metadata, key);
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ code: "ERROR_DECRYPTING_TREE", path: '["text"]' });
      expect(String(error)).toContain(reason);
      expect(String(error)).not.toContain("canary");
      expect(String(error)).not.toContain("grün");
    }
  });

  it.each<[string, (file: { branches: Branch[]; metadata: Metadata }) => void, string]>([
    ["a removed value", ({ branches }) => branches[0]?.items.splice(1, 1), "MAC mismatch"],
    [
      "a changed plain value",
      ({ branches }) => branches[0]?.items.push({ key: "new_unencrypted", value: "x" }),
      "MAC mismatch",
    ],
    ["a missing MAC", ({ metadata }) => void (metadata.mac = ""), "File has no MAC"],
    ["another time", ({ metadata }) => void (metadata.lastModified = "2020-01-01T00:00:00Z"), "Cannot decrypt MAC"],
  ])("%s does not pass the MAC, unless it is ignored", (_, tamper, reason) => {
    const file = encrypted();
    tamper(file);
    const copy = cloneTree(file.branches);
    expect(() => decryptTree(file.branches, file.metadata, key)).toThrow(
      expect.objectContaining({ code: "MAC_MISMATCH" }),
    );
    expect(() => decryptTree(cloneTree(copy), file.metadata, key)).toThrow(reason);
    expect(() => decryptTree(copy, file.metadata, key, { ignoreMac: true })).not.toThrow();
  });

  it("opens a comment that moved to a neighbouring container, and keeps a plain one with a warning", () => {
    const { branches, metadata } = encrypted();
    const [branch] = branches;
    const nested = new Branch([{ key: "a", value: "" }]);
    const comment = branch?.items.shift();
    if (!(comment instanceof Comment)) throw new Error("no comment");
    nested.items.push(comment);
    branch?.items.unshift({ key: "nested", value: nested }, new Comment(" by hand"));
    const warnings: string[] = [];
    decryptTree(branches, metadata, key, { warn: (message) => warnings.push(message) });
    expect(nested.items[1]).toEqual(new Comment(" head"));
    expect(branch?.items[1]).toEqual(new Comment(" by hand"));
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).not.toContain("by hand");
  });

  it("follows comments in lists that were encrypted", async () => {
    const rule: SelectionRule = { name: "encryptedCommentRegex", value: "secret" };
    await prepareSelection(rule);
    const list = (): Branch[] => [
      new Branch([{ key: "l", value: [new Comment(" secret"), new Comment(" more"), "hidden", "plain"] }]),
    ];
    const branches = list();
    const metadata = metadataFor(rule);
    encryptTree(branches, metadata, key);
    expect(JSON.stringify(branches)).toContain("plain");
    expect(JSON.stringify(branches)).not.toContain("hidden");
    decryptTree(branches, metadata, key);
    expect(branches).toEqual(list());
  });
});

function cloneTree(branches: readonly Branch[]): Branch[] {
  const clone = (value: Value): Value => {
    if (value instanceof Branch) {
      return new Branch(
        value.items.map((item) => (item instanceof Comment ? item : { key: item.key, value: clone(item.value) })),
      );
    }
    return Array.isArray(value) ? value.map(clone) : value;
  };
  return branches.map((branch) => clone(branch) as Branch);
}

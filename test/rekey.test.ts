import { describe, expect, it } from "vitest";
import { addingGroup, deletingGroup, replaceKeyGroups, rotateFile } from "../src/rekey.ts";
import { decryptBytes, encryptBytes } from "../src/sops.ts";
import { inspectFile } from "../src/secrets.ts";
import { fakeKey, fakeKeySource } from "./support/fake-key-source.ts";

const options = { format: "json", keySources: { age: fakeKeySource() } } as const;
const text = (file: Uint8Array): string => new TextDecoder().decode(file);
const plain = '{\n\t"a": "x",\n\t"b": 5\n}\n';

const encrypted = (...groups: string[][]): Promise<Uint8Array> =>
  encryptBytes(new TextEncoder().encode(plain), {
    ...options,
    keyGroups: groups.map((group) => group.map(fakeKey)),
  });

const keysOf = async (file: Uint8Array): Promise<string[][]> =>
  (await inspectFile(file, { format: "json" })).keyGroups.map((group) => group.map(({ key }) => key));

const part = (file: Uint8Array, pattern: RegExp): string[] => text(file).match(pattern) ?? [];

describe("rotating a file", () => {
  it("takes a new data key, keeps the IVs and the plaintext", async () => {
    const before = await encrypted(["r"]);
    const after = await rotateFile(before, options);
    expect(part(after, /"enc": "[^"]*"/)).not.toEqual(part(before, /"enc": "[^"]*"/));
    const ivs = (file: Uint8Array): string[] => text(file).match(/"[ab]": "ENC\[AES256_GCM,data:[^,]*,(iv:[^,]*)/g) ?? [];
    expect(ivs(after).map((iv) => iv.split(",iv:")[1])).toEqual(ivs(before).map((iv) => iv.split(",iv:")[1]));
    expect(text(await decryptBytes(after, options))).toBe(plain);
  });

  it("adds keys to the first group and removes keys from all", async () => {
    const before = await encrypted(["a", "gone"], ["gone", "b"]);
    const after = await rotateFile(before, { ...options, addKeys: [fakeKey("new")], removeKeys: [fakeKey("gone")] });
    expect(await keysOf(after)).toEqual([["a", "new"], ["b"]]);
    expect(text(await decryptBytes(after, options))).toBe(plain);
  });

  it("does not leave a group empty", async () => {
    const emptied = rotateFile(await encrypted(["a"]), { ...options, removeKeys: [fakeKey("a")] });
    await expect(emptied).rejects.toThrow("empty key group provided");
  });
});

describe("replacing key groups", () => {
  it("keeps values, MAC and time to the byte", async () => {
    const before = await encrypted(["a"]);
    const after = await replaceKeyGroups(before, addingGroup([fakeKey("b")], 0), options);
    expect(await keysOf(after)).toEqual([["a"], ["b"]]);
    const kept = /"(a|b|mac|lastmodified)": "[^"]*"/g;
    expect(part(after, kept)).toEqual(part(before, kept));
    expect(text(await decryptBytes(after, options))).toBe(plain);
  });

  it("deletes a group, if enough of them stay", async () => {
    const before = await encrypted(["a"], ["b"], ["c"]);
    await expect(replaceKeyGroups(before, deletingGroup(1, 0), options)).rejects.toThrow("impossible to satisfy");
    const after = await replaceKeyGroups(before, deletingGroup(1, 2), options);
    expect(await keysOf(after)).toEqual([["a"], ["c"]]);
    expect(text(await decryptBytes(after, options))).toBe(plain);
    await expect(replaceKeyGroups(before, deletingGroup(3, 0), options)).rejects.toThrow("no key group 3");
  });
});

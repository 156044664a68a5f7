import { describe, expect, it } from "vitest";
import type { KeyGroup } from "../src/core/metadata.ts";
import {
  addingGroup,
  deletingGroup,
  type KeyPlan,
  readEncryptedFile,
  replaceKeyGroups,
  rotateFile,
  updatingGroups,
} from "../src/rekey.ts";
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
    const ivs = (file: Uint8Array): string[] =>
      text(file).match(/"[ab]": "ENC\[AES256_GCM,data:[^,]*,(iv:[^,]*)/g) ?? [];
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

const thresholdOf = async (file: Uint8Array): Promise<number> =>
  (await readEncryptedFile(file, "json")).metadata.shamirThreshold;

const groups = (...names: string[]): KeyGroup[] => names.map((name) => [fakeKey(name)]);

async function replan(file: Uint8Array, plan: (current: KeyPlan) => KeyPlan): Promise<Uint8Array> {
  const read = await readEncryptedFile(file, "json");
  return replaceKeyGroups(read, plan(read.metadata), options);
}

describe("replacing key groups", () => {
  it("keeps the threshold as far as there are groups for it", async () => {
    const three = await encrypted(["a"], ["b"], ["c"]);
    const two = await replan(three, (current) => updatingGroups(current, groups("d", "e")));
    const one = await replan(two, (current) => updatingGroups(current, groups("f")));
    const twoAgain = await replan(one, (current) => updatingGroups(current, groups("g", "h")));
    const added = await replan(one, (current) => addingGroup(current, [fakeKey("i")], 0));
    expect(await Promise.all([three, two, one, twoAgain, added].map(thresholdOf))).toEqual([3, 2, 1, 2, 2]);
    expect(await keysOf(twoAgain)).toEqual([["g"], ["h"]]);
    for (const file of [two, one, twoAgain, added]) expect(text(await decryptBytes(file, options))).toBe(plain);
  });

  it("keeps values, MAC and time to the byte", async () => {
    const before = await encrypted(["a"]);
    const after = await replan(before, (current) => addingGroup(current, [fakeKey("b")], 0));
    expect(await keysOf(after)).toEqual([["a"], ["b"]]);
    const kept = /"(a|b|mac|lastmodified)": "[^"]*"/g;
    expect(part(after, kept)).toEqual(part(before, kept));
    expect(text(await decryptBytes(after, options))).toBe(plain);
  });

  it("deletes a group, if enough of them stay", async () => {
    const before = await encrypted(["a"], ["b"], ["c"]);
    await expect(replan(before, (current) => deletingGroup(current, 1, 0))).rejects.toThrow("impossible to satisfy");
    const after = await replan(before, (current) => deletingGroup(current, 1, 2));
    expect(await keysOf(after)).toEqual([["a"], ["c"]]);
    expect(text(await decryptBytes(after, options))).toBe(plain);
    await expect(replan(before, (current) => deletingGroup(current, 3, 0))).rejects.toThrow("no key group 3");
  });
});

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import type { KeyGroup, PgpKey } from "../../src/core/metadata.ts";
import { SopsError } from "../../src/errors.ts";
import { DataKeyError } from "../../src/keys/data-key-error.ts";
import { unwrapDataKey, wrapDataKey, type WrappedDataKey } from "../../src/keys/data-key.ts";
import type { KeyContext, KeySource } from "../../src/keys/key-source.ts";
import { expectNoSecrets } from "../support/canary.ts";
import { fixtureText } from "../support/fixture-files.ts";
import { contextWith, corpusKey } from "./context.ts";

const dataKey = Uint8Array.from({ length: 32 }, (_, index) => index * 3 + 1);

/** A source for tests: it "wraps" as Base64, keys named `bad…` cannot wrap, and those named `locked…` cannot unwrap. */
function fakeSource(tried: string[] = []): KeySource<PgpKey> {
  return {
    kind: "pgp",
    parse: () => [],
    async wrap({ fingerprint }, part) {
      if (fingerprint.startsWith("bad")) throw new SopsError("GENERIC", `no public key ${fingerprint}`);
      return Buffer.from(part).toString("base64");
    },
    async unwrap({ fingerprint, enc }) {
      tried.push(fingerprint);
      if (fingerprint.startsWith("locked")) throw new SopsError("GENERIC", `no secret key ${fingerprint}`);
      return new Uint8Array(Buffer.from(enc, "base64"));
    },
  };
}

const pgp = (fingerprint: string): PgpKey => ({ kind: "pgp", fingerprint, createdAt: "2026-01-02T03:04:05Z", enc: "" });
const groupsOf = (...groups: string[]): KeyGroup[] =>
  groups.map((names) =>
    names
      .split(" ")
      .filter((name) => name !== "")
      .map(pgp),
  );
const fakeContext = (tried?: string[]): KeyContext => contextWith({ keySources: { pgp: fakeSource(tried) } });

async function wrapped(groups: KeyGroup[], shamirThreshold = 0): Promise<WrappedDataKey> {
  const metadata: WrappedDataKey = { keyGroups: groups, shamirThreshold };
  await wrapDataKey(metadata, dataKey, fakeContext());
  return metadata;
}

const encsOf = (metadata: WrappedDataKey): string[][] => metadata.keyGroups.map((group) => group.map((key) => key.enc));

describe("wrapping the data key", () => {
  it("gives every key of one group the data key itself", async () => {
    const metadata = await wrapped(groupsOf("a b c"));
    const enc = Buffer.from(dataKey).toString("base64");
    expect(encsOf(metadata)).toEqual([[enc, enc, enc]]);
    expect(metadata.shamirThreshold).toBe(0);
  });

  it("gives every group a share of its own, one byte longer, numbered by its place", async () => {
    const metadata = await wrapped(groupsOf("a b", "c", "d e"), 2);
    const shares = encsOf(metadata).map((encs) => {
      expect(new Set(encs).size).toBe(1);
      return Buffer.from(encs[0] ?? "", "base64");
    });
    expect(shares.map((share) => [share.length, share.at(-1)])).toEqual([
      [33, 1],
      [33, 2],
      [33, 3],
    ]);
    expect(metadata.shamirThreshold).toBe(2);
  });

  it("needs all groups when no threshold is given", async () => {
    expect((await wrapped(groupsOf("a", "b", "c"))).shamirThreshold).toBe(3);
  });

  it("is undone by unwrapping, with any groups that are enough and any key of a group", async () => {
    const anyGroups = fc.integer({ min: 2, max: 6 }).chain((count) =>
      fc.record({
        threshold: fc.integer({ min: 2, max: count }),
        locked: fc.array(fc.boolean(), { minLength: count, maxLength: count }),
      }),
    );
    await fc.assert(
      fc.asyncProperty(anyGroups, async ({ threshold, locked }) => {
        const metadata = await wrapped(
          groupsOf(...locked.map((isLocked) => (isLocked ? "locked1 locked2" : "locked open"))),
          threshold,
        );
        const result = unwrapDataKey(metadata, fakeContext());
        if (locked.filter((isLocked) => !isLocked).length >= threshold) expect(await result).toEqual(dataKey);
        else await expect(result).rejects.toThrow(DataKeyError);
      }),
      { seed: 20260801, numRuns: 30 },
    );
  });

  it.each([
    ["no groups", [], 0, "no key groups provided"],
    ["an empty group", ["bad", "", "b"], 0, "empty key group provided"],
    [
      "a threshold of one",
      ["a", "b"],
      1,
      "could not split data key into parts for Shamir: threshold must be at least 2",
    ],
    [
      "a threshold above the groups",
      ["a", "b"],
      3,
      "could not split data key into parts for Shamir: parts cannot be less than threshold",
    ],
    ["a key that fails", ["a bad1"], 0, 'failed to encrypt new data key with master key "bad1": no public key bad1'],
    [
      "keys that fail",
      ["bad1 a", "bad2"],
      2,
      'failed to encrypt new data key with master key "bad1": no public key bad1 failed to encrypt new data key with master key "bad2": no public key bad2',
    ],
  ])("fails with %s and changes nothing", async (_, groups, threshold, reason) => {
    const metadata: WrappedDataKey = { keyGroups: groupsOf(...groups), shamirThreshold: threshold };
    const error = await wrapDataKey(metadata, dataKey, fakeContext()).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: "COULD_NOT_GENERATE_DATA_KEY",
      message: `Could not generate data key: [${reason}]`,
    });
    expect(
      encsOf(metadata)
        .flat()
        .every((enc) => enc === ""),
    ).toBe(true);
    expect(metadata.shamirThreshold).toBe(threshold);
    await expectNoSecrets([dataKey], { errors: [error] });
  });
});

describe("unwrapping the data key", () => {
  it("stops at the first key of a group, in the decryption order", async () => {
    const metadata = await wrapped(groupsOf("locked1 a b", "locked2 c"), 2);
    const tried: string[] = [];
    expect(await unwrapDataKey(metadata, fakeContext(tried))).toEqual(dataKey);
    expect(tried).toEqual(["locked1", "a", "locked2", "c"]);
  });

  it("tries the groups that are not needed as well, and uses all shares", async () => {
    const metadata = await wrapped(groupsOf("a", "b", "c"), 2);
    const tried: string[] = [];
    await unwrapDataKey(metadata, fakeContext(tried));
    expect(tried).toEqual(["a", "b", "c"]);
    for (const key of metadata.keyGroups[2] ?? []) key.enc = Buffer.alloc(33, 3).toString("base64");
    expect(await unwrapDataKey(metadata, fakeContext())).not.toEqual(dataKey);
  });

  it("refuses an order that names a kind twice before it tries anything", async () => {
    const tried: string[] = [];
    const failure = unwrapDataKey(await wrapped(groupsOf("a")), fakeContext(tried), ["pgp", "age", "pgp"]);
    await expect(failure).rejects.toMatchObject({ code: "DUPLICATE_DECRYPTION_KEY_TYPE" });
    expect(tried).toEqual([]);
  });

  it("says of every group and key what came of it", async () => {
    const metadata = await wrapped(groupsOf("locked1 locked2", "a", "locked3"), 2);
    const error = await unwrapDataKey(metadata, fakeContext()).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(DataKeyError);
    const { code, groups, shamirThreshold } = error as DataKeyError;
    expect([code, shamirThreshold]).toEqual(["COULD_NOT_RETRIEVE_KEY", 2]);
    const shown = groups.map(({ ok, keys }) => ({
      ok,
      keys: keys.map(({ key, errors }) => [key, ...errors.map(String)]),
    }));
    expect(shown).toEqual([
      {
        ok: false,
        keys: [
          ["locked1", "SopsError: no secret key locked1"],
          ["locked2", "SopsError: no secret key locked2"],
        ],
      },
      { ok: true, keys: [] },
      { ok: false, keys: [["locked3", "SopsError: no secret key locked3"]] },
    ]);
  });

  it.each([
    ["a data key of another length", ["a"], 0, "QUJD", "the recovered data key has 3 bytes and not 32"],
    [
      "shares with one number",
      ["a", "a"],
      2,
      Buffer.alloc(33, 1).toString("base64"),
      "could not get data key from shamir parts: duplicate part detected",
    ],
    [
      "shares that are no shares",
      ["a", "a"],
      2,
      "QQ==",
      "could not get data key from shamir parts: parts must be at least two bytes",
    ],
    [
      "a threshold of one and one share",
      ["a", "locked"],
      1,
      Buffer.alloc(33, 1).toString("base64"),
      "could not get data key from shamir parts: less than two parts",
    ],
  ])("refuses %s", async (_, groups, threshold, enc, message) => {
    const keyGroups = groupsOf(...groups).map((group) => group.map((key) => ({ ...key, enc })));
    const failure = unwrapDataKey({ keyGroups, shamirThreshold: threshold }, fakeContext());
    await expect(failure).rejects.toMatchObject({
      code: "COULD_NOT_RETRIEVE_KEY",
      message: expect.stringContaining(message),
    });
  });
});

/** What the metadata of a YAML file of sops's own says of keys. */
function corpusMetadata(path: string): WrappedDataKey {
  const text = fixtureText(`corpus/${path}`);
  type Stored = { age?: { recipient: string; enc: string }[]; key_groups?: Stored[]; shamir_threshold?: number };
  const { sops } = parse(text) as { sops: Stored };
  const groupOf = (stored: Stored): KeyGroup => (stored.age ?? []).map((key) => ({ kind: "age", ...key }));
  return { keyGroups: (sops.key_groups ?? [sops]).map(groupOf), shamirThreshold: sops.shamir_threshold ?? 0 };
}

const identities = (...names: string[]): KeyContext => contextWith({ identities: names.map(corpusKey) });

describe("files of sops", () => {
  it.each([
    ["age-pq", ["pq.txt"]],
    ["age-ssh-ed25519", ["ssh_ed25519"]],
    ["age-ssh-rsa", ["ssh_rsa"]],
    ["age-three", ["bob.txt"]],
    ["shamir-2-of-3-yaml", ["alice.txt", "carol.txt"]],
    ["shamir-2-of-5-yaml", ["dave.txt", "erin.txt"]],
    ["shamir-3-of-3-yaml", ["alice.txt", "bob.txt", "carol.txt"]],
  ])("are opened: %s", async (name, keys) => {
    const metadata = corpusMetadata(`recipients/${name}/plain.enc.yaml`);
    const opened = await unwrapDataKey(metadata, identities(...keys));
    expect(opened).toHaveLength(32);
    // The very key that it is, and not only one of that length.
    for (const key of metadata.keyGroups.flat()) key.enc = "";
    await wrapDataKey(metadata, opened, contextWith());
    expect(await unwrapDataKey(metadata, identities(...keys))).toEqual(opened);
  });

  it("are not opened with too few groups", async () => {
    const metadata = corpusMetadata("recipients/shamir-3-of-3-yaml/plain.enc.yaml");
    const error = await unwrapDataKey(metadata, identities("alice.txt", "bob.txt")).catch((thrown: unknown) => thrown);
    expect((error as DataKeyError).groups.map((group) => group.ok)).toEqual([true, true, false]);
  });
});

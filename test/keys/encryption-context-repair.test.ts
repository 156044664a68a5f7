import { describe, expect, it } from "vitest";
import type { KmsKey, MasterKey } from "../../src/core/metadata.ts";
import { kmsKey } from "../../src/core/parse-master-key.ts";
import { hasDoubtfulContext, unwrapDatedDataKey } from "../../src/keys/encryption-context-repair.ts";
import type { KeySource } from "../../src/keys/key-source.ts";
import { contextWith } from "./context.ts";

const dataKey = Uint8Array.from({ length: 32 }, (_, index) => index);

/** Opens with the very encryption context that is in `enc`. */
const kms: KeySource<KmsKey> = {
  kind: "kms",
  parse: () => [],
  wrap: async () => "",
  unwrap: async (key) => {
    if (JSON.stringify(key.context) !== key.enc) throw new TypeError(`not with ${JSON.stringify(key.context)}`);
    return dataKey;
  },
};

/** A key with the context of the file and the one that it was wrapped with. */
function wrappedKey(context: Record<string, string>, wrappedWith: Record<string, string>): MasterKey {
  return { ...kmsKey({ arn: "arn", role: "", awsProfile: "", context }), enc: JSON.stringify(wrappedWith) };
}

async function open(version: string, ...keys: MasterKey[]): Promise<string[]> {
  const warnings: string[] = [];
  const context = contextWith({ keySources: { kms }, warn: (message) => warnings.push(message) });
  const metadata = { keyGroups: [keys], shamirThreshold: 0, version };
  expect(await unwrapDatedDataKey(metadata, context)).toEqual(dataKey);
  return warnings;
}

const written = { app: "web", env: "prod", team: "a" };
const all = (value: string): Record<string, string> => ({ app: value, env: value, team: value });

describe("an encryption context of a sops before 3.3.0", () => {
  it.each(["web", "prod", "a"])("is repaired when each value was %j", async (value) => {
    expect(await open("3.2.9", wrappedKey(written, all(value)))).toEqual([
      "the data key was wrapped by a sops before 3.3.0, with a wrong encryption context for AWS KMS; wrap it anew with: " +
        "sops-ts rotate --in-place FILE",
    ]);
  });

  it("is used as it is where it is right", async () => {
    expect(await open("3.2.9", wrappedKey(written, written))).toEqual([]);
    expect(await open("1.14", wrappedKey(written, written))).toEqual([]);
  });

  it("is repaired in one of several keys", async () => {
    expect(
      await open("1.14", wrappedKey({ x: "1", y: "2" }, all("other")), wrappedKey(written, all("prod"))),
    ).toHaveLength(1);
  });

  it.each([
    ["of a later release", "3.3.0", wrappedKey(written, all("web"))],
    ["with one value", "3.2.0", wrappedKey({ app: "web", env: "web" }, all("web"))],
    ["that had another context altogether", "3.2.0", wrappedKey(written, all("other"))],
  ])("stays wrong in a file %s", async (_, version, wrong) => {
    await expect(open(version, wrong)).rejects.toThrow(`not with ${JSON.stringify((wrong as KmsKey).context)}`);
  });

  it.each([
    ["3.2.0", written, true],
    ["3.3.0", written, false],
    ["3.2.0", { app: "web", env: "web" }, false],
    ["3.2.0", {}, false],
  ])("is doubtful in a file of %s with %j: %s", (version, context, doubtful) => {
    const keyGroups = [[wrappedKey(context, {})]];
    expect(hasDoubtfulContext({ keyGroups, shamirThreshold: 0, version })).toBe(doubtful);
  });
});

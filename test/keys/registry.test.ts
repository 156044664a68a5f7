import { describe, expect, it } from "vitest";
import type { AgeKey, MasterKeyKind } from "../../src/core/metadata.ts";
import type { KeySource } from "../../src/keys/key-source.ts";
import { loadKeySource } from "../../src/keys/registry.ts";

const kinds: readonly MasterKeyKind[] = ["age", "pgp", "kms", "gcp_kms", "azure_kv", "hc_vault", "hckms"];

describe("the registry of key sources", () => {
  it.each(kinds)("loads the source of %s keys", async (kind) => {
    expect((await loadKeySource(kind, {})).kind).toBe(kind);
  });

  it("takes the caller's own source in place of its own", async () => {
    const age = { kind: "age" } as KeySource<AgeKey>;
    expect(await loadKeySource("age", { age })).toBe(age);
  });
});

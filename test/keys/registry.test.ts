import { describe, expect, it } from "vitest";
import type { AgeKey, PgpKey } from "../../src/core/metadata.ts";
import type { KeySource } from "../../src/keys/key-source.ts";
import { loadKeySource } from "../../src/keys/registry.ts";

describe("the registry of key sources", () => {
  it("loads the source of a kind", async () => {
    expect((await loadKeySource("age", {})).kind).toBe("age");
  });

  it("says which kind has none", async () => {
    await expect(loadKeySource("gcp_kms", {})).rejects.toMatchObject({
      code: "INVALID_MASTER_KEY",
      message: "GCP KMS keys (gcp_kms) are not available in sops-ts",
    });
  });

  it("takes the caller's own source for a kind that it has, and for one that it has not", async () => {
    const age = { kind: "age" } as KeySource<AgeKey>;
    const pgp = { kind: "pgp" } as KeySource<PgpKey>;
    expect(await loadKeySource("age", { age })).toBe(age);
    expect(await loadKeySource("pgp", { pgp })).toBe(pgp);
  });
});

import { describe, expect, it, vi } from "vitest";
import type { AgeKey } from "../../../src/core/metadata.ts";
import { age } from "../../../src/keys/age/age.ts";
import { contextWith, corpusKey, corpusRecipient } from "../context.ts";

vi.mock("age-encryption", () => {
  throw new TypeError("loaded");
});

const dataKey = new Uint8Array(32).fill(3);

describe("age's library, which takes longer to load than a small file to decrypt,", () => {
  it.each(["alice", "ssh_ed25519", "ssh_rsa"])("is not loaded for the recipient %s", async (name) => {
    const key: AgeKey = { kind: "age", recipient: corpusRecipient(name), enc: "" };
    key.enc = await age.wrap(key, dataKey, contextWith());
    const file = name === "alice" ? "alice.txt" : name;
    const identities = [corpusKey("pq.txt"), corpusKey(file)];
    expect(await age.unwrap(key, contextWith({ identities }))).toEqual(dataKey);
  });

  it("is loaded for a hybrid recipient", async () => {
    const key: AgeKey = { kind: "age", recipient: corpusRecipient("pq"), enc: "" };
    await expect(age.wrap(key, dataKey, contextWith())).rejects.toThrow("error when mocking a module");
  });
});

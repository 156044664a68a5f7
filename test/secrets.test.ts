import { describe, expect, it } from "vitest";
import {
  decryptBytes,
  encryptSecrets,
  inspectFile,
  readSecrets,
  readValue,
  SopsError,
  updateSecrets,
} from "../src/index.ts";
import { fakeKey, fakeKeySource } from "./support/fake-key-source.ts";

const options = { format: "yaml", keySources: { age: fakeKeySource() } } as const;
const secrets = { database: { user: "app", password: "canary-5d1f" }, ports: [80, 443], rate: 0.5, __proto__x: null };
const encrypted = (): Promise<Uint8Array> => encryptSecrets(secrets, { ...options, keyGroups: [[fakeKey("r")]] });
const text = (file: Uint8Array): string => new TextDecoder().decode(file);

describe("secrets as plain objects", () => {
  it("come back as they were", async () => {
    const file = await encrypted();
    expect(text(file)).not.toContain("canary");
    expect(await readSecrets(file, options)).toEqual(secrets);
  });

  it("are encrypted for recipients that the key source parses", async () => {
    const file = await encryptSecrets({ a: 1 }, { ...options, recipients: ["one", "two"] });
    const { keyGroups, groupsNeeded, selection } = await inspectFile(file, { format: "yaml" });
    expect(keyGroups).toEqual([
      [
        { kind: "age", key: "one" },
        { kind: "age", key: "two" },
      ],
    ]);
    expect(groupsNeeded).toBe(1);
    expect(selection).toEqual({ name: "unencryptedSuffix", value: "_unencrypted" });
  });

  it("are read one by one", async () => {
    const file = await encrypted();
    expect(await readValue(file, ["ports", 1], options)).toBe(443);
    expect(await readValue(file, '["database"]["user"]', options)).toBe("app");
    const missing = readValue(file, ["database", "nope"], options);
    await expect(missing).rejects.toMatchObject({ code: "TREE_PATH_NOT_FOUND", path: '["database"]["nope"]' });
  });

  it("change alone: what stays keeps its ciphertext", async () => {
    const before = await encrypted();
    const after = await updateSecrets(
      before,
      (object) => {
        object["rate"] = 0.75;
      },
      options,
    );
    const lines = (file: Uint8Array): string[] =>
      text(file)
        .split("\n")
        .filter((line) => line.includes("ENC["));
    const changed = lines(after).filter((line) => !lines(before).includes(line));
    expect(changed.map((line) => line.trim().split(":")[0])).toEqual(["rate", "mac"]);
    expect(await readSecrets(after, options)).toEqual({ ...secrets, rate: 0.75 });
  });

  it("may be replaced by another object", async () => {
    const after = await updateSecrets(await encrypted(), () => ({ only: "this" }), options);
    expect(text(await decryptBytes(after, options))).toBe("only: this\n");
  });

  it("need a format where there is no name", async () => {
    await expect(readSecrets(await encrypted(), { keySources: options.keySources })).rejects.toThrow(TypeError);
  });

  it("no error holds a secret", async () => {
    const damaged = new TextEncoder().encode(text(await encrypted()).replace(/user: .*/, "user: canary-plain"));
    const failure = await readSecrets(damaged, options).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(SopsError);
    expect(JSON.stringify(failure) + String(failure) + String((failure as Error).stack)).not.toContain("canary");
  });
});

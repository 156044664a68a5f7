import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { creationRule, decryptFile, encryptFile, type Platform, readSecrets, updateFile } from "../src/node.ts";
import { corpusText, recipient } from "./support/cli-case.ts";
import { isolatedPlatform, runInProcess } from "./support/in-process.ts";
import { withTemporaryDirectory } from "./support/temporary-directory.ts";

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const rules = `creation_rules:
  - path_regex: ^secret/
    age: ${recipient("alice")}
    encrypted_regex: ^pass
stores:
  yaml:
    indent: 2
`;
const plain = "user: app\npassword:\n  old: x\n";

/** A folder with a config and a plain file in `secret/`, and the platform that is there, with alice's identity. */
async function inFolder(use: (folder: string, platform: Platform) => Promise<void>): Promise<void> {
  await withTemporaryDirectory(async (folder) => {
    writeFileSync(join(folder, ".sops.yaml"), rules);
    mkdirSync(join(folder, "secret"));
    writeFileSync(join(folder, "secret/f.yaml"), plain, { mode: 0o640 });
    const env = { HOME: folder, SOPS_AGE_KEY: corpusText("keys/alice.txt") };
    await use(folder, isolatedPlatform({ directory: folder, env }));
  });
}

describe("a file on the disk", () => {
  it("is encrypted in its place as its creation rule says, and is what the command line makes", () =>
    inFolder(async (folder, platform) => {
      await encryptFile("secret/f.yaml", { platform });
      const encrypted = readFileSync(join(folder, "secret/f.yaml"), "utf8");
      expect(encrypted).toMatch(/^user: app\npassword:\n {2}old: ENC\[/);
      expect(encrypted).toContain("encrypted_regex: ^pass\n");
      expect(statSync(join(folder, "secret/f.yaml")).mode & 0o777).toBe(0o640);
      expect(text(await decryptFile("secret/f.yaml", { platform }))).toBe("user: app\npassword:\n    old: x\n");

      writeFileSync(join(folder, "secret/g.yaml"), plain);
      const outcome = await runInProcess({
        args: ["encrypt", "secret/g.yaml"],
        directory: folder,
        env: { HOME: folder },
      });
      const layout = (file: string): string => file.replaceAll(/ENC\[[^\]]*\]|"\d{4}-[^"]*"|-----BEGIN[^]*END.*/g, "…");
      expect(layout(text(outcome.stdout))).toBe(layout(encrypted));
    }));

  it("goes elsewhere with output, with other keys and in another format where these are given", () =>
    inFolder(async (folder, platform) => {
      const rule = await creationRule("secret/x", { platform });
      await encryptFile("secret/f.yaml", {
        platform,
        output: "f.txt",
        format: "binary",
        keyGroups: rule?.keyGroups ?? [],
      });
      expect(readFileSync(join(folder, "secret/f.yaml"), "utf8")).toBe(plain);
      expect(text(await decryptFile("f.txt", { platform }))).toBe(plain);
    }));

  it("is left alone where no rule fits, or nobody could open it", () =>
    inFolder(async (folder, platform) => {
      writeFileSync(join(folder, "other.yaml"), plain);
      await expect(encryptFile("other.yaml", { platform })).rejects.toMatchObject({
        code: "NO_MATCHING_CREATION_RULE",
      });
      writeFileSync(join(folder, ".sops.yaml"), "{}");
      expect(await creationRule("other.yaml", { platform })).toBeUndefined();
      await expect(encryptFile("other.yaml", { platform })).rejects.toMatchObject({ code: "CONFIG_NOT_FOUND" });
      await expect(encryptFile("other.yaml", { platform, config: "none.yaml" })).rejects.toMatchObject({
        code: "CONFIG_NOT_FOUND",
      });
      expect(readFileSync(join(folder, "other.yaml"), "utf8")).toBe(plain);
    }));

  it("is changed in its place: the rest keeps its ciphertext, and a failure changes nothing", () =>
    inFolder(async (folder, platform) => {
      await encryptFile("secret/f.yaml", { platform });
      const before = readFileSync(join(folder, "secret/f.yaml"), "utf8");
      await expect(updateFile("secret/f.yaml", () => ({ sops: "reserved" }), { platform })).rejects.toMatchObject({
        code: "FILE_ALREADY_ENCRYPTED",
      });
      expect(readFileSync(join(folder, "secret/f.yaml"), "utf8")).toBe(before);

      await updateFile("secret/f.yaml", (secrets) => ({ ...secrets, user: "other" }), { platform });
      const after = readFileSync(join(folder, "secret/f.yaml"), "utf8");
      const ciphertext = /old: (ENC\[.*\])/;
      expect(ciphertext.exec(after)?.[1]).toBe(ciphertext.exec(before)?.[1]);
      expect(await readSecrets("secret/f.yaml", { platform })).toEqual({ user: "other", password: { old: "x" } });
    }));
});

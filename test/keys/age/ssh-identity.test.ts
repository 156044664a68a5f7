import { generateKeyPairSync } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { concatBytes } from "../../../src/bytes.ts";
import type { AgeKey } from "../../../src/core/metadata.ts";
import { age } from "../../../src/keys/age/age.ts";
import { sshInteger, sshString } from "../../../src/keys/age/ssh-wire.ts";
import type { KeyContext } from "../../../src/keys/key-source.ts";
import type { Platform } from "../../../src/platform/platform.ts";
import { expectNoSecrets } from "../../support/canary.ts";
import { memoryPlatform } from "../../support/memory-platform.ts";
import { contextWith, corpusKey, corpusRecipient } from "../context.ts";

const dataKey = new Uint8Array(32).fill(6);
const passphrase = "correct horse";
const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const jwk = privateKey.export({ format: "jwk" });
const integer = (text = ""): Uint8Array => sshInteger(new Uint8Array(Buffer.from(text, "base64url")));
const wire = concatBytes(sshString(new TextEncoder().encode("ssh-rsa")), integer(jwk.e), integer(jwk.n));
const recipient = `ssh-rsa ${Buffer.from(wire).toString("base64")} me`;
const identity = privateKey.export({ format: "pem", type: "pkcs1", cipher: "aes-128-cbc", passphrase }) as string;

const key: AgeKey = { kind: "age", recipient, enc: "" };
beforeAll(async () => {
  key.enc = await age.wrap(key, dataKey, contextWith());
});

function contextOf(
  files: Record<string, string>,
  env: Record<string, string>,
  answer = passphrase,
): KeyContext & { questions: string[] } {
  const questions: string[] = [];
  const run: Platform["run"] = async () => ({ stdout: Buffer.from(identity), stderr: Buffer.of(), status: 0 });
  const platform = { ...memoryPlatform({ files, env }), homeDirectory: () => "/h", run };
  const askSecret = async (question: string): Promise<string> => (questions.push(question), answer);
  return { ...contextWith({ platform, askSecret, onlyGivenIdentities: false }), questions };
}

const env = { SOPS_AGE_SSH_PRIVATE_KEY_FILE: "/k" };
const files = { "/k": identity, "/k.pub": `${recipient}\n` };

describe("an SSH key with a passphrase", () => {
  it("asks for it once, when a stanza is its own", async () => {
    const context = contextOf(files, env);
    for (let time = 0; time < 2; time++) expect(await age.unwrap(key, context)).toEqual(dataKey);
    expect(context.questions).toEqual(['Enter passphrase for "/k":']);
  });

  it("does not ask when no stanza is its own", async () => {
    const other: AgeKey = { kind: "age", recipient: corpusRecipient("ssh_rsa"), enc: "" };
    const context = contextOf({ "/k": identity, "/k.pub": recipient }, env);
    const enc = await age.wrap(other, dataKey, context);
    await expect(age.unwrap({ ...other, enc }, context)).rejects.toThrow("did not match any of the recipients");
    expect(context.questions).toEqual([]);
  });

  it("asks again after a wrong passphrase", async () => {
    const context = contextOf(files, env, "wrong horse");
    for (let time = 0; time < 2; time++) {
      const error = await age.unwrap(key, context).catch((thrown: unknown) => thrown);
      expect((error as Error).message).toContain('failed to decrypt SSH key file "/k": incorrect passphrase');
      await expectNoSecrets(["wrong horse", identity.slice(200, 240)], { errors: [error] });
    }
    expect(context.questions).toHaveLength(2);
  });

  it("asks for any SSH stanza where its public half is not known", async () => {
    const { questions, ...context } = contextOf({}, {});
    expect(await age.unwrap(key, { ...context, identities: [identity] })).toEqual(dataKey);
    expect(questions).toEqual(["Enter passphrase for identities[0]:"]);
  });

  it.each<[string, Record<string, string>, Record<string, string>, string]>([
    [
      "printed by a program",
      {},
      { SOPS_AGE_SSH_PRIVATE_KEY_CMD: "show" },
      "the SSH key in the output of SOPS_AGE_SSH_PRIVATE_KEY_CMD is password protected, which is unsupported",
    ],
    [
      "without its public half",
      { "/k": identity },
      env,
      'failed to obtain public "/k.pub" key for "/k" SSH key: open /k.pub: no such file or directory',
    ],
    [
      "with something else in its place",
      { ...files, "/k.pub": "hello" },
      env,
      'failed to parse the public key of "/k": unknown SSH recipient type: "hello"',
    ],
    [
      "with another key's public half",
      { ...files, "/k.pub": corpusKey("ssh_rsa.pub") },
      env,
      "identity did not match any of the recipients",
    ],
  ])("is of no use %s", async (_, has, variables, reason) => {
    const context = contextOf(has, variables);
    await expect(age.unwrap(key, context)).rejects.toThrow(reason);
    expect(context.questions).toEqual([]);
  });

  it("has to fit the public half", async () => {
    const other: AgeKey = { kind: "age", recipient: corpusRecipient("ssh_rsa"), enc: "" };
    const context = contextOf({ ...files, "/k.pub": corpusKey("ssh_rsa.pub") }, env);
    const enc = await age.wrap(other, dataKey, context);
    await expect(age.unwrap({ ...other, enc }, context)).rejects.toThrow(
      'mismatched private and public SSH key in "/k"',
    );
  });
});

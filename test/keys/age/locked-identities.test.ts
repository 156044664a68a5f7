import { armor, Encrypter } from "age-encryption";
import { beforeAll, describe, expect, it } from "vitest";
import type { AgeKey } from "../../../src/core/metadata.ts";
import { age } from "../../../src/keys/age/age.ts";
import type { KeyContext } from "../../../src/keys/key-source.ts";
import { platform as nodePlatform } from "../../../src/platform/node.ts";
import { type Platform, PlatformError } from "../../../src/platform/platform.ts";
import { expectNoSecrets } from "../../support/canary.ts";
import { withFakeAgent } from "../../support/fake-agent.ts";
import { memoryPlatform } from "../../support/memory-platform.ts";
import { contextWith, corpusKey, corpusRecipient } from "../context.ts";

const dataKey = new Uint8Array(32).fill(4);
const passphrase = "correct horse battery";
const keys: Record<string, AgeKey> = {};
const keyOf = (name: string): AgeKey => keys[name] as AgeKey;

beforeAll(async () => {
  for (const name of ["locked", "alice", "pq"]) {
    const key: AgeKey = { kind: "age", recipient: corpusRecipient(name), enc: "" };
    keys[name] = { ...key, enc: await age.wrap(key, dataKey, contextWith()) };
  }
});

/** An age file for a passphrase, with little work. */
async function protect(text: string, secret = passphrase): Promise<Uint8Array> {
  const encrypter = new Encrypter();
  encrypter.setPassphrase(secret);
  encrypter.setScryptWorkFactor(4);
  return encrypter.encrypt(text);
}

interface World {
  readonly context: KeyContext;
  readonly questions: string[];
  readonly warnings: string[];
}

/** Identities in variables, and a callback that gives one answer. */
function worldWith(env: Record<string, string>, answer: string, fields: Partial<KeyContext> = {}): World {
  const questions: string[] = [];
  const warnings: string[] = [];
  const context = contextWith({
    platform: { ...memoryPlatform({ env }), homeDirectory: () => "/h" },
    onlyGivenIdentities: false,
    warn: (message) => void warnings.push(message),
    askSecret: async (question) => (questions.push(question), answer),
    ...fields,
  });
  return { context, questions, warnings };
}

const locked = corpusKey("locked.age");

describe("identities that a passphrase protects", () => {
  it.each<[string, Record<string, string>, string]>([
    ["a variable", { SOPS_AGE_KEY: locked }, "SOPS_AGE_KEY"],
    ["what a program prints", { SOPS_AGE_KEY_CMD: "show" }, "SOPS_AGE_KEY_CMD"],
  ])("are opened with the passphrase: %s", async (_, env, place) => {
    const { context, questions } = worldWith(env, passphrase);
    const run: Platform["run"] = async () => ({ stdout: Buffer.from(locked), stderr: Buffer.of(), status: 0 });
    const platform = { ...context.platform, run };
    expect(await age.unwrap(keyOf("locked"), { ...context, platform })).toEqual(dataKey);
    expect(questions).toEqual([`Enter passphrase for identity '${place}':`]);
  });

  it("are opened when they are given, and asked for once as long as the cache lives", async () => {
    const { context, questions } = worldWith({}, passphrase, {
      identities: [`\n${locked}`],
      onlyGivenIdentities: true,
    });
    for (let time = 0; time < 2; time++) expect(await age.unwrap(keyOf("locked"), context)).toEqual(dataKey);
    expect(questions).toEqual(["Enter passphrase for identity 'identities[0]':"]);
  });

  it("are asked for once when several keys are tried", async () => {
    const { context, questions, warnings } = worldWith({ SOPS_AGE_KEY: locked }, passphrase);
    await expect(age.unwrap(keyOf("alice"), context)).rejects.toThrow("identity did not match any of the recipients");
    expect(await age.unwrap(keyOf("locked"), context)).toEqual(dataKey);
    expect(questions).toHaveLength(1);
    expect(warnings).toEqual(["encrypted identity 'SOPS_AGE_KEY' didn't match file's recipients"]);
  });

  it("are not asked for when another identity opens the file, or when it is no age file", async () => {
    const env = { SOPS_AGE_KEY: locked, SOPS_AGE_SSH_PRIVATE_KEY_CMD: "show" };
    const { context, questions } = worldWith(env, passphrase, { identities: [corpusKey("alice.txt")] });
    expect(await age.unwrap(keyOf("alice"), context)).toEqual(dataKey);
    await expect(age.unwrap({ ...keyOf("alice"), enc: "x" }, context)).rejects.toThrow("invalid armor");
    expect(questions).toEqual([]);
  });

  it("may be of all native kinds, and lines of an identity file", async () => {
    const text = `# all of mine\n\n${corpusKey("alice.txt")}\n${corpusKey("pq.txt")}`;
    const env = { SOPS_AGE_KEY: armor.encode(await protect(text)) };
    for (const name of ["alice", "pq"]) {
      expect(await age.unwrap(keyOf(name), worldWith(env, passphrase).context)).toEqual(dataKey);
    }
  });

  const wrong = "incorrect passphrase";
  it.each<[string, () => Promise<string>, string, string]>([
    ["the passphrase is wrong", async () => locked, "wrong horse battery", wrong],
    ["the passphrase is empty", async () => locked, "", "failed to decrypt identity file: passphrase can't be empty"],
    [
      "the file has no passphrase",
      async () => keyOf("alice").enc,
      passphrase,
      "failed to decrypt identity file: 'SOPS_AGE_KEY' is not protected by a passphrase",
    ],
    ["it is empty", async () => armor.encode(await protect("# none\n")), passphrase, "no identities found"],
    [
      "it holds something else",
      async () => armor.encode(await protect("\nhunter22hunter22\n")),
      passphrase,
      "failed to parse 'SOPS_AGE_KEY' age identities: error at line 2: unknown identity type",
    ],
    [
      "it holds another protected file",
      async () => armor.encode(await protect(locked)),
      passphrase,
      "failed to parse 'SOPS_AGE_KEY' age identities: error at line 1: unknown identity type",
    ],
    [
      "it was changed",
      async () => {
        const file = await protect(corpusKey("alice.txt"));
        file[file.length - 1] = (file.at(-1) as number) ^ 1;
        return armor.encode(file);
      },
      passphrase,
      "failed to decrypt identity file: ",
    ],
  ])("are not opened when %s", async (_, make, answer, reason) => {
    const { context } = worldWith({ SOPS_AGE_KEY: await make() }, answer);
    const error = await age.unwrap(keyOf("pq"), context).catch((thrown: unknown) => thrown);
    expect((error as Error).message).toContain(
      `failed to create reader for decrypting sops data key with age: ${reason}`,
    );
    await expectNoSecrets([passphrase, "wrong horse battery", "hunter22hunter22"], { errors: [error] });
  });

  it("that are not opened do not keep the next from being tried", async () => {
    const env = { SOPS_AGE_KEY: armor.encode(await protect(corpusKey("pq.txt"), "another")), SOPS_AGE_KEY_CMD: "show" };
    const { context, questions } = worldWith(env, passphrase);
    const run: Platform["run"] = async () => ({ stdout: Buffer.from(locked), stderr: Buffer.of(), status: 0 });
    expect(await age.unwrap(keyOf("locked"), { ...context, platform: { ...context.platform, run } })).toEqual(dataKey);
    expect(questions).toHaveLength(2);
  });

  it("are asked for at the terminal where there is no callback and no agent, if it may be", async () => {
    const questions: string[] = [];
    const platform: Platform = {
      ...memoryPlatform({ env: { SOPS_AGE_KEY: locked } }),
      askSecret: async (question) => (questions.push(question), passphrase),
    };
    const fields = { platform, askSecret: undefined };
    expect(await age.unwrap(keyOf("locked"), worldWith({}, "", fields).context)).toEqual(dataKey);
    expect(questions).toEqual(["Enter passphrase for identity 'SOPS_AGE_KEY': "]);
    const given = worldWith({}, "", { ...fields, identities: [locked], onlyGivenIdentities: true });
    await expect(age.unwrap(keyOf("locked"), given.context)).rejects.toMatchObject({
      message: expect.stringContaining("could not read passphrase: there is nobody to ask"),
      hint: expect.stringContaining("askSecret"),
    });
  });

  it("say that there is no terminal", async () => {
    const platform: Platform = {
      ...memoryPlatform({ env: { SOPS_AGE_KEY: locked } }),
      askSecret: () => Promise.reject(new PlatformError("there is no terminal to ask at")),
    };
    const { context } = worldWith({}, "", { platform, askSecret: undefined });
    await expect(age.unwrap(keyOf("locked"), context)).rejects.toThrow(
      "with age: failed to decrypt identity file: could not read passphrase: there is no terminal to ask at",
    );
  });

  describe.runIf(process.platform !== "win32")("in gpg-agent", () => {
    const hexOf = (text: string): string => Buffer.from(text).toString("hex");
    const contextAt = (socket: string, text = locked): KeyContext => {
      const platform = { ...memoryPlatform({ env: { SOPS_AGE_KEY: text, GPG_AGENT_INFO: socket } }) };
      return worldWith({}, "", { platform: { ...platform, connect: nodePlatform.connect }, askSecret: undefined })
        .context;
    };

    it("are kept under the name that sops uses", () =>
      withFakeAgent(
        (command) => (command.startsWith("GET_") ? `OK ${hexOf(passphrase)}` : "OK"),
        async (socket, commands) => {
          expect(await age.unwrap(keyOf("locked"), contextAt(socket))).toEqual(dataKey);
          const [command, cacheId, error, prompt, description = ""] = commands.at(-1)?.split(" ") ?? [];
          expect([command, error, prompt]).toEqual(["GET_PASSPHRASE", "X", "Passphrase"]);
          expect(cacheId).toMatch(/^SopsAge[A-Z2-7]{40}$/);
          expect(decodeURIComponent(description)).toBe("Enter passphrase for identity 'SOPS_AGE_KEY':");
        },
      ));

    it.each(["wrong horse battery", ""])("are forgotten when they are wrong: %j", (answer) =>
      withFakeAgent(
        (command) => (command.startsWith("GET_") ? `OK ${hexOf(answer)}` : "OK"),
        async (socket, commands) => {
          await expect(age.unwrap(keyOf("locked"), contextAt(socket))).rejects.toThrow("passphrase");
          const cacheIds = commands.map((command) => command.split(" ")[1]);
          expect(commands.map((command) => command.split(" ")[0])).toEqual(["GET_PASSPHRASE", "CLEAR_PASSPHRASE"]);
          expect(cacheIds[1]).toBe(cacheIds[0]);
        },
      ),
    );

    it("are not asked for at the terminal once the person has cancelled", () =>
      withFakeAgent(
        (command) => (command.startsWith("GET_") ? "ERR 83886179 Operation cancelled <Pinentry>" : "OK"),
        async (socket) => {
          await expect(age.unwrap(keyOf("locked"), contextAt(socket))).rejects.toThrow(
            "could not read passphrase: gpg-agent passphrase request errored: gpgagent: Cancel",
          );
        },
      ));
  });
});

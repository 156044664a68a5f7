import { afterEach, describe, expect, it, vi } from "vitest";
import type { AgeKey } from "../../../src/core/metadata.ts";
import { age } from "../../../src/keys/age/age.ts";
import { encodeBech32 } from "../../../src/keys/age/bech32.ts";
import type { KeyContext } from "../../../src/keys/key-source.ts";
import { platform as nodePlatform } from "../../../src/platform/node.ts";
import { type Platform, PlatformError } from "../../../src/platform/platform.ts";
import { expectNoSecrets } from "../../support/canary.ts";
import { memoryPlatform } from "../../support/memory-platform.ts";
import { installStubPlugin, type StubPlugin, stubIdentity, stubRecipient } from "../../support/stub-plugin.ts";
import { withTemporaryDirectory } from "../../support/temporary-directory.ts";
import { contextWith, corpusKey, corpusRecipient } from "../context.ts";

const dataKey = new Uint8Array(32).fill(9);

afterEach(() => vi.unstubAllEnvs());

/** Calls `use` while the stub is on PATH and does what `steps` say. */
function withStub<Result>(steps: readonly string[], use: (stub: StubPlugin) => Promise<Result>): Promise<Result> {
  return withTemporaryDirectory(async (folder) => {
    const stub = installStubPlugin(folder);
    for (const [name, value] of Object.entries(stub.env)) vi.stubEnv(name, value);
    vi.stubEnv("STUB_STEPS", steps.join("\n"));
    return use(stub);
  });
}

interface Told {
  readonly questions: string[];
  readonly warnings: string[];
}

/** A context in which only the stub's identity is there; a callback gives the answers one after the other. */
function contextAnswering(answers: readonly string[], told: Told = { questions: [], warnings: [] }): KeyContext {
  const left = [...answers];
  return contextWith({
    platform: { ...memoryPlatform(), start: nodePlatform.start },
    identities: [stubIdentity],
    warn: (message) => void told.warnings.push(message),
    askSecret: async (question) => {
      told.questions.push(question);
      const answer = left.shift();
      if (answer === undefined) throw new PlatformError("no more answers");
      return answer;
    },
  });
}

const keyOf = (enc = ""): AgeKey => ({ kind: "age", recipient: stubRecipient, enc });
const wrap = (context: KeyContext): Promise<string> => age.wrap(keyOf(), dataKey, context);
const wrapped = (): Promise<string> => withStub([], () => wrap(contextAnswering([])));

describe.runIf(process.platform !== "win32")("an age plugin", () => {
  it("wraps for its recipient, and unwraps with its identity", () =>
    withStub([], async (stub) => {
      const [key] = await age.parse(stubRecipient, contextWith());
      expect(key).toEqual(keyOf());
      const enc = await wrap(contextAnswering([]));
      expect(await age.unwrap(keyOf(enc), contextAnswering([]))).toEqual(dataKey);
      expect(stub.log()).toEqual([
        "add-recipient, wrap-file-key, extension-labels, done",
        "add-identity, recipient-stanza 0 stub, done",
      ]);
    }));

  it("is tried after native identities, and does not run when one of them opens the file", () =>
    withStub([], async (stub) => {
      const key: AgeKey = { kind: "age", recipient: corpusRecipient("alice"), enc: "" };
      const enc = await age.wrap(key, dataKey, contextWith());
      const identities = [stubIdentity, corpusKey("alice.txt")];
      expect(await age.unwrap({ ...key, enc }, { ...contextAnswering([]), identities })).toEqual(dataKey);
      expect(stub.log()).toEqual([]);
    }));

  it("passes over files that are not for it", () =>
    withStub([], async (stub) => {
      const key: AgeKey = { kind: "age", recipient: corpusRecipient("alice"), enc: "" };
      const enc = await age.wrap(key, dataKey, contextWith());
      await expect(age.unwrap({ ...key, enc }, contextAnswering([]))).rejects.toThrow(
        "identity did not match any of the recipients",
      );
      expect(stub.log()).toEqual(["add-identity, recipient-stanza 0 X25519, done"]);
    }));

  it("may ask for a secret and for something that is none, and show messages", () =>
    withStub(["msg|touch it", "request-secret|PIN?", "request-public|Slot?"], async (stub) => {
      const told: Told = { questions: [], warnings: [] };
      const enc = await wrap(contextAnswering(["1234", "9a"], told));
      expect(told).toEqual({ questions: ["PIN?", "Slot?"], warnings: ["age: stub plugin: touch it"] });
      expect(stub.log().slice(1)).toEqual(["msg -> ok", "request-secret -> ok 1234", "request-public -> ok 9a"]);
      expect(await age.unwrap(keyOf(enc), contextAnswering(["1234", "9a"]))).toEqual(dataKey);
      await expect(age.unwrap(keyOf(enc), contextAnswering(["4321", "9a"]))).rejects.toThrow("the file was damaged");
    }));

  it("may ask for a confirmation", () =>
    withStub(["confirm|Sure?|Go on|Stop", "confirm|Sure?|Go on|Stop", "confirm|Ready?|Yes"], async (stub) => {
      const told: Told = { questions: [], warnings: [] };
      await wrap(contextAnswering(["x", "1", "2", ""], told));
      const choice = 'Sure? (press [1] for "Go on" or [2] for "Stop")';
      expect(told.questions).toEqual([choice, choice, choice, 'Ready? (press enter for "Yes")']);
      expect(stub.log().slice(1)).toEqual(["confirm -> ok yes", "confirm -> ok no", "confirm -> ok yes"]);
    }));

  it("asks at the terminal where there is no callback", () =>
    withStub(["msg|touch it", "request-secret|PIN?", "request-public|Slot?", "confirm|Sure?|Y|N"], async (stub) => {
      const seen: string[][] = [];
      const platform: Platform = {
        ...memoryPlatform(),
        start: nodePlatform.start,
        tell: async (message) => void seen.push(["tell", message]),
        askSecret: async (question) => (seen.push(["secret", question]), "1234"),
        ask: async (question, answer) => (seen.push([answer, question]), "2"),
      };
      await wrap(contextWith({ platform, onlyGivenIdentities: false }));
      expect(seen).toEqual([
        ["tell", "age: stub plugin: touch it"],
        ["secret", "PIN? "],
        ["line", "Slot? "],
        ["key", 'Sure? (press [1] for "Y" or [2] for "N") '],
      ]);
      expect(stub.log().at(-1)).toBe("confirm -> ok no");
    }));

  it("is told when nobody answers, and may go on without", () =>
    withStub(["request-secret|PIN?", "confirm|Sure?|Y|N", "msg|bye"], async (stub) => {
      const told: Told = { questions: [], warnings: [] };
      await wrap(contextAnswering([], told));
      expect(stub.log().slice(1)).toEqual(["request-secret -> fail", "confirm -> fail", "msg -> ok"]);
      expect(told.warnings).toEqual([
        "could not read value for age-plugin-stub: no more answers",
        "could not read value for age-plugin-stub: no more answers",
        "age: stub plugin: bye",
      ]);
    }));

  it("is told of commands that are not known", () =>
    withStub(["conjure|rabbit"], async (stub) => {
      const enc = await wrap(contextAnswering([]));
      expect(await age.unwrap(keyOf(enc), contextAnswering([]))).toEqual(dataKey);
      expect(stub.log().filter((line) => line.startsWith("conjure"))).toEqual(
        Array.from({ length: 2 }, () => "conjure -> unsupported"),
      );
    }));

  const raw = (text: string, times = 1): string => `raw|${Buffer.from(text).toString("base64")}|${times}`;

  it.each<[string, string[], string]>([
    ["an error of its own", ["error|no token in the slot"], "no token in the slot"],
    ["an end without an answer", ["quit"], "the plugin ended without an answer"],
    ["garbage", [raw("garbage\n")], "malformed stanza"],
    ["an argument that is empty", [raw("-> msg  x\n\n")], "malformed stanza"],
    ["a body that is no Base64", [raw("-> msg\n???\n")], "malformed stanza: a line of its body is no Base64"],
    [
      "a body line that is too long",
      [raw(`-> msg\n${"A".repeat(68)}\n`)],
      "malformed stanza: a line of its body is no",
    ],
    ["a line without an end", [raw("x".repeat(1_000), 200)], "malformed stanza: a line is too long"],
    ["a body without an end", [raw("-> msg\n"), raw(`${"A".repeat(64)}\n`, 25_000)], "its body is too long"],
    ["a confirmation without choices", ["confirm|Sure?"], "malformed confirm stanza: unexpected number of arguments"],
    ["a confirmation with three", ["confirm|Sure?|a|b|c"], "malformed confirm stanza: unexpected number of arguments"],
    ["a choice that is no Base64", ["confirm ???|Sure?"], "malformed confirm stanza: invalid option encoding"],
    ["no stanza", [raw("-> done\n\n")], "received zero recipient stanzas"],
    ["a stanza for another file", ["recipient-stanza 1 x|"], "malformed recipient stanza: unexpected index"],
    ["a stanza without a type", ["recipient-stanza 0|"], "malformed recipient stanza: unexpected argument count"],
    ["labels twice", ["labels a|", "labels a|"], "repeated labels stanza"],
  ])("cannot wrap when it gives %s", (_, steps, reason) =>
    withStub(steps, async () => {
      const error = await wrap(contextAnswering([])).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({
        code: "COULD_NOT_GENERATE_DATA_KEY",
        message: expect.stringMatching(/^failed to create writer for .* with age: stub plugin: /),
      });
      expect((error as Error).message).toContain(reason);
      await expectNoSecrets([dataKey], { errors: [error] });
    }),
  );

  it.each<[string, string[], string]>([
    ["an error of its own", ["error|wrong PIN"], "wrong PIN"],
    ["an end without an answer", ["quit"], "the plugin ended without an answer"],
    ["a file key for another file", ["file-key 1|0123456789abcdef"], "malformed file-key stanza: unexpected index"],
    [
      "a file key without index",
      ["file-key|0123456789abcdef"],
      "malformed file-key stanza: unexpected arguments count",
    ],
    ["two file keys", ["file-key 0|0123456789abcdef"], "received duplicated file-key stanza"],
    ["a file key of a wrong length", ["file-key 0|short", raw("-> done\n\n")], "the file was damaged"],
  ])("cannot unwrap when it gives %s", async (_, steps, reason) => {
    const enc = await wrapped();
    await withStub(steps, async () => {
      const error = await age.unwrap(keyOf(enc), contextAnswering([])).catch((thrown: unknown) => thrown);
      expect((error as Error).message).toMatch(/^failed to create reader for decrypting sops data key with age: /);
      expect((error as Error).message).toContain(reason);
    });
  });

  it("that fails does not keep the next identity from being tried", async () => {
    const enc = await wrapped();
    await withStub([], async () => {
      const missing = encodeBech32("AGE-PLUGIN-NOT-INSTALLED-", Uint8Array.of(1));
      const context = contextWith({
        ...contextAnswering([]),
        identities: [missing, corpusKey("ssh_rsa"), stubIdentity],
      });
      expect(await age.unwrap(keyOf(enc), context)).toEqual(dataKey);
    });
  });

  it("that is not installed is named", async () => {
    const context = contextAnswering([]);
    await expect(wrap(context)).rejects.toMatchObject({
      message:
        'failed to create writer for encrypting sops data key with age: stub plugin: couldn\'t start plugin: "stub" plugin ' +
        'not found: exec: "age-plugin-stub": executable file not found in $PATH',
      hint: "Install the program age-plugin-stub in a folder of PATH.",
    });
  });

  it("that takes its time is waited for, and the person is told", () =>
    withStub(["hang|"], async () => {
      vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
      const told: Told = { questions: [], warnings: [] };
      const connections: { close(): Promise<void> }[] = [];
      const context = contextAnswering([], told);
      const start: Platform["start"] = async (command) => {
        const connection = await nodePlatform.start(command);
        connections.push(connection);
        return connection;
      };
      const failure = wrap({ ...context, platform: { ...context.platform, start } }).catch((error: unknown) => error);
      await vi.waitFor(() => expect(vi.getTimerCount()).toBe(1));
      vi.advanceTimersByTime(5_000);
      vi.useRealTimers();
      expect(told.warnings).toEqual(["age: waiting on stub plugin..."]);
      await connections[0]?.close();
      expect(await failure).toBeInstanceOf(Error);
    }));
});

import { execFileSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { AgeKey } from "../../src/core/metadata.ts";
import { age } from "../../src/keys/age/age.ts";
import { encodeBech32 } from "../../src/keys/age/bech32.ts";
import type { KeyContext } from "../../src/keys/key-source.ts";
import { platform } from "../../src/platform/node.ts";
import { contextWith, corpusKey, corpusRecipient } from "../keys/context.ts";
import { sopsTsCommand } from "../support/built-program.ts";
import { expectNoSecrets } from "../support/canary.ts";
import { programRunner } from "../support/command-runner.ts";
import { withGpgHome } from "../support/gpg-home.ts";
import { installPinentry } from "../support/pinentry.ts";
import { describeWithPrograms, type Programs } from "../support/programs.ts";
import { runAtTerminal, type Typing } from "../support/pseudo-terminal.ts";
import { installStubPlugin, stubIdentity, stubRecipient } from "../support/stub-plugin.ts";
import { withTemporaryDirectory } from "../support/temporary-directory.ts";

const dataKey = Uint8Array.from({ length: 32 }, (_, index) => index * 5 + 1);
const passphrase = "correct horse";

afterEach(() => vi.unstubAllEnvs());

const contextAnswering = (answer: string, fields: Partial<KeyContext> = {}): KeyContext & { asked: string[] } => {
  const asked: string[] = [];
  const askSecret = async (question: string): Promise<string> => (asked.push(question), answer);
  return { ...contextWith({ askSecret, ...fields }), asked };
};

const environment = (home: string, more: Readonly<Record<string, string>> = {}): Record<string, string> => ({
  PATH: process.env["PATH"] ?? "",
  HOME: home,
  SOPS_DISABLE_VERSION_CHECK: "1",
  ...more,
});

/** Protects a text with the passphrase, by age's own plugin. */
function protect(programs: { age: string }, text: string, ...flags: string[]): Buffer {
  const env = { ...process.env, AGE_PASSPHRASE: passphrase, AGE_PASSPHRASE_WORK_FACTOR: "10" };
  return execFileSync(programs.age, ["-e", ...flags, "-j", "batchpass"], { input: text, env });
}

describeWithPrograms(["age", "age-plugin-batchpass"], "real age", (programs) => {
  const key: AgeKey = { kind: "age", recipient: corpusRecipient("pq"), enc: "" };

  it.each([
    ["armored", ["-a"]],
    ["binary", []],
  ])("makes protected identity files that sops-ts opens: %s", (_, flags) =>
    withTemporaryDirectory(async (folder) => {
      const path = join(folder, "keys.txt");
      writeFileSync(path, protect(programs, `${corpusKey("alice.txt")}\n${corpusKey("pq.txt")}`, ...flags));
      vi.stubEnv("SOPS_AGE_KEY_FILE", path);
      vi.stubEnv("HOME", folder);
      const enc = await age.wrap(key, dataKey, contextWith());
      const context = contextAnswering(passphrase, { platform, onlyGivenIdentities: false });
      expect(await age.unwrap({ ...key, enc }, context)).toEqual(dataKey);
      expect(await age.unwrap({ ...key, enc }, context)).toEqual(dataKey);
      expect(context.asked).toEqual(["Enter passphrase for identity 'SOPS_AGE_KEY_FILE':"]);
    }),
  );

  it("has a plugin that sops-ts opens files with", async () => {
    const enc = protect(programs, Buffer.from(dataKey).toString("latin1"), "-a").toString();
    const identities = [encodeBech32("AGE-PLUGIN-BATCHPASS-", new Uint8Array(0))];
    const context = contextWith({ platform, identities });
    const unwrapping = (): Promise<Uint8Array> => age.unwrap({ kind: "age", recipient: "", enc }, context);
    vi.stubEnv("PATH", `${process.env["PATH"]}:${join(programs["age-plugin-batchpass"], "..")}`);
    vi.stubEnv("AGE_PASSPHRASE", passphrase);
    expect(Buffer.from(await unwrapping()).toString()).toBe(Buffer.from(dataKey).toString("latin1"));
    vi.stubEnv("AGE_PASSPHRASE", "wrong horse");
    await expect(unwrapping()).rejects.toThrow("with age: batchpass plugin: incorrect passphrase");
    vi.stubEnv("AGE_PASSPHRASE", "");
    await expect(unwrapping()).rejects.toThrow(
      "batchpass plugin: either AGE_PASSPHRASE or AGE_PASSPHRASE_FD must be set",
    );
  });

  it("and sops-ts speak with a plugin alike", () =>
    withTemporaryDirectory(async (folder) => {
      const stub = installStubPlugin(folder);
      const env = { ...process.env, ...stub.env };
      const identity = join(folder, "identity");
      writeFileSync(identity, `${stubIdentity}\n`);
      for (const [name, value] of Object.entries(stub.env)) vi.stubEnv(name, value);
      const stubKey: AgeKey = { kind: "age", recipient: stubRecipient, enc: "" };
      const context = contextWith({ platform, identities: [stubIdentity] });

      const ours = await age.wrap(stubKey, dataKey, context);
      expect(new Uint8Array(execFileSync(programs.age, ["-d", "-i", identity], { input: ours, env }))).toEqual(dataKey);
      const theirs = execFileSync(programs.age, ["-e", "-a", "-r", stubRecipient], { input: dataKey, env }).toString();
      expect(await age.unwrap({ ...stubKey, enc: theirs }, context)).toEqual(dataKey);
      const [wrapped, unwrapped] = stub.log();
      expect(stub.log()).toEqual([wrapped, unwrapped, wrapped, unwrapped]);
    }));
});

/** Makes an RSA key in a file that OpenSSL protects, with the public key beside it. */
function makeOldKey(programs: Programs<"ssh-keygen" | "openssl">, path: string, flags: readonly string[]): void {
  execFileSync(programs["ssh-keygen"], ["-q", "-N", "", "-f", path, "-t", "rsa", "-b", "2048", "-m", "PEM"]);
  const words = ["rsa", "-in", path, "-traditional", "-passout", `pass:${passphrase}`, ...flags];
  writeFileSync(path, execFileSync(programs.openssl, words, { stdio: "pipe" }), { mode: 0o600 });
}

describeWithPrograms(["ssh-keygen", "age", "openssl"], "real ssh-keygen", (programs) => {
  const make = (path: string, ...flags: string[]): { identity: string; recipient: string } => {
    execFileSync(programs["ssh-keygen"], ["-q", "-N", passphrase, "-C", "me", "-f", path, ...flags], {
      stdio: "ignore",
    });
    return { identity: readFileSync(path, "utf8"), recipient: readFileSync(`${path}.pub`, "utf8").trim() };
  };

  describe.each([
    ["ed25519", ["-t", "ed25519"]],
    ["ed25519 with AES-CBC", ["-t", "ed25519", "-Z", "aes256-cbc"]],
    ["ed25519 with few rounds", ["-t", "ed25519", "-a", "1"]],
    ["RSA", ["-t", "rsa", "-b", "2048"]],
    ["RSA in PKCS #1", ["-t", "rsa", "-b", "2048", "-m", "PEM"]],
    ["RSA in PKCS #8", ["-t", "rsa", "-b", "2048", "-m", "PKCS8"]],
  ])("makes protected keys that sops-ts opens: %s", (_, flags) => {
    it("given as a text, or found in a file", () =>
      withTemporaryDirectory(async (folder) => {
        const path = join(folder, "key");
        const { identity, recipient } = make(path, ...flags);
        const enc = execFileSync(programs.age, ["-e", "-a", "-r", recipient], { input: dataKey }).toString();
        const key: AgeKey = { kind: "age", recipient, enc };
        const given = contextAnswering(passphrase, { identities: [identity] });
        expect(await age.unwrap(key, given)).toEqual(dataKey);
        expect(given.asked).toEqual(["Enter passphrase for identities[0]:"]);

        vi.stubEnv("SOPS_AGE_SSH_PRIVATE_KEY_FILE", path);
        vi.stubEnv("HOME", folder);
        const found = contextAnswering(passphrase, { platform, onlyGivenIdentities: false });
        expect(await age.unwrap(key, found)).toEqual(dataKey);
        expect(await age.unwrap(key, found)).toEqual(dataKey);
        expect(found.asked).toEqual([`Enter passphrase for "${path}":`]);

        const wrong = contextAnswering("wrong horse", { platform, onlyGivenIdentities: false });
        const error = await age.unwrap(key, wrong).catch((thrown: unknown) => thrown);
        expect((error as Error).message).toContain(`failed to decrypt SSH key file "${path}": incorrect passphrase`);
        await expectNoSecrets(["wrong horse", identity.slice(100, 140)], { errors: [error] });
      }));

    it("does not ask when the file is for another key", () =>
      withTemporaryDirectory(async (folder) => {
        const path = join(folder, "key");
        make(path, ...flags);
        const { recipient } = make(join(folder, "other"), ...flags);
        const enc = execFileSync(programs.age, ["-e", "-a", "-r", recipient], { input: dataKey }).toString();
        vi.stubEnv("SOPS_AGE_SSH_PRIVATE_KEY_FILE", path);
        vi.stubEnv("HOME", folder);
        const context = contextAnswering(passphrase, { platform, onlyGivenIdentities: false });
        await expect(age.unwrap({ kind: "age", recipient, enc }, context)).rejects.toThrow("did not match");
        expect(context.asked).toEqual([]);
      }));
  });

  it.each([
    ["DES-EDE3-CBC", ["-des3"]],
    ["DES-CBC", ["-des", "-provider", "legacy", "-provider", "default"]],
    ["AES-192-CBC", ["-aes192"]],
  ])("makes keys that OpenSSL protects with %s, which sops-ts opens", (name, flags) =>
    withTemporaryDirectory(async (folder) => {
      const path = join(folder, "key");
      makeOldKey(programs, path, flags);
      expect(readFileSync(path, "utf8")).toContain(`DEK-Info: ${name},`);
      const recipient = readFileSync(`${path}.pub`, "utf8").trim();
      const enc = execFileSync(programs.age, ["-e", "-a", "-r", recipient], { input: dataKey }).toString();
      vi.stubEnv("SOPS_AGE_SSH_PRIVATE_KEY_FILE", path);
      vi.stubEnv("HOME", folder);
      const context = contextAnswering(passphrase, { platform, onlyGivenIdentities: false });
      expect(await age.unwrap({ kind: "age", recipient, enc }, context)).toEqual(dataKey);
      const wrong = contextAnswering("wrong horse", { platform, onlyGivenIdentities: false });
      await expect(age.unwrap({ kind: "age", recipient, enc }, wrong)).rejects.toThrow("incorrect passphrase");
    }),
  );

  it("leaves the public key of a PEM file beside it, which is needed and has to fit", () =>
    withTemporaryDirectory(async (folder) => {
      const path = join(folder, "key");
      const { recipient } = make(path, "-t", "rsa", "-b", "2048", "-m", "PEM");
      const other = make(join(folder, "other"), "-t", "rsa", "-b", "2048");
      const enc = execFileSync(programs.age, ["-e", "-a", "-r", other.recipient], { input: dataKey }).toString();
      vi.stubEnv("SOPS_AGE_SSH_PRIVATE_KEY_FILE", path);
      vi.stubEnv("HOME", folder);
      const failure = (): Promise<unknown> =>
        age.unwrap(
          { kind: "age", recipient, enc },
          contextAnswering(passphrase, { platform, onlyGivenIdentities: false }),
        );
      writeFileSync(`${path}.pub`, other.recipient);
      await expect(failure()).rejects.toThrow(`mismatched private and public SSH key in "${path}"`);
      rmSync(`${path}.pub`);
      await expect(failure()).rejects.toThrow(
        `failed to obtain public "${path}.pub" key for "${path}" SSH key: open ${path}.pub: no such file or directory`,
      );
    }));
});

/** A home with a file that needs a secret, made by sops. */
interface SecretFile {
  readonly directory: string;
  /** Variables beside the home's. */
  readonly env: Readonly<Record<string, string>>;
}

describeWithPrograms(
  ["sops", "age", "age-plugin-batchpass", "ssh-keygen", "openssl", "script"],
  "at a terminal, sops and sops-ts",
  (programs) => {
    const commands = { sops: [programs.sops], "sops-ts": sopsTsCommand() };

    async function encryptedFor(
      recipient: string,
      folder: string,
      env: Readonly<Record<string, string>>,
    ): Promise<void> {
      writeFileSync(join(folder, "file.yaml"), "a: 1\n");
      const sops = programRunner([programs.sops]);
      const outcome = await sops({
        args: ["encrypt", "-i", "--age", recipient, "file.yaml"],
        directory: folder,
        env: environment(folder, env),
      });
      expect(outcome.status, outcome.stderr).toBe(0);
    }

    async function makeProtectedFile(folder: string): Promise<SecretFile> {
      const path = join(folder, "keys.txt");
      writeFileSync(path, protect(programs, corpusKey("alice.txt"), "-a"));
      await encryptedFor(corpusRecipient("alice"), folder, {});
      return { directory: folder, env: { SOPS_AGE_KEY_FILE: path } };
    }

    async function makeSshFile(folder: string): Promise<SecretFile> {
      const path = join(folder, "key");
      execFileSync(programs["ssh-keygen"], ["-q", "-N", passphrase, "-t", "ed25519", "-f", path], { stdio: "ignore" });
      await encryptedFor(readFileSync(`${path}.pub`, "utf8").trim(), folder, {});
      return { directory: folder, env: { SOPS_AGE_SSH_PRIVATE_KEY_FILE: path } };
    }

    async function makeOldSshFile(folder: string): Promise<SecretFile> {
      const path = join(folder, "key");
      makeOldKey(programs, path, ["-des3"]);
      await encryptedFor(readFileSync(`${path}.pub`, "utf8").trim(), folder, {});
      return { directory: folder, env: { SOPS_AGE_SSH_PRIVATE_KEY_FILE: path } };
    }

    async function makePluginFile(folder: string): Promise<SecretFile> {
      const { env } = installStubPlugin(folder);
      await encryptedFor(stubRecipient, folder, env);
      const steps = ["request-public|Slot?", "confirm|Sure?|Go|Stop", "confirm|Ready?|Yes", "request-secret|PIN?"];
      return {
        directory: folder,
        env: { ...env, SOPS_AGE_KEY: stubIdentity, STUB_STEPS: steps.slice(0, 3).join("\n") },
      };
    }

    const question = "Enter passphrase for identity 'SOPS_AGE_KEY_FILE': ";
    const cases: readonly (readonly [
      string,
      (folder: string) => Promise<SecretFile>,
      (folder: string) => Typing[],
      number,
    ])[] = [
      ["a protected identity file", makeProtectedFile, () => [{ after: question, text: `${passphrase}\r` }], 0],
      ["a wrong passphrase", makeProtectedFile, () => [{ after: question, text: "wrong\r" }], 128],
      ["an empty passphrase", makeProtectedFile, () => [{ after: question, text: "\r" }], 128],
      [
        "a protected SSH key",
        makeSshFile,
        (folder) => [{ after: `Enter passphrase for "${folder}/key": `, text: `${passphrase}\r` }],
        0,
      ],
      [
        "an old SSH key with Triple DES",
        makeOldSshFile,
        (folder) => [{ after: `Enter passphrase for "${folder}/key": `, text: `${passphrase}\r` }],
        0,
      ],
      [
        "a plugin with questions",
        makePluginFile,
        () => [
          { after: "Slot? ", text: "9a\r" },
          { after: 'Sure? (press [1] for "Go" or [2] for "Stop") ', text: "1" },
          { after: 'Ready? (press enter for "Yes") ', text: "\r" },
        ],
        0,
      ],
    ];

    it.each(cases)("ask the same questions: %s", (_, make, typing, expected) =>
      withTemporaryDirectory(async (folder) => {
        const { directory, env } = await make(folder);
        const run = async (command: readonly string[]): Promise<{ status: number; shown: string }> =>
          runAtTerminal(programs.script, {
            command: [...command, "decrypt", "file.yaml"],
            directory,
            env: environment(folder, { TERM: "xterm", SHELL: "/bin/sh", ...env }),
            typing: typing(folder),
          });
        const [theirs, ours] = [await run(commands.sops), await run(commands["sops-ts"])];
        expect([theirs.status, ours.status], ours.shown).toEqual([expected, expected]);
        for (const { after } of typing(folder)) {
          expect(theirs.shown).toContain(after);
          expect(ours.shown).toContain(after);
        }
        expect(ours.shown).not.toContain(passphrase);
        expect(essence(ours.shown)).toBe(essence(theirs.shown));
      }),
    );

    /** The plaintext, or the report without its layout and our hint. */
    function essence(shown: string): string {
      const report = /Failed to get[^]*but none were\./.exec(shown)?.[0] ?? shown.slice(shown.indexOf("a: 1"));
      return report.replaceAll(/[\s|]+/g, " ");
    }
  },
);

describeWithPrograms(["sops", "age", "age-plugin-batchpass", "gpg"], "with gpg-agent, sops and sops-ts", (programs) => {
  it("keep the passphrase under the same name, and forget a wrong one", () =>
    withGpgHome((home) =>
      withTemporaryDirectory(async (folder) => {
        const shown = installPinentry(home.path, passphrase);
        execFileSync("gpg-agent", ["--homedir", home.path, "--daemon"], { stdio: "ignore" });
        const env = environment(folder, {
          SOPS_AGE_KEY_FILE: join(folder, "keys.txt"),
          TERM: "xterm",
          GPG_AGENT_INFO: `${home.path}/S.gpg-agent:0:1`,
        });
        writeFileSync(join(folder, "keys.txt"), protect(programs, corpusKey("alice.txt"), "-a"));
        writeFileSync(join(folder, "file.yaml"), "a: 1\n");
        const [theirs, ours] = [programRunner([programs.sops]), programRunner(sopsTsCommand())];
        const recipient = corpusRecipient("alice");
        await theirs({ args: ["encrypt", "-i", "--age", recipient, "file.yaml"], directory: folder, env });
        const decrypt = { args: ["decrypt", "file.yaml"], directory: folder, env };
        const asked = (): number => readFileSync(shown, "utf8").split("\n").length - 1;

        for (const run of [ours, theirs, ours]) {
          const outcome = await run(decrypt);
          expect([outcome.status, Buffer.from(outcome.stdout).toString()], outcome.stderr).toEqual([0, "a: 1\n"]);
        }
        expect(asked()).toBe(1);
        expect(decodeURIComponent(readFileSync(shown, "utf8"))).toContain(
          "Enter passphrase for identity 'SOPS_AGE_KEY_FILE':",
        );

        writeFileSync(join(folder, "keys.txt"), protect({ age: programs.age }, corpusKey("bob.txt"), "-a"));
        const unmatched = await ours(decrypt);
        expect([unmatched.status, asked()]).toEqual([128, 2]);
        expect(unmatched.stderr).toContain("encrypted identity 'SOPS_AGE_KEY_FILE' didn't match file's recipients");

        const wrong = execFileSync(programs.age, ["-e", "-a", "-j", "batchpass"], {
          input: corpusKey("alice.txt"),
          env: { ...process.env, AGE_PASSPHRASE: "another", AGE_PASSPHRASE_WORK_FACTOR: "10" },
        });
        writeFileSync(join(folder, "keys.txt"), wrong);
        for (const [index, run] of [ours, ours, theirs].entries()) {
          const outcome = await run(decrypt);
          expect([outcome.status, asked()]).toEqual([128, 3 + index]);
          expect(outcome.stderr.replaceAll(/[\s|]+/g, " ")).toContain("with age: incorrect passphrase");
        }
      }),
    ));
});

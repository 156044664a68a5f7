import { createMessage, encrypt, encryptKey, readKey, readPrivateKey } from "openpgp";
import { beforeAll, describe, expect, it, vi } from "vitest";
import type { PgpKey } from "../../../src/core/metadata.ts";
import type { KeyContext } from "../../../src/keys/key-source.ts";
import { pgp } from "../../../src/keys/pgp/pgp.ts";
import { type Platform, PlatformError, type RunOptions, type RunResult } from "../../../src/platform/platform.ts";
import { expectNoSecrets } from "../../support/canary.ts";
import { memoryPlatform } from "../../support/memory-platform.ts";
import { contextWith, corpusKey, corpusRecipient } from "../context.ts";
import { keySourceContract } from "../key-source-contract.ts";

const dataKey = new Uint8Array(32).fill(7);
const secretKeys = { rsa: corpusKey("pgp_rsa.asc"), ecc: corpusKey("pgp_ecc.asc") };
const fingerprints = { rsa: corpusRecipient("pgp_rsa"), ecc: corpusRecipient("pgp_ecc") };
const publicKeys = { rsa: "", ecc: "" };

beforeAll(async () => {
  for (const name of ["rsa", "ecc"] as const) {
    publicKeys[name] = (await readKey({ armoredKey: secretKeys[name] })).toPublic().armor();
  }
});

const keyOf = (fingerprint: string, enc = ""): PgpKey => ({
  kind: "pgp",
  fingerprint,
  createdAt: "2026-01-02T03:04:05Z",
  enc,
});
const linesOf = (block: string): string[] => block.match(/^[\w+/]{60,}/gm) ?? [];

keySourceContract(pgp, {
  text: fingerprints.rsa,
  name: fingerprints.rsa,
  otherText: fingerprints.ecc,
  malformed: [",", " "],
  open: () => contextWith({ identities: [publicKeys.rsa, publicKeys.ecc, secretKeys.rsa] }),
  closed: () => contextWith({ identities: [publicKeys.rsa, publicKeys.ecc] }),
  secrets: linesOf(secretKeys.rsa),
});

describe("PGP keys in memory", () => {
  it.each(["rsa", "ecc"] as const)("wrap and unwrap: %s", async (name) => {
    const key = keyOf(fingerprints[name]);
    key.enc = await pgp.wrap(key, dataKey, contextWith({ identities: [publicKeys.rsa + publicKeys.ecc] }));
    expect(key.enc).toMatch(/^-----BEGIN PGP MESSAGE-----\n\n[^]+\n-----END PGP MESSAGE-----$/);
    expect(await pgp.unwrap(key, contextWith({ identities: [secretKeys[name]] }))).toEqual(dataKey);
    const both = contextWith({ identities: [secretKeys.rsa, secretKeys.ecc] });
    expect(await pgp.unwrap(key, both)).toEqual(dataKey);
  });

  it("are found by fingerprint in any case, by long key id, and by a subkey's fingerprint", async () => {
    const { subkeys } = await readKey({ armoredKey: publicKeys.ecc });
    const subkey = subkeys[0]?.getFingerprint() ?? "";
    const context = contextWith({ identities: [publicKeys.rsa, publicKeys.ecc] });
    const names = [
      fingerprints.ecc.toLowerCase(),
      fingerprints.ecc.slice(-16),
      `0x${subkey}`,
      `${subkey.toUpperCase()}!`,
    ];
    for (const name of names) {
      const enc = await pgp.wrap(keyOf(name), dataKey, context);
      expect(await pgp.unwrap(keyOf(name, enc), contextWith({ identities: [secretKeys.ecc] }))).toEqual(dataKey);
    }
  });

  it("are refused when the fingerprint insists on a key that cannot encrypt", async () => {
    const wrapping = pgp.wrap(keyOf(`${fingerprints.ecc}!`), dataKey, contextWith({ identities: [publicKeys.ecc] }));
    await expect(wrapping).rejects.toThrow(/^could not encrypt data key with PGP key: OpenPGP\.js error: /);
  });

  it("open a message that does not tell for whom it is", async () => {
    const armored = await encrypt({
      message: await createMessage({ binary: new Uint8Array(dataKey) }),
      encryptionKeys: await readKey({ armoredKey: publicKeys.ecc }),
      wildcard: true,
    });
    const context = contextWith({ identities: [secretKeys.rsa, secretKeys.ecc] });
    expect(await pgp.unwrap(keyOf("", armored), context)).toEqual(dataKey);
  });

  describe("with a passphrase", () => {
    let locked = "";
    let enc = "";

    beforeAll(async () => {
      const privateKey = await readPrivateKey({ armoredKey: secretKeys.ecc });
      locked = (await encryptKey({ privateKey, passphrase: "open sesame" })).armor();
      enc = await pgp.wrap(keyOf(fingerprints.ecc), dataKey, contextWith({ identities: [publicKeys.ecc] }));
    });

    it("ask for it", async () => {
      const askSecret = vi.fn(async () => "open sesame");
      const context = contextWith({ identities: [locked], askSecret });
      expect(await pgp.unwrap(keyOf(fingerprints.ecc, enc), context)).toEqual(dataKey);
      expect(askSecret.mock.calls).toEqual([[`Enter passphrase for PGP key ${fingerprints.ecc}:`]]);
    });

    it("say that it is wrong, or that nobody can be asked", async () => {
      const wrong = contextWith({ identities: [locked], askSecret: async () => "open barley" });
      const error = await pgp.unwrap(keyOf(fingerprints.ecc, enc), wrong).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({
        message:
          "could not decrypt data key with PGP key: OpenPGP.js error: " +
          `incorrect passphrase for the PGP key ${fingerprints.ecc}`,
      });
      await expectNoSecrets(["open barley", ...linesOf(locked)], { errors: [error] });
      const silent = contextWith({ identities: [locked] });
      await expect(pgp.unwrap(keyOf(fingerprints.ecc, enc), silent)).rejects.toThrow("there is nobody to ask");
    });

    it("ask at the terminal where no agent runs", async () => {
      const questions: string[] = [];
      const platform: Platform = {
        ...memoryPlatform(),
        askSecret: async (question) => (questions.push(question), "open sesame"),
      };
      const context = contextWith({ identities: [locked], onlyGivenIdentities: false, platform });
      expect(await pgp.unwrap(keyOf(fingerprints.ecc, enc), context)).toEqual(dataKey);
      expect(questions).toEqual([`Enter passphrase for PGP key ${fingerprints.ecc}: `]);
    });
  });

  it("say that there are none", async () => {
    const act = pgp.wrap(keyOf(fingerprints.rsa), dataKey, contextWith());
    await expect(act).rejects.toThrow("could not encrypt data key with PGP key: no PGP keys were given");
    const browser = contextWith({ platform: memoryPlatform({ os: "browser" }), onlyGivenIdentities: false });
    await expect(pgp.unwrap(keyOf(fingerprints.rsa, "x"), browser)).rejects.toThrow("no PGP keys were given");
  });

  it("are not quoted when they cannot be read", async () => {
    const damaged = secretKeys.rsa.replaceAll(/^[^-].{20}/gm, "?");
    const error = await pgp
      .wrap(keyOf(fingerprints.rsa), dataKey, contextWith({ identities: [damaged.replaceAll("\n", "\r\n")] }))
      .catch((thrown: unknown) => thrown);
    expect((error as Error).message).toContain("the PGP keys cannot be read");
    await expectNoSecrets(damaged.match(/(?<=^\?).{20}/gm) ?? [], { errors: [error] });
  });
});

interface Run {
  readonly command: readonly string[];
  readonly stdin: string | undefined;
}

/** A platform whose only program is a gpg that answers so. */
function withGpg(answer: Partial<RunResult> | Error, env: Record<string, string> = {}, runs: Run[] = []): KeyContext {
  const run = async (command: readonly string[], options: RunOptions = {}): Promise<RunResult> => {
    runs.push({ command, stdin: options.stdin && Buffer.from(options.stdin).toString("latin1") });
    if (answer instanceof Error) throw answer;
    return { stdout: new Uint8Array(), stderr: new Uint8Array(), status: 0, ...answer };
  };
  const platform: Platform = { ...memoryPlatform({ env }), homeDirectory: () => "/h", run };
  return contextWith({ platform, onlyGivenIdentities: false });
}

const text = (content: string): Uint8Array => new Uint8Array(Buffer.from(content, "latin1"));

describe("gpg", () => {
  it.each([
    ["DE64BF3D45594E0D7092696B6342BD58061E58CD", "6342BD58061E58CD"],
    ["DE64BF3D45594E0D7092696B6342BD58061E58CD!", "6342BD58061E58CD!"],
    ["061E58CD", "061E58CD"],
  ])("is started to encrypt for %s as sops starts it", async (fingerprint, trusted) => {
    const runs: Run[] = [];
    const context = withGpg({ stdout: text("\nthe message\n\n") }, {}, runs);
    expect(await pgp.wrap(keyOf(fingerprint), dataKey, context)).toBe("the message");
    const words = ["--no-default-recipient", "--yes", "--encrypt", "-a", "-r", fingerprint];
    const command = ["gpg", ...words, "--trusted-key", trusted, "--no-encrypt-to"];
    expect(runs).toEqual([{ command, stdin: Buffer.from(dataKey).toString("latin1") }]);
  });

  it("is started to decrypt as sops starts it", async () => {
    const runs: Run[] = [];
    const context = withGpg({ stdout: dataKey }, { SOPS_GPG_EXEC: "/opt/gpg2" }, runs);
    expect(await pgp.unwrap(keyOf("A", "the message"), context)).toEqual(dataKey);
    expect(runs).toEqual([{ command: ["/opt/gpg2", "-d"], stdin: "the message" }]);
  });

  const noRing = "OpenPGP.js error: could not load secring: open /h/.gnupg/pubring.gpg: no such file or directory";

  it.each<[string, Partial<RunResult> | Error, string]>([
    [
      "what it said",
      { status: 2, stderr: text(" gpg: decryption failed: No secret key\n") },
      "gpg: decryption failed: No secret key",
    ],
    ["its exit status when it said nothing", { status: 3 }, "gpg ended with exit status 3"],
    ["that a signal ended it", { status: undefined }, "a signal ended gpg"],
    ["that it gave nothing", {}, "zero bytes returned"],
    ["that it is missing", new PlatformError('exec: "gpg": not found'), 'exec: "gpg": not found'],
  ])("is reported with %s", async (_, answer, reason) => {
    const start = "could not decrypt data key with PGP key:";
    await expect(pgp.unwrap(keyOf("A", "x"), withGpg(answer))).rejects.toMatchObject({
      code: "COULD_NOT_RETRIEVE_KEY",
      message: `${start} ${noRing}; GnuPG binary error: failed to decrypt sops data key with pgp: ${reason}`,
    });
  });

  it("is reported when it cannot encrypt", async () => {
    const failing = withGpg({ status: 2, stderr: text("gpg: A: skipped: No public key") });
    await expect(pgp.wrap(keyOf("A"), dataKey, failing)).rejects.toMatchObject({
      code: "COULD_NOT_GENERATE_DATA_KEY",
      message:
        "could not encrypt data key with PGP key: OpenPGP.js error: key with fingerprint 'A' is not available in keyring; " +
        "GnuPG binary error: failed to encrypt sops data key with pgp: gpg: A: skipped: No public key",
    });
  });

  it("is not started when only given keys may be used", async () => {
    const runs: Run[] = [];
    const context: KeyContext = { ...withGpg({ stdout: dataKey }, {}, runs), onlyGivenIdentities: true };
    await expect(pgp.unwrap(keyOf("A", "x"), context)).rejects.toThrow("no PGP keys were given");
    expect(runs).toEqual([]);
  });
});

describe("key rings of old releases of gpg", () => {
  const ringOf = async (...blocks: string[]): Promise<Uint8Array> => {
    const keys = await Promise.all(blocks.map((armoredKey) => readKey({ armoredKey })));
    return Buffer.concat(keys.map((key) => key.write()));
  };

  const withRings = (rings: Readonly<Record<string, Uint8Array>>, env: Record<string, string> = {}): KeyContext => {
    const context = withGpg(new PlatformError("no gpg"), env);
    const readFileIfExists = async (path: string): Promise<Uint8Array | undefined> => rings[path];
    const readFile = async (path: string): Promise<Uint8Array> => {
      if (rings[path] === undefined) throw new PlatformError(`open ${path}: no such file or directory`);
      return rings[path];
    };
    return { ...context, platform: { ...context.platform, readFileIfExists, readFile } };
  };

  it("are used without gpg: the secret one, or else the public one", async () => {
    const both = await ringOf(publicKeys.rsa, publicKeys.ecc);
    const enc = await pgp.wrap(keyOf(fingerprints.ecc), dataKey, withRings({ "/h/.gnupg/pubring.gpg": both }));
    const secret = await ringOf(secretKeys.rsa, secretKeys.ecc);
    for (const rings of [{ "/g/secring.gpg": secret, "/g/pubring.gpg": both }, { "/g/pubring.gpg": secret }]) {
      const context = withRings(rings, { GNUPGHOME: "/g/" });
      expect(await pgp.unwrap(keyOf(fingerprints.ecc, enc), context)).toEqual(dataKey);
    }
  });

  it("that hold other keys do not keep gpg from being asked", async () => {
    const context = withRings({ "/h/.gnupg/pubring.gpg": await ringOf(publicKeys.rsa) });
    const failure = pgp.wrap(keyOf(fingerprints.ecc), dataKey, context);
    await expect(failure).rejects.toThrow(/is not available in keyring; GnuPG binary error: .*no gpg$/);
  });
});

import { createCipheriv, createHash, generateKeyPairSync, type KeyObject } from "node:crypto";
import bcrypt from "bcrypt-pbkdf";
import { describe, expect, it } from "vitest";
import { concatBytes } from "../../../src/bytes.ts";
import type { Cipher } from "../../../src/crypto/cipher.ts";
import { cipher } from "../../../src/crypto/node.ts";
import { cipher as noble } from "../../../src/crypto/noble.ts";
import { parseSshPrivateKey } from "../../../src/keys/age/ssh-private-key.ts";
import { encodeSshPublicKey, parseSshPublicKey } from "../../../src/keys/age/ssh-public-key.ts";
import { sshInteger, sshString } from "../../../src/keys/age/ssh-wire.ts";
import { expectNoSecrets } from "../../support/canary.ts";
import { corpusKey, corpusRecipient } from "../context.ts";

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const number = (value: number): Uint8Array => Uint8Array.of(0, 0, 0, value);
const field = (jwk: JsonWebKey, name: keyof JsonWebKey): Uint8Array =>
  new Uint8Array(Buffer.from(String(jwk[name]), "base64url"));

const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const ed25519 = generateKeyPairSync("ed25519");

/** An OpenSSH private key file, made by hand so that parts can be wrong. */
function openSsh(
  secret: readonly Uint8Array[],
  parts: { cipher?: string; keys?: number; checks?: [number, number] } = {},
): string {
  const { cipher: cipherName = "none", keys = 1, checks = [7, 7] } = parts;
  const content = concatBytes(number(checks[0]), number(checks[1]), ...secret);
  const file = concatBytes(
    utf8("openssh-key-v1\0"),
    sshString(utf8(cipherName)),
    sshString(utf8(cipherName === "none" ? "none" : "bcrypt")),
    sshString(utf8("")),
    number(keys),
    sshString(utf8("public")),
    sshString(content),
  );
  return pem("OPENSSH PRIVATE KEY", file);
}

function pem(label: string, bytes: Uint8Array): string {
  const lines =
    Buffer.from(bytes)
      .toString("base64")
      .match(/.{1,70}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ""].join("\n");
}

function ed25519Secret(key: KeyObject): Uint8Array[] {
  const jwk = key.export({ format: "jwk" });
  const [x, d] = [field(jwk, "x"), field(jwk, "d")];
  return ["ssh-ed25519"]
    .map(utf8)
    .map(sshString)
    .concat([sshString(x), sshString(concatBytes(d, x)), sshString(utf8("note"))]);
}

function rsaSecret(key: KeyObject): Uint8Array[] {
  const jwk = key.export({ format: "jwk" });
  const names = ["n", "e", "d", "qi", "p", "q"] as const;
  return [sshString(utf8("ssh-rsa")), ...names.map((name) => sshInteger(field(jwk, name)))];
}

/** As OpenSSL did it when there was nothing better; its DES is Triple DES with one key. */
function protectWithDes(key: KeyObject, passphrase: string): string {
  const iv = Buffer.alloc(8, 5);
  const secret = createHash("md5").update(passphrase).update(iv).digest().subarray(0, 8);
  const encryption = createCipheriv("des-ede3-cbc", Buffer.concat([secret, secret, secret]), iv);
  const encrypted = Buffer.concat([
    encryption.update(key.export({ format: "der", type: "pkcs1" })),
    encryption.final(),
  ]);
  const headers = `Proc-Type: 4,ENCRYPTED\nDEK-Info: DES-CBC,${iv.toString("hex").toUpperCase()}\n\n`;
  return pem("RSA PRIVATE KEY", encrypted).replace("\n", `\n${headers}`);
}

const texts = {
  pkcs1: rsa.privateKey.export({ format: "pem", type: "pkcs1" }) as string,
  pkcs8: rsa.privateKey.export({ format: "pem", type: "pkcs8" }) as string,
  pkcs8Ed25519: ed25519.privateKey.export({ format: "pem", type: "pkcs8" }) as string,
  openSshRsa: openSsh(rsaSecret(rsa.privateKey)),
  openSshEd25519: openSsh(ed25519Secret(ed25519.privateKey)),
};

describe("an SSH private key", () => {
  it.each(["pkcs1", "pkcs8", "openSshRsa"] as const)("for RSA is read from %s", async (form) => {
    const jwk = rsa.privateKey.export({ format: "jwk" });
    const numbers = Object.fromEntries(
      (["d", "p", "q", "dp", "dq", "qi"] as const).map((name) => [name, field(jwk, name)]),
    );
    expect(await parseSshPrivateKey(texts[form])).toEqual({
      type: "ssh-rsa",
      secret: numbers,
      publicKey: { type: "ssh-rsa", modulus: field(jwk, "n"), exponent: field(jwk, "e") },
    });
  });

  it.each(["pkcs8Ed25519", "openSshEd25519"] as const)("for Ed25519 is read from %s", async (form) => {
    const jwk = ed25519.privateKey.export({ format: "jwk" });
    expect(await parseSshPrivateKey(texts[form])).toEqual({
      type: "ssh-ed25519",
      seed: field(jwk, "d"),
      publicKey: { type: "ssh-ed25519", point: field(jwk, "x") },
    });
  });

  it.each(["ssh_ed25519", "ssh_rsa"])("of ssh-keygen has the public key of its .pub file: %s", async (name) => {
    const key = await parseSshPrivateKey(corpusKey(name));
    const publicKey = parseSshPublicKey(corpusKey(`${name}.pub`));
    if ("problem" in key || typeof publicKey === "string") throw new Error("not parsed");
    expect(key.publicKey).toEqual(publicKey);
    const wire = Buffer.from(encodeSshPublicKey(publicKey)).toString("base64");
    expect(corpusRecipient(name)).toContain(wire);
  });

  it("may have Windows line ends and text around it", async () => {
    const text = `notes\r\n${texts.openSshEd25519.replaceAll("\n", "\r\n")}more`;
    expect(await parseSshPrivateKey(text)).toMatchObject({ type: "ssh-ed25519" });
  });

  it.each([
    ["OpenSSH", openSsh(ed25519Secret(ed25519.privateKey), { cipher: "aes256-ctr" })],
    ["PKCS #1", texts.pkcs1.replace("-----\n", "-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n")],
    [
      "PKCS #8",
      rsa.privateKey.export({ format: "pem", type: "pkcs8", cipher: "aes-128-cbc", passphrase: "x" }) as string,
    ],
  ])("that needs a passphrase is recognised in %s", async (_, text) => {
    expect(await parseSshPrivateKey(text)).toMatchObject({ needsPassphrase: true });
  });

  describe("with a passphrase", () => {
    const secret = "correct horse";

    /** What ssh-keygen does: bcrypt, then AES-256; `parts` can be wrong. */
    function protect(
      content: readonly Uint8Array[],
      parts: { mode?: string; derivation?: string; rounds?: number; public?: Uint8Array } = {},
    ): string {
      const { mode = "aes256-ctr", derivation = "bcrypt", rounds = 1 } = parts;
      const plain = concatBytes(number(7), number(7), ...content);
      const padded = concatBytes(
        plain,
        Uint8Array.from({ length: -plain.length & 15 }, (_, index) => index + 1),
      );
      const [salt, derived] = [new Uint8Array(16).fill(3), new Uint8Array(48)];
      bcrypt.pbkdf(utf8(secret), secret.length, salt, salt.length, derived, derived.length, 1);
      const encryption = createCipheriv(
        mode === "aes256-cbc" ? "aes-256-cbc" : "aes-256-ctr",
        derived.subarray(0, 32),
        derived.subarray(32),
      );
      const encrypted = encryption.setAutoPadding(false).update(padded);
      const options = concatBytes(sshString(salt), Uint8Array.of(0, 0, rounds >> 8, rounds & 255));
      return pem(
        "OPENSSH PRIVATE KEY",
        concatBytes(
          utf8("openssh-key-v1\0"),
          ...[utf8(mode), utf8(derivation), options].map(sshString),
          number(1),
          sshString(parts.public ?? utf8("public")),
          sshString(new Uint8Array(encrypted)),
        ),
      );
    }

    const legacy = rsa.privateKey.export({ format: "pem", type: "pkcs1", cipher: "aes-128-cbc", passphrase: secret });
    const pkcs8 = (algorithm: string): string =>
      rsa.privateKey.export({ format: "pem", type: "pkcs8", cipher: algorithm, passphrase: secret }) as string;
    const tripleDes = rsa.privateKey.export({
      ...({ format: "pem", type: "pkcs1", cipher: "des-ede3-cbc", passphrase: secret } as const),
    }) as string;

    /** Names another mode of AES, which not every runtime writes. */
    const pkcs8WithCfb = (): string => {
      const bytes = Buffer.from(pkcs8("aes-128-cbc").replaceAll(/-----.*-----|\n/g, ""), "base64");
      const cbc = Buffer.from("6086480165030401", "hex");
      bytes[bytes.indexOf(cbc) + cbc.length] = 4;
      return pem("ENCRYPTED PRIVATE KEY", bytes);
    };

    it.each<[string, string, "ssh-rsa" | "ssh-ed25519"]>([
      ["OpenSSH with AES-CTR", protect(ed25519Secret(ed25519.privateKey)), "ssh-ed25519"],
      ["OpenSSH with AES-CBC", protect(ed25519Secret(ed25519.privateKey), { mode: "aes256-cbc" }), "ssh-ed25519"],
      ["OpenSSH with RSA", protect(rsaSecret(rsa.privateKey)), "ssh-rsa"],
      ["PKCS #1", legacy as string, "ssh-rsa"],
      [
        "PKCS #1 with AES-256",
        rsa.privateKey.export({ format: "pem", type: "pkcs1", cipher: "aes-256-cbc", passphrase: secret }) as string,
        "ssh-rsa",
      ],
      ["PKCS #1 with Triple DES", tripleDes, "ssh-rsa"],
      ["PKCS #1 with DES", protectWithDes(rsa.privateKey, secret), "ssh-rsa"],
      ["PKCS #8 with AES-128", pkcs8("aes-128-cbc"), "ssh-rsa"],
      ["PKCS #8 with AES-256", pkcs8("aes-256-cbc"), "ssh-rsa"],
    ])("is read from %s", async (_, text, type) => {
      const plain = await parseSshPrivateKey(type === "ssh-rsa" ? texts.pkcs1 : texts.openSshEd25519);
      expect(await parseSshPrivateKey(text, { passphrase: secret, cipher })).toEqual(plain);
      expect(await parseSshPrivateKey(text.replaceAll("\n", "\r\n"), { passphrase: secret, cipher })).toEqual(plain);
      for (const wrong of ["wrong horse", "correct horsf", ""]) {
        const result = await parseSshPrivateKey(text, { passphrase: wrong, cipher });
        expect(result).toEqual({ problem: "incorrect passphrase", needsPassphrase: false });
      }
    });

    it("tells its public half in OpenSSH's format", async () => {
      const line = parseSshPublicKey(corpusKey("ssh_ed25519.pub"));
      if (typeof line === "string") throw new Error("not parsed");
      const text = protect(ed25519Secret(ed25519.privateKey), { public: encodeSshPublicKey(line) });
      expect(await parseSshPrivateKey(text)).toMatchObject({ needsPassphrase: true, publicKey: line });
    });

    it.each([
      [protect([], { mode: "aes256-gcm@openssh.com" }), 'ssh: unknown cipher "aes256-gcm@openssh.com"'],
      [protect([], { derivation: "scrypt" }), 'ssh: unknown KDF "scrypt"'],
      [protect([], { rounds: 2049 }), "ssh: bcrypt KDF rounds 2049 exceed maximum 2048"],
      [protect([], { rounds: 0 }), "incorrect passphrase"],
      [(legacy as string).replace(/AES-128-CBC/, "RC2-CBC"), 'ssh: unsupported encryption of a PEM block: "RC2-CBC"'],
      [
        (legacy as string).replace(/AES-128-CBC/, "DES-EDE3-CBC"),
        'ssh: unsupported encryption of a PEM block: "DES-EDE3-CBC"',
      ],
      [pkcs8("aes-128-cbc").replace("MIIF", "MIIE"), "ssh: unsupported encryption of a PKCS #8 key"],
      [pem("ENCRYPTED PRIVATE KEY", Uint8Array.of(1, 2)), "ssh: unsupported encryption of a PKCS #8 key"],
      [pkcs8WithCfb(), "ssh: unsupported encryption of a PKCS #8 key"],
    ])("is not opened when it is protected otherwise (%#)", async (text, problem) => {
      expect(await parseSshPrivateKey(text, { passphrase: secret, cipher })).toEqual({
        problem,
        needsPassphrase: false,
      });
    });

    it("is not opened with DES where there is none", async () => {
      const without: Cipher = { ...noble };
      for (const text of [tripleDes, protectWithDes(rsa.privateKey, secret)]) {
        const result = await parseSshPrivateKey(text, { passphrase: secret, cipher: without });
        expect(result).toEqual({
          problem: "ssh: the key is protected with DES, which this runtime has not; ssh-keygen -p protects it anew",
          needsPassphrase: false,
        });
      }
    });

    it("never fails otherwise, wherever it is damaged", async () => {
      const protectedKeys = [
        protect(ed25519Secret(ed25519.privateKey)),
        legacy as string,
        tripleDes,
        pkcs8("aes-128-cbc"),
      ];
      for (const text of protectedKeys) {
        const [head = "", body = ""] = /^(-----BEGIN.*\n(?:[\w-]+: .*\n)*\n?)([^-]*)/.exec(text)?.slice(1) ?? [];
        const bytes = Buffer.from(body, "base64");
        for (let length = 0; length < bytes.length; length += 97) {
          const damaged =
            head + bytes.subarray(0, length).toString("base64") + text.slice(head.length + body.length - 1);
          expect(await parseSshPrivateKey(damaged, { passphrase: secret, cipher })).toHaveProperty("problem");
        }
      }
    });
  });

  const ec = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
  const small = generateKeyPairSync("rsa", { modulusLength: 1024 }).privateKey;
  it.each([
    ["no key", "hello", "ssh: no key found"],
    ["a public key", corpusKey("ssh_rsa.pub"), "ssh: no key found"],
    ["Base64 that is none", texts.pkcs1.replace("MII", "M!I"), "ssh: no key found"],
    ["an EC key", ec.export({ format: "pem", type: "sec1" }) as string, 'ssh: unsupported key type "EC PRIVATE KEY"'],
    [
      "an EC key in PKCS #8",
      ec.export({ format: "pem", type: "pkcs8" }) as string,
      "unsupported SSH identity type: 1.2.840.10045.2.1",
    ],
    [
      "an ECDSA key of OpenSSH",
      openSsh([sshString(utf8("ecdsa-sha2-nistp256"))]),
      'unsupported SSH identity type: "ecdsa-sha2-nistp256"',
    ],
    ["several keys", openSsh([], { keys: 2 }), "ssh: multi-key files are not supported"],
    [
      "unequal check numbers",
      openSsh(ed25519Secret(ed25519.privateKey), { checks: [1, 2] }),
      "ssh: malformed OpenSSH key",
    ],
    [
      "a secret that is too short",
      openSsh([sshString(utf8("ssh-ed25519")), sshString(new Uint8Array(32)), sshString(new Uint8Array(63))]),
      "ssh: private key unexpected length",
    ],
    ["RSA without its primes", openSsh(rsaSecret(rsa.privateKey).slice(0, -1)), "ssh: malformed private key"],
    [
      "a prime of one",
      openSsh([...rsaSecret(rsa.privateKey).slice(0, -1), sshInteger(Uint8Array.of(1))]),
      "ssh: malformed private key",
    ],
    [
      "an RSA key that is too small",
      small.export({ format: "pem", type: "pkcs1" }) as string,
      "RSA key size is too small",
    ],
    ["another PEM content", pem("OPENSSH PRIVATE KEY", utf8("hello")), "ssh: invalid OpenSSH key format"],
    ["DER that is cut off", pem("RSA PRIVATE KEY", Uint8Array.of(0x30, 0x82, 1)), "ssh: malformed private key"],
  ])("is not %s", async (_, text, problem) => {
    const result = await parseSshPrivateKey(text);
    expect(result).toEqual({ problem, needsPassphrase: false });
  });

  it("never fails otherwise, wherever it is cut, and says nothing of its content", async () => {
    for (const [form, text] of Object.entries(texts)) {
      const bytes = Buffer.from(text.replaceAll(/-----.*-----|\n/g, ""), "base64");
      const label = /BEGIN (.*)-----/.exec(text)?.[1] ?? "";
      for (let length = 0; length < bytes.length; length += 7) {
        const result = await parseSshPrivateKey(pem(label, bytes.subarray(0, length)));
        expect(result, `${form} cut to ${length} bytes`).toHaveProperty("problem");
      }
      await expectNoSecrets([bytes.subarray(-40, -8)], {
        output: [JSON.stringify(await parseSshPrivateKey(text.slice(0, -40)))],
      });
    }
  });
});

import { decodeUtf8 } from "../../bytes.ts";
import { decodeBase64 } from "../../crypto/base64.ts";
import type { Cipher } from "../../crypto/cipher.ts";
import { derTags, identifierText, readDer, readDerSequence } from "./der.ts";
import { decryptOpenSsh, decryptPem, decryptPkcs8, incorrectPassphrase } from "./ssh-protected-key.ts";
import type { RsaSecretKey } from "./ssh-rsa.ts";
import {
  checkRsa,
  readEd25519,
  readSshPublicKey,
  type SshEd25519PublicKey,
  type SshPublicKey,
  type SshRsaPublicKey,
} from "./ssh-public-key.ts";
import { SshReader, withoutLeadingZeros } from "./ssh-wire.ts";

/** An SSH private key that age can use. */
export type SshPrivateKey =
  | {
      readonly type: "ssh-ed25519";
      /** 32 bytes. */
      readonly seed: Uint8Array;
      readonly publicKey: SshEd25519PublicKey;
    }
  | { readonly type: "ssh-rsa"; readonly secret: RsaSecretKey; readonly publicKey: SshRsaPublicKey };

/** Why a text gives no key. The reason never holds a part of the text. */
export interface SshKeyProblem {
  readonly problem: string;
  /** Whether the key is there, but needs its passphrase. */
  readonly needsPassphrase: boolean;
  /** The public half of a key that needs its passphrase, where the file tells it. */
  readonly publicKey?: SshPublicKey;
}

/**
 * Parses an SSH private key file: OpenSSH's own format, or PEM with PKCS #1 (RSA) or PKCS #8 (RSA, Ed25519).
 *
 * @param protection - the passphrase of a protected key, and what may have to decrypt it. Default: such a key is not opened
 * @returns the key, or why there is none
 */
export async function parseSshPrivateKey(
  text: string,
  protection?: { readonly passphrase: string; readonly cipher: Cipher },
): Promise<SshPrivateKey | SshKeyProblem> {
  const passphrase = protection?.passphrase;
  const block = /-----BEGIN ([A-Z0-9 ]+)-----\r?\n([\s\S]*?)-----END \1-----/.exec(text);
  if (block === null) return problem("ssh: no key found");
  const [, label = "", body = ""] = block;
  const headers = /^(?:[\w-]+:.*\r?\n)+\r?\n/.exec(body)?.[0] ?? "";
  const bytes = decodeBase64(body.slice(headers.length).replaceAll(/\s+/g, ""));
  if (bytes === undefined) return problem("ssh: no key found");
  if (label === "OPENSSH PRIVATE KEY") return parseOpenSsh(bytes, passphrase);
  if (label === "ENCRYPTED PRIVATE KEY") {
    return passphrase === undefined ? locked : parseDecrypted(await decryptPkcs8(bytes, passphrase), parsePkcs8);
  }
  const parse = pemParsers[label];
  if (parse === undefined) return problem(`ssh: unsupported key type ${JSON.stringify(label)}`);
  const info = /^Proc-Type: 4,ENCRYPTED\r?$[^]*^DEK-Info: (.*)$/m.exec(headers)?.[1];
  if (info === undefined) return parse(bytes);
  if (protection === undefined) return locked;
  return parseDecrypted(await decryptPem(info, bytes, protection.passphrase, protection.cipher), parse);
}

type ParsedKey = SshPrivateKey | SshKeyProblem;

/** What PEM blocks without encryption are, by their label. */
const pemParsers: Readonly<Record<string, (bytes: Uint8Array) => ParsedKey | Promise<ParsedKey>>> = {
  "RSA PRIVATE KEY": parsePkcs1,
  "PRIVATE KEY": parsePkcs8,
};

async function parseDecrypted(
  bytes: Uint8Array | string,
  parse: (bytes: Uint8Array) => ParsedKey | Promise<ParsedKey>,
): Promise<ParsedKey> {
  if (typeof bytes === "string") return problem(bytes);
  const key = await parse(bytes);
  // One wrong passphrase in 256 leaves a padding that looks right.
  return key === malformed ? problem(incorrectPassphrase) : key;
}

function problem(text: string): SshKeyProblem {
  return { problem: text, needsPassphrase: false };
}

const locked: SshKeyProblem = { problem: "ssh: this private key is passphrase protected", needsPassphrase: true };
const malformed = problem("ssh: malformed private key");

const magic = "openssh-key-v1\0";

/** @see OpenSSH's PROTOCOL.key */
async function parseOpenSsh(bytes: Uint8Array, passphrase: string | undefined): Promise<SshPrivateKey | SshKeyProblem> {
  const reader = new SshReader(bytes);
  if (decodeUtf8(reader.take(magic.length) ?? bytes) !== magic) return problem("ssh: invalid OpenSSH key format");
  const [cipherName, derivationName, options] = [reader.text(), reader.text(), reader.string()];
  if (reader.uint32() !== 1) return problem("ssh: multi-key files are not supported");
  const [publicBytes, secret] = [reader.string(), reader.string()];
  if (!cipherName || !derivationName || !options || !publicBytes || !secret) return malformed;
  if (cipherName === "none" && derivationName === "none") {
    return parseOpenSshSecret(secret) ?? problem("ssh: malformed OpenSSH key");
  }
  if (passphrase === undefined) {
    const publicKey = readSshPublicKey(publicBytes);
    return typeof publicKey === "string" ? locked : { ...locked, publicKey };
  }
  const plain = await decryptOpenSsh({ cipherName, derivationName, options, secret }, passphrase);
  if (typeof plain === "string") return problem(plain);
  return parseOpenSshSecret(plain) ?? problem(incorrectPassphrase);
}

/** The key, or undefined when the check numbers differ, as they do after a wrong passphrase. */
function parseOpenSshSecret(bytes: Uint8Array): SshPrivateKey | SshKeyProblem | undefined {
  const reader = new SshReader(bytes);
  const checks = [reader.uint32(), reader.uint32()];
  if (checks[0] === undefined || checks[0] !== checks[1]) return undefined;
  const type = reader.text();
  if (type === "ssh-ed25519") return readOpenSshEd25519(reader);
  if (type === "ssh-rsa") return readOpenSshRsa(reader);
  return problem(`unsupported SSH identity type: ${JSON.stringify(type ?? "")}`);
}

function readOpenSshEd25519(reader: SshReader): SshPrivateKey | SshKeyProblem {
  const publicKey = readEd25519(reader);
  const secret = reader.string();
  if (typeof publicKey === "string") return problem(publicKey);
  // The seed, then the public key once more.
  if (secret?.length !== 64) return problem("ssh: private key unexpected length");
  return { type: "ssh-ed25519", seed: secret.subarray(0, 32), publicKey };
}

function readOpenSshRsa(reader: SshReader): SshPrivateKey | SshKeyProblem {
  const [modulus, exponent, d, qi, p, q] = Array.from({ length: 6 }, () => reader.integer());
  if (!modulus || !exponent || !d || !qi || !p || !q) return malformed;
  if (isSmall(p) || isSmall(q)) return malformed;
  const [dp, dq] = [modulo(d, p), modulo(d, q)];
  return rsaKey({ modulus, exponent, d, p, q, dp, dq, qi });
}

/** Whether a number is at most 1, which no prime is. */
function isSmall(number: Uint8Array): boolean {
  return number.length === 0 || (number.length === 1 && number[0] === 1);
}

/** `exponent mod (prime - 1)`. */
function modulo(exponent: Uint8Array, prime: Uint8Array): Uint8Array {
  const digits = (toBigInt(exponent) % (toBigInt(prime) - 1n)).toString(16);
  const pairs = digits.padStart(digits.length + (digits.length % 2), "0").match(/../g) ?? [];
  return Uint8Array.from(pairs, (pair) => Number.parseInt(pair, 16));
}

function toBigInt(bytes: Uint8Array): bigint {
  return BigInt(`0x${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`);
}

/** RSAPrivateKey of RFC 8017: version, then the numbers. */
function parsePkcs1(bytes: Uint8Array): SshPrivateKey | SshKeyProblem {
  const elements = readDerSequence(bytes);
  if (elements === undefined || !elements.every((element) => element.tag === derTags.integer)) return malformed;
  const [, modulus, exponent, d, p, q, dp, dq, qi] = elements.map((element) => withoutLeadingZeros(element.content));
  if (elements.length !== 9 || !modulus || !exponent || !d || !p || !q || !dp || !dq || !qi) return malformed;
  return rsaKey({ modulus, exponent, d, p, q, dp, dq, qi });
}

function rsaKey({
  modulus,
  exponent,
  ...secret
}: RsaSecretKey & Pick<SshRsaPublicKey, "modulus" | "exponent">): SshPrivateKey | SshKeyProblem {
  const unusable = checkRsa(modulus, exponent);
  return unusable === undefined
    ? { type: "ssh-rsa", secret, publicKey: { type: "ssh-rsa", modulus, exponent } }
    : problem(unusable);
}

const rsaIdentifier = "1.2.840.113549.1.1.1";
const ed25519Identifier = "1.3.101.112";

/** PrivateKeyInfo of RFC 5208: version, algorithm, and the key in that algorithm's own form. */
async function parsePkcs8(bytes: Uint8Array): Promise<SshPrivateKey | SshKeyProblem> {
  const [version, algorithm, key] = readDerSequence(bytes) ?? [];
  const identifier = algorithm?.tag === derTags.sequence ? readDer(algorithm.content)?.[0] : undefined;
  if (version === undefined || identifier === undefined || key?.tag !== derTags.octetString) return malformed;
  const name = identifierText(identifier);
  if (name === rsaIdentifier) return parsePkcs1(key.content);
  if (name === ed25519Identifier) return parsePkcs8Ed25519(key.content);
  return problem(`unsupported SSH identity type: ${name}`);
}

async function parsePkcs8Ed25519(content: Uint8Array): Promise<SshPrivateKey | SshKeyProblem> {
  const seed = readDer(content)?.[0];
  if (seed?.tag !== derTags.octetString || seed.content.length !== 32) return malformed;
  const { ed25519 } = await import("@noble/curves/ed25519.js");
  const point = ed25519.getPublicKey(seed.content);
  return { type: "ssh-ed25519", seed: seed.content, publicKey: { type: "ssh-ed25519", point } };
}

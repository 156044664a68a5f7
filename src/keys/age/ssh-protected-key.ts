import type { CHash } from "@noble/hashes/utils.js";
import { concatBytes, encodeByteString } from "../../bytes.ts";
import type { Cipher } from "../../crypto/cipher.ts";
import { derTags, type DerElement, identifierText, readDer, readDerSequence } from "./der.ts";
import { SshReader } from "./ssh-wire.ts";

/*
 * The three ways in which files protect SSH private keys with a passphrase. Each function gives the plain bytes of the key, or
 * what is wrong. A wrong passphrase shows in the bytes that it gives, not always here.
 */

export const incorrectPassphrase = "incorrect passphrase";

const blockBytes = 16;
const desBlockBytes = 8;

/** The most rounds of bcrypt that are done: a few seconds; ssh-keygen does 24 by itself. */
const mostRounds = 2 ** 11;

/** The protected part of OpenSSH's own format. */
export interface ProtectedOpenSshKey {
  readonly cipherName: string;
  readonly derivationName: string;
  /** Salt and rounds. */
  readonly options: Uint8Array;
  readonly secret: Uint8Array;
}

/** @see OpenSSH's PROTOCOL.key */
export async function decryptOpenSsh(key: ProtectedOpenSshKey, passphrase: string): Promise<Uint8Array | string> {
  const { cipherName, derivationName, options, secret } = key;
  const mode = /^aes256-(ctr|cbc)$/.exec(cipherName)?.[1];
  if (mode === undefined) return `ssh: unknown cipher ${JSON.stringify(cipherName)}`;
  if (derivationName !== "bcrypt") return `ssh: unknown KDF ${JSON.stringify(derivationName)}`;
  const reader = new SshReader(options);
  const [salt, rounds] = [reader.string(), reader.uint32()];
  if (salt === undefined || rounds === undefined) return "ssh: malformed private key";
  if (secret.length % blockBytes !== 0) return "ssh: malformed private key";
  if (rounds > mostRounds) return `ssh: bcrypt KDF rounds ${rounds} exceed maximum ${mostRounds}`;
  const { default: bcrypt } = await import("bcrypt-pbkdf");
  const password = encodeByteString(passphrase);
  const derived = new Uint8Array(32 + blockBytes);
  if (bcrypt.pbkdf(password, password.length, salt, salt.length, derived, derived.length, rounds) !== 0) {
    return incorrectPassphrase;
  }
  const { ctr, cbc } = await import("./ssh-protection.ts");
  const [secretKey, iv] = [derived.subarray(0, 32), derived.subarray(32)];
  return mode === "ctr"
    ? ctr(secretKey, iv).decrypt(secret)
    : cbc(secretKey, iv, { disablePadding: true }).decrypt(secret);
}

/** The ciphers of PEM blocks: bytes of the key and of the IV, all of them in CBC mode. */
const pemCiphers: Readonly<Record<string, { readonly keyBytes: number; readonly ivBytes: number }>> = {
  "AES-128-CBC": { keyBytes: 16, ivBytes: blockBytes },
  "AES-192-CBC": { keyBytes: 24, ivBytes: blockBytes },
  "AES-256-CBC": { keyBytes: 32, ivBytes: blockBytes },
  "DES-EDE3-CBC": { keyBytes: 24, ivBytes: desBlockBytes },
  "DES-CBC": { keyBytes: 8, ivBytes: desBlockBytes },
};

/**
 * The bytes of a PEM block with `Proc-Type: 4,ENCRYPTED` (RFC 1421; the key as OpenSSL derives it, with one round of MD5).
 *
 * @param info - what follows `DEK-Info:`, such as `AES-128-CBC,` and 16 bytes in hexadecimal
 * @param cipher - its DES, which portable backends have not
 */
export async function decryptPem(
  info: string,
  bytes: Uint8Array,
  passphrase: string,
  cipher: Cipher,
): Promise<Uint8Array | string> {
  const [name = "", ivText = ""] = info.trim().split(",");
  const { keyBytes, ivBytes } = pemCiphers[name] ?? {};
  if (
    keyBytes === undefined ||
    ivBytes === undefined ||
    !/^[0-9A-Fa-f]*$/.test(ivText) ||
    ivText.length !== 2 * ivBytes
  ) {
    return `ssh: unsupported encryption of a PEM block: ${JSON.stringify(name)}`;
  }
  const iv = Uint8Array.from(ivText.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  const { md5 } = await import("./ssh-protection.ts");
  const [password, salt] = [encodeByteString(passphrase), iv.subarray(0, 8)];
  const key = new Uint8Array(32);
  let block: Uint8Array = new Uint8Array(0);
  for (let offset = 0; offset < key.length; offset += block.length) {
    block = md5.create().update(block).update(password).update(salt).digest();
    key.set(block, offset);
  }
  const secretKey = key.subarray(0, keyBytes);
  return ivBytes === desBlockBytes ? decryptDes(secretKey, iv, bytes, cipher) : decryptCbc(secretKey, iv, bytes);
}

function decryptDes(key: Uint8Array, iv: Uint8Array, bytes: Uint8Array, cipher: Cipher): Uint8Array | string {
  if (bytes.length === 0 || bytes.length % desBlockBytes !== 0) return "ssh: malformed private key";
  // Encrypting, decrypting and encrypting with one and the same key is DES itself.
  const threeKeys = key.length === 8 ? concatBytes(key, key, key) : key;
  const plain = cipher.decryptTripleDes?.(threeKeys, iv, bytes);
  if (plain === undefined) {
    return "ssh: the key is protected with DES, which this runtime has not; ssh-keygen -p protects it anew";
  }
  const padding = plain.at(-1) ?? 0;
  const isPadded =
    padding > 0 && padding <= desBlockBytes && plain.subarray(-padding).every((byte) => byte === padding);
  return isPadded ? plain.subarray(0, -padding) : incorrectPassphrase;
}

/** The PrivateKeyInfo in an EncryptedPrivateKeyInfo (RFC 5958) with PBES2, PBKDF2 and AES-CBC (RFC 8018). */
export async function decryptPkcs8(bytes: Uint8Array, passphrase: string): Promise<Uint8Array | string> {
  const scheme = readScheme(bytes);
  if (typeof scheme === "string") return scheme;
  const { salt, iterations, hash, keyBytes, iv, encrypted } = scheme;
  const { pbkdf2Async } = await import("./ssh-protection.ts");
  const algorithm = await hash();
  const key = await pbkdf2Async(algorithm, encodeByteString(passphrase), salt, { c: iterations, dkLen: keyBytes });
  return decryptCbc(key, iv, encrypted);
}

async function decryptCbc(key: Uint8Array, iv: Uint8Array, bytes: Uint8Array): Promise<Uint8Array | string> {
  const { cbc } = await import("./ssh-protection.ts");
  try {
    return cbc(key, iv).decrypt(bytes);
  } catch {
    // The padding is wrong.
    return incorrectPassphrase;
  }
}

interface Pkcs8Scheme {
  readonly salt: Uint8Array;
  readonly iterations: number;
  readonly hash: () => Promise<CHash>;
  readonly keyBytes: number;
  readonly iv: Uint8Array;
  readonly encrypted: Uint8Array;
}

const pbes2 = "1.2.840.113549.1.5.13";
const pbkdf2 = "1.2.840.113549.1.5.12";
const hashes: Readonly<Record<string, Pkcs8Scheme["hash"]>> = {
  "1.2.840.113549.2.7": async () => (await import("./ssh-protection.ts")).sha1,
  "1.2.840.113549.2.9": async () => (await import("./ssh-protection.ts")).sha256,
  "1.2.840.113549.2.11": async () => (await import("./ssh-protection.ts")).sha512,
};
const hmacWithSha1 = "1.2.840.113549.2.7";
/** Bytes of the key, for AES in CBC mode. */
const ciphers: Readonly<Record<string, number>> = {
  "2.16.840.1.101.3.4.1.2": 16,
  "2.16.840.1.101.3.4.1.22": 24,
  "2.16.840.1.101.3.4.1.42": 32,
};
const mostIterations = 10_000_000;

function readScheme(bytes: Uint8Array): Pkcs8Scheme | string {
  const [algorithm, encrypted] = readDerSequence(bytes) ?? [];
  const [name, parameters] = membersOf(algorithm);
  if (identifierText(name) !== pbes2) return "ssh: unsupported encryption of a PKCS #8 key";
  const [derivation, cipher] = membersOf(parameters);
  const [derivationName, derivationParameters] = membersOf(derivation);
  const [cipherName, iv] = membersOf(cipher);
  const [salt, count, ...rest] = membersOf(derivationParameters);
  const prf = membersOf(rest.find((element) => element.tag === derTags.sequence))[0];
  const hash = hashes[prf === undefined ? hmacWithSha1 : identifierText(prf)];
  const keyBytes = ciphers[identifierText(cipherName)];
  const iterations = count?.content.reduce((sum, byte) => sum * 256 + byte, 0) ?? 0;
  if (identifierText(derivationName) !== pbkdf2 || hash === undefined || keyBytes === undefined) {
    return "ssh: unsupported encryption of a PKCS #8 key";
  }
  if (encrypted === undefined || salt === undefined || iv?.content.length !== blockBytes || iterations < 1) {
    return "ssh: malformed private key";
  }
  if (iterations > mostIterations) return `ssh: ${iterations} iterations exceed maximum ${mostIterations}`;
  return { salt: salt.content, iterations, hash, keyBytes, iv: iv.content, encrypted: encrypted.content };
}

function membersOf(element: DerElement | undefined): DerElement[] {
  return element?.tag === derTags.sequence ? (readDer(element.content) ?? []) : [];
}

import { encodeUtf8 } from "../../bytes.ts";
import { encodeBase64 } from "../../crypto/base64.ts";
import type { Cipher } from "../../crypto/cipher.ts";
import { SopsError } from "../../errors.ts";
import { malformed } from "./malformed.ts";
import { sshFingerprint, type SshRsaPublicKey } from "./ssh-public-key.ts";
import type { Identity, Recipient } from "./stanza.ts";

const type = "ssh-rsa";
const oaep = { name: "RSA-OAEP", label: encodeUtf8("age-encryption.org/v1/ssh-rsa") };
const algorithm = { name: "RSA-OAEP", hash: "SHA-256" };

/** The secret half of an RSA key: private exponent, primes, and the numbers derived from them. Big-endian. */
export interface RsaSecretKey {
  readonly d: Uint8Array;
  readonly p: Uint8Array;
  readonly q: Uint8Array;
  readonly dp: Uint8Array;
  readonly dq: Uint8Array;
  readonly qi: Uint8Array;
}

/** An age recipient of an RSA key. */
export function sshRsaRecipient(key: SshRsaPublicKey, cipher: Cipher): Recipient {
  return {
    async wrapFileKey(fileKey) {
      const publicKey = await importKey(publicJwk(key), "encrypt");
      const body = await webCrypto().encrypt(oaep, publicKey, new Uint8Array(fileKey));
      return [{ args: [type, sshFingerprint(key, cipher)], body: new Uint8Array(body) }];
    },
  };
}

/** An age identity of an RSA key. */
export function sshRsaIdentity(secret: RsaSecretKey, key: SshRsaPublicKey, cipher: Cipher): Identity {
  const fingerprint = sshFingerprint(key, cipher);
  return {
    async unwrapFileKey(stanzas) {
      for (const stanza of stanzas) {
        if (stanza.args[0] !== type) continue;
        if (stanza.args.length !== 2) throw malformed("invalid ssh-rsa recipient block");
        if (stanza.args[1] !== fingerprint) continue;
        const secretKey = await importKey(secretJwk(secret, key), "decrypt");
        const fileKey = await decrypt(secretKey, stanza.body);
        if (fileKey !== undefined) return fileKey;
      }
      return null;
    },
  };
}

async function decrypt(secretKey: CryptoKey, body: Uint8Array): Promise<Uint8Array | undefined> {
  try {
    return new Uint8Array(await webCrypto().decrypt(oaep, secretKey, new Uint8Array(body)));
  } catch {
    // The fingerprint is short and may be another key's: not for this one.
    return undefined;
  }
}

async function importKey(jwk: JsonWebKey, usage: "encrypt" | "decrypt"): Promise<CryptoKey> {
  const subtle = webCrypto();
  try {
    return await subtle.importKey("jwk", jwk, algorithm, false, [usage]);
  } catch {
    // Its own error may have been made from the secret numbers.
    throw malformed("the RSA key is not valid");
  }
}

function webCrypto(): SubtleCrypto {
  const subtle: SubtleCrypto | undefined = globalThis.crypto?.subtle;
  if (subtle === undefined) {
    throw new SopsError(
      "NOT_AVAILABLE_ON_THIS_PLATFORM",
      "RSA keys need Web Crypto, which this runtime does not offer",
      {
        hint: "Browsers offer it to pages from https:// and localhost only.",
      },
    );
  }
  return subtle;
}

function publicJwk(key: SshRsaPublicKey): JsonWebKey {
  return { kty: "RSA", n: base64Url(key.modulus), e: base64Url(key.exponent) };
}

function secretJwk(secret: RsaSecretKey, key: SshRsaPublicKey): JsonWebKey {
  const { d, p, q, dp, dq, qi } = secret;
  const numbers = { d, p, q, dp, dq, qi };
  const encoded = Object.entries(numbers).map(([name, number]) => [name, base64Url(number)]);
  return { ...publicJwk(key), ...Object.fromEntries(encoded) };
}

function base64Url(bytes: Uint8Array): string {
  return encodeBase64(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

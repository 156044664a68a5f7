import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  diffieHellman,
  randomBytes,
  type KeyObject,
} from "node:crypto";
import { concatBytes } from "../bytes.ts";
import { tagBytes, x25519Bytes, type Aes256Gcm, type Cipher, type EncryptBlocks, type RunningHash } from "./cipher.ts";
import { openEach, sealEach } from "./each-message.ts";
import { Gcm } from "./gcm.ts";
import { pooledRandomBytes } from "./random-pool.ts";

/** The backend on `node:crypto`: Node, Deno and Bun. */
export const cipher: Cipher = {
  name: "node",
  aes256Gcm,
  sha512,
  sha256: (bytes) => plain(createHash("sha256").update(bytes).digest()),
  randomBytes: pooledRandomBytes((length) => plain(randomBytes(length))),
  x25519PublicKey,
  x25519,
  decryptTripleDes,
};

function aes256Gcm(key: Uint8Array): Aes256Gcm {
  if (key.length !== 32) throw new TypeError("an AES-256 key has 32 bytes");
  // A copy of the key; and Node 24 takes 7 µs longer for each cipher when the key is given as bytes.
  const keyObject = createSecretKey(key);
  const short = new Gcm(blockEncryption(keyObject));
  const long = nativeGcm(keyObject);
  let messages = 0;
  const isFew = (more: number): boolean => (messages += more) <= fewMessages;
  const choose = (iv: Uint8Array, dataBytes: number): OneByOne =>
    (isFew(1) || dataBytes > shortBytes) && iv.length > 0 && iv.length <= longestNativeIv ? long : short;
  return {
    seal: (iv, plaintext, additionalData) => choose(iv, plaintext.length).seal(iv, plaintext, additionalData),
    open: (iv, sealed, additionalData) => choose(iv, sealed.length).open(iv, sealed, additionalData),
    sealAll: (all) => (isFew(all.texts.lengths.length) ? sealEach(long, all) : short.sealAll(all)),
    openAll: (all) => (isFew(all.texts.lengths.length) ? openEach(long, all) : short.openAll(all)),
  };
}

type OneByOne = Pick<Aes256Gcm, "seal" | "open">;

/**
 * Up to how many bytes our GCM is quicker than OpenSSL's: making a cipher object costs 2 to 10 µs, depending on the version of
 * Node, and the short values of a file are done by then. `bench/cipher.ts` tells.
 */
const shortBytes = 256;

/**
 * How many messages under a key OpenSSL's GCM does first: ours has a table to make, and runs cold. A file with a few values is done by
 * then.
 */
const fewMessages = 32;

/** OpenSSL takes IVs of 1 to 128 bytes. */
const longestNativeIv = 128;

function decryptTripleDes(key: Uint8Array, iv: Uint8Array, ciphertext: Uint8Array): Uint8Array | undefined {
  let decryption: ReturnType<typeof createDecipheriv>;
  try {
    decryption = createDecipheriv("des-ede3-cbc", key, iv).setAutoPadding(false);
  } catch {
    // OpenSSL can be set up without it, and other runtimes need not have it.
    return undefined;
  }
  return concatBytes(plain(decryption.update(ciphertext)), plain(decryption.final()));
}

/** One cipher object for all blocks under a key, made on first use. It carries no state from block to block. */
function blockEncryption(key: KeyObject): EncryptBlocks {
  let encryption: ReturnType<typeof createCipheriv> | undefined;
  return (blocks) => {
    encryption ??= createCipheriv("aes-256-ecb", key, null).setAutoPadding(false);
    return encryption.update(blocks);
  };
}

function nativeGcm(key: KeyObject): OneByOne {
  return {
    seal(iv, plaintext, additionalData) {
      const sealing = createCipheriv("aes-256-gcm", key, iv, { authTagLength: tagBytes });
      sealing.setAAD(additionalData);
      return concatBytes(sealing.update(plaintext), sealing.final(), sealing.getAuthTag());
    },
    open(iv, sealed, additionalData) {
      if (sealed.length < tagBytes) return undefined;
      const opening = createDecipheriv("aes-256-gcm", key, iv, { authTagLength: tagBytes });
      opening.setAAD(additionalData);
      opening.setAuthTag(sealed.subarray(-tagBytes));
      const plaintext = opening.update(sealed.subarray(0, -tagBytes));
      try {
        opening.final();
      } catch {
        // The tag does not fit: what was decrypted goes nowhere.
        plaintext.fill(0);
        return undefined;
      }
      return plain(plaintext);
    },
  };
}

function sha512(): RunningHash {
  const hash = createHash("sha512");
  return {
    update: (bytes) => void hash.update(bytes),
    digest: () => plain(hash.digest()),
  };
}

function x25519PublicKey(secretKey: Uint8Array): Uint8Array {
  const { x = "" } = createPublicKey(privateKeyObject(secretKey)).export({ format: "jwk" });
  return plain(Buffer.from(x, "base64url"));
}

function x25519(secretKey: Uint8Array, publicKey: Uint8Array): Uint8Array | undefined {
  const pair = { privateKey: privateKeyObject(secretKey), publicKey: publicKeyObject(publicKey) };
  try {
    return plain(diffieHellman(pair));
  } catch {
    // OpenSSL refuses to give a shared secret of zeros; with both keys imported nothing else can fail.
    return undefined;
  }
}

/*
 * Keys go in and out as JWK (RFC 8037). Node 20 takes more than a millisecond to find out that a key in DER is one of X25519.
 */
const x25519Jwk = { kty: "OKP", crv: "X25519" };

/** Its public half is left out: whoever takes the key computes it anyway, and here nobody knows it yet. */
function privateKeyObject(secretKey: Uint8Array): KeyObject {
  return createPrivateKey({ key: { ...x25519Jwk, x: "", d: base64Url(secretKey) }, format: "jwk" });
}

function publicKeyObject(publicKey: Uint8Array): KeyObject {
  return createPublicKey({ key: { ...x25519Jwk, x: base64Url(publicKey) }, format: "jwk" });
}

function base64Url(key: Uint8Array): string {
  if (key.length !== x25519Bytes) throw new TypeError("an X25519 key has 32 bytes");
  return Buffer.from(key.buffer, key.byteOffset, key.length).toString("base64url");
}

/** The same bytes without Buffer's methods, which callers must not come to depend on. */
function plain(buffer: Buffer): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);
}

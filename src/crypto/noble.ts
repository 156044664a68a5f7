import { unsafe } from "@noble/ciphers/aes.js";
import { x25519 as curve } from "./x25519.ts";
import { sha256, sha512 } from "@noble/hashes/sha2.js";
import { randomBytes } from "@noble/hashes/utils.js";
import { x25519Bytes, type Aes256Gcm, type Cipher, type EncryptBlocks, type RunningHash } from "./cipher.ts";
import { Gcm } from "./gcm.ts";
import { pooledRandomBytes } from "./random-pool.ts";

/** The portable backend: JavaScript alone, with the Web's `crypto.getRandomValues`. */
export const cipher: Cipher = {
  name: "noble",
  aes256Gcm,
  sha512: runningSha512,
  sha256: (bytes) => sha256(bytes),
  randomBytes: pooledRandomBytes(randomBytes),
  x25519PublicKey: (secretKey) => curve.getPublicKey(checkedKey(secretKey)),
  x25519,
};

function aes256Gcm(key: Uint8Array): Aes256Gcm {
  if (key.length !== 32) throw new TypeError("an AES-256 key has 32 bytes");
  return new Gcm(blockEncryption(key));
}

/**
 * noble's `gcm` and `ecb` expand the key at every call; only its `unsafe` exports, which check nothing, let a key schedule be
 * kept.
 */
function blockEncryption(key: Uint8Array): EncryptBlocks {
  const schedule = unsafe.expandKeyLE(key);
  return (blocks) => {
    const view = new DataView(blocks.buffer, blocks.byteOffset, blocks.length);
    for (let offset = 0; offset < blocks.length; offset += 16) {
      const { s0, s1, s2, s3 } = unsafe.encrypt(
        schedule,
        view.getInt32(offset, true),
        view.getInt32(offset + 4, true),
        view.getInt32(offset + 8, true),
        view.getInt32(offset + 12, true),
      );
      view.setInt32(offset, s0, true);
      view.setInt32(offset + 4, s1, true);
      view.setInt32(offset + 8, s2, true);
      view.setInt32(offset + 12, s3, true);
    }
    return blocks;
  };
}

function runningSha512(): RunningHash {
  const hash = sha512.create();
  return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest() };
}

function x25519(secretKey: Uint8Array, publicKey: Uint8Array): Uint8Array | undefined {
  checkedKey(secretKey);
  checkedKey(publicKey);
  try {
    return curve.getSharedSecret(secretKey, publicKey);
  } catch {
    // noble refuses to give a shared secret of zeros; with both lengths right nothing else can fail.
    return undefined;
  }
}

function checkedKey(key: Uint8Array): Uint8Array {
  if (key.length !== x25519Bytes) throw new TypeError("an X25519 key has 32 bytes");
  return key;
}

import { gcm } from "@noble/ciphers/aes.js";
import { x25519 as curve } from "@noble/curves/ed25519.js";
import { sha256, sha512 } from "@noble/hashes/sha2.js";
import { randomBytes } from "@noble/hashes/utils.js";
import { tagBytes, type Aes256Gcm, type Cipher, type RunningHash } from "./cipher.ts";

/** The portable backend: JavaScript alone, with the Web's `crypto.getRandomValues`. */
export const cipher: Cipher = {
  name: "noble",
  aes256Gcm,
  sha512: runningSha512,
  sha256,
  randomBytes,
  x25519PublicKey: (secretKey) => curve.getPublicKey(secretKey),
  x25519,
};

function aes256Gcm(key: Uint8Array): Aes256Gcm {
  return {
    seal: (iv, plaintext, additionalData) => gcm(key, iv, additionalData).encrypt(plaintext),
    open(iv, sealed, additionalData) {
      if (sealed.length < tagBytes) return undefined;
      const opener = gcm(key, iv, additionalData);
      try {
        return opener.decrypt(sealed);
      } catch {
        return undefined;
      }
    },
  };
}

function runningSha512(): RunningHash {
  const hash = sha512.create();
  return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest() };
}

function x25519(secretKey: Uint8Array, publicKey: Uint8Array): Uint8Array | undefined {
  try {
    return curve.getSharedSecret(secretKey, publicKey);
  } catch {
    return undefined;
  }
}

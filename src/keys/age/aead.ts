import { chacha20poly1305 } from "@noble/ciphers/chacha.js";

const tagBytes = 16;

/** Bytes of a sealed file key: 16 and the tag. */
export const sealedFileKeyBytes = 16 + tagBytes;

/** Zeros: each key seals one file key and nothing else. */
const nonce = new Uint8Array(12);

/** ChaCha20-Poly1305 (RFC 8439) with a key that is used once: the ciphertext followed by its tag. */
export function seal(key: Uint8Array, plaintext: Uint8Array): Uint8Array {
  return chacha20poly1305(key, nonce).encrypt(plaintext);
}

/** The inverse of {@link seal}; undefined when key and ciphertext do not belong together. */
export function open(key: Uint8Array, sealed: Uint8Array): Uint8Array | undefined {
  if (sealed.length < tagBytes) return undefined;
  const aead = chacha20poly1305(key, nonce);
  try {
    return aead.decrypt(sealed);
  } catch {
    return undefined;
  }
}

import { chacha20poly1305 } from "@noble/ciphers/chacha.js";

/** Bytes of the tag at the end of what {@link seal} gives. */
export const aeadTagBytes = 16;

/** Bytes of a sealed file key: 16 and the tag. */
export const sealedFileKeyBytes = 16 + aeadTagBytes;

/** For keys that seal one thing and nothing else. */
const zeros = new Uint8Array(12);

/**
 * ChaCha20-Poly1305 (RFC 8439): the ciphertext followed by its tag.
 *
 * @param nonce - 12 bytes. Default: zeros, for a key that is used once
 */
export function seal(key: Uint8Array, plaintext: Uint8Array, nonce: Uint8Array = zeros): Uint8Array {
  return chacha20poly1305(key, nonce).encrypt(plaintext);
}

/** The inverse of {@link seal}; undefined when key, nonce and ciphertext do not belong together. */
export function open(key: Uint8Array, sealed: Uint8Array, nonce: Uint8Array = zeros): Uint8Array | undefined {
  if (sealed.length < aeadTagBytes) return undefined;
  const aead = chacha20poly1305(key, nonce);
  try {
    return aead.decrypt(sealed);
  } catch {
    return undefined;
  }
}

import { concatBytes, encodeUtf8 } from "../../bytes.ts";
import type { Cipher } from "../../crypto/cipher.ts";

const blockBytes = 64;

/** HKDF with SHA-256 (RFC 5869): a 32-byte key for the purpose that `label` names. An empty salt is the default one. */
export function deriveKey(cipher: Cipher, input: Uint8Array, salt: Uint8Array, label: string): Uint8Array {
  const key = hmacSha256(cipher, salt, input);
  return hmacSha256(cipher, key, concatBytes(encodeUtf8(label), Uint8Array.of(1)));
}

/** HMAC with SHA-256 (RFC 2104), 32 bytes. */
export function hmacSha256(cipher: Cipher, key: Uint8Array, message: Uint8Array): Uint8Array {
  const block = new Uint8Array(blockBytes);
  block.set(key.length > blockBytes ? cipher.sha256(key) : key);
  const inner = block.map((byte) => byte ^ 0x36);
  const outer = block.map((byte) => byte ^ 0x5c);
  return cipher.sha256(concatBytes(outer, cipher.sha256(concatBytes(inner, message))));
}

import { concatBytes, encodeUtf8 } from "../../bytes.ts";
import type { Cipher } from "../../crypto/cipher.ts";
import { hmacSha256 } from "../../crypto/hmac.ts";

/** HKDF with SHA-256 (RFC 5869): a 32-byte key for the purpose that `label` names. An empty salt is the default one. */
export function deriveKey(cipher: Cipher, input: Uint8Array, salt: Uint8Array, label: string): Uint8Array {
  const key = hmacSha256(cipher, salt, input);
  return hmacSha256(cipher, key, concatBytes(encodeUtf8(label), Uint8Array.of(1)));
}

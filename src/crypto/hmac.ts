import { concatBytes } from "../bytes.ts";
import type { Cipher } from "./cipher.ts";

const blockBytes = 64;

/** HMAC with SHA-256 (RFC 2104), 32 bytes. */
export function hmacSha256(cipher: Cipher, key: Uint8Array, message: Uint8Array): Uint8Array {
  const block = new Uint8Array(blockBytes);
  block.set(key.length > blockBytes ? cipher.sha256(key) : key);
  const inner = block.map((byte) => byte ^ 0x36);
  const outer = block.map((byte) => byte ^ 0x5c);
  return cipher.sha256(concatBytes(outer, cipher.sha256(concatBytes(inner, message))));
}

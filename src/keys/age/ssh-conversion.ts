import type { Cipher } from "../../crypto/cipher.ts";
import { SopsError } from "../../errors.ts";
import { encodeX25519Recipient, x25519Key, type NativeKey } from "./native-key.ts";
import { x25519Bytes } from "./x25519.ts";

/*
 * An ed25519 key as a native age key. This is not what age itself does with SSH keys: neither form opens files that were made
 * for the other.
 */

/**
 * The age recipient that stands for an SSH public key.
 *
 * @param point - 32 bytes, the ed25519 public key
 * @throws SopsError `INVALID_MASTER_KEY` when they are no point of the curve
 */
export async function recipientOfSshKey(point: Uint8Array): Promise<string> {
  const { ed25519 } = await import("@noble/curves/ed25519.js");
  try {
    return encodeX25519Recipient(ed25519.utils.toMontgomery(point));
  } catch {
    throw new SopsError(
      "INVALID_MASTER_KEY",
      "cannot convert ed25519 public key to curve25519: it is no point of the curve",
    );
  }
}

/**
 * The native age key that stands for an SSH private key.
 *
 * @param seed - 32 bytes, the secret half of the ed25519 key
 */
export function nativeKeyOfSshKey(seed: Uint8Array, cipher: Cipher): NativeKey {
  const hash = cipher.sha512();
  hash.update(seed);
  return x25519Key(hash.digest().slice(0, x25519Bytes), cipher);
}

import { ecb, gcm } from "@noble/ciphers/aes.js";
import { sha512 } from "@noble/hashes/sha2.js";
import type { ReferenceCipher } from "./cipher-contract.ts";

/** The functions of noble by themselves, which are there wherever OpenSSL is not. */
export const nobleFunctions: ReferenceCipher = {
  name: "noble's own GCM",
  minIvBytes: 8,
  seal: (key, iv, plaintext, additionalData) => gcm(key, iv, additionalData).encrypt(plaintext),
  open: (key, iv, sealed, additionalData) => gcm(key, iv, additionalData).decrypt(sealed),
  encryptBlock: (key, block) => ecb(key, { disablePadding: true }).encrypt(block),
  sha512: (bytes) => sha512(bytes),
};

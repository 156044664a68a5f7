import { createCipheriv, createDecipheriv, createHash } from "node:crypto";
import { concatBytes } from "../../src/bytes.ts";
import { tagBytes } from "../../src/crypto/cipher.ts";
import type { ReferenceCipher } from "./cipher-contract.ts";

/** OpenSSL as Node has it. */
export const openssl: ReferenceCipher = {
  name: "OpenSSL",
  minIvBytes: 1,
  seal(key, iv, plaintext, additionalData) {
    const cipher = createCipheriv("aes-256-gcm", key, iv, { authTagLength: tagBytes });
    cipher.setAAD(additionalData);
    return concatBytes(cipher.update(plaintext), cipher.final(), cipher.getAuthTag());
  },
  open(key, iv, sealed, additionalData) {
    const decipher = createDecipheriv("aes-256-gcm", key, iv, { authTagLength: tagBytes });
    decipher.setAAD(additionalData).setAuthTag(sealed.subarray(-tagBytes));
    return concatBytes(decipher.update(sealed.subarray(0, -tagBytes)), decipher.final());
  },
  encryptBlock: (key, block) => createCipheriv("aes-256-ecb", key, null).update(block),
  sha512: (bytes) => createHash("sha512").update(bytes).digest(),
};

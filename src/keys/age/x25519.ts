import { concatBytes } from "../../bytes.ts";
import type { Cipher } from "../../crypto/cipher.ts";
import { open, seal, sealedFileKeyBytes } from "./aead.ts";
import { decodeUnpadded, encodeUnpadded } from "./base64.ts";
import { deriveKey } from "./hkdf.ts";
import { malformed } from "./malformed.ts";
import type { Identity, Recipient, Stanza } from "./stanza.ts";

const type = "X25519";
const label = "age-encryption.org/v1/X25519";

/** Bytes of an X25519 key, secret or public. */
export const x25519Bytes = 32;

/** @param publicKey - 32 bytes */
export function x25519Recipient(publicKey: Uint8Array, cipher: Cipher): Recipient {
  return {
    wrapFileKey(fileKey) {
      const ephemeral = cipher.randomBytes(x25519Bytes);
      const share = cipher.x25519PublicKey(ephemeral);
      const secret = cipher.x25519(ephemeral, publicKey);
      if (secret === undefined) throw malformed("the recipient is a point of low order, which protects nothing");
      const key = deriveKey(cipher, secret, concatBytes(share, publicKey), label);
      return [{ args: [type, encodeUnpadded(share)], body: seal(key, fileKey) }];
    },
  };
}

/** @param secretKey - 32 bytes */
export function x25519Identity(secretKey: Uint8Array, cipher: Cipher): Identity {
  return {
    unwrapFileKey(stanzas) {
      for (const stanza of stanzas) {
        if (stanza.args[0] !== type) continue;
        const share = parseShare(stanza);
        const secret = cipher.x25519(secretKey, share);
        if (secret === undefined) throw malformed("invalid X25519 recipient block: low order point");
        const publicKey = cipher.x25519PublicKey(secretKey);
        const fileKey = open(deriveKey(cipher, secret, concatBytes(share, publicKey), label), stanza.body);
        if (fileKey !== undefined) return fileKey;
      }
      return null;
    },
  };
}

function parseShare({ args, body }: Stanza): Uint8Array {
  const share = decodeUnpadded(args[1] ?? "");
  if (args.length !== 2 || share?.length !== x25519Bytes) throw malformed("invalid X25519 recipient block");
  // A longer body could be made to open under several keys.
  if (body.length !== sealedFileKeyBytes) throw malformed("invalid X25519 recipient block: incorrect file key size");
  return share;
}

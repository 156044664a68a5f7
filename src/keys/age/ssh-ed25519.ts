import { concatBytes } from "../../bytes.ts";
import type { Cipher } from "../../crypto/cipher.ts";
import { open, seal } from "./aead.ts";
import { decodeUnpadded, encodeUnpadded } from "./base64.ts";
import { deriveKey } from "./hkdf.ts";
import { malformed } from "./malformed.ts";
import { encodeSshPublicKey, sshFingerprint, type SshEd25519PublicKey } from "./ssh-public-key.ts";
import { x25519Bytes } from "./x25519.ts";
import type { Identity, Recipient, Stanza } from "./stanza.ts";

const type = "ssh-ed25519";
const label = "age-encryption.org/v1/ssh-ed25519";
const nothing = new Uint8Array(0);

/** @throws SopsError when the key is not a point of the curve */
export async function sshEd25519Recipient(key: SshEd25519PublicKey, cipher: Cipher): Promise<Recipient> {
  const publicKey = await toX25519(key.point);
  return {
    wrapFileKey(fileKey) {
      const ephemeral = cipher.randomBytes(x25519Bytes);
      const share = cipher.x25519PublicKey(ephemeral);
      const secret = tweakedSecret(key, cipher.x25519(ephemeral, publicKey), cipher);
      if (secret === undefined) throw malformed("the recipient is a point of low order, which protects nothing");
      const wrappingKey = deriveKey(cipher, secret, concatBytes(share, publicKey), label);
      return [{ args: [type, sshFingerprint(key, cipher), encodeUnpadded(share)], body: seal(wrappingKey, fileKey) }];
    },
  };
}

/** @param seed - 32 bytes, the secret half of the key */
export function sshEd25519Identity(seed: Uint8Array, key: SshEd25519PublicKey, cipher: Cipher): Identity {
  const hash = cipher.sha512();
  hash.update(seed);
  const secretKey = hash.digest().subarray(0, x25519Bytes);
  const publicKey = cipher.x25519PublicKey(secretKey);
  const fingerprint = sshFingerprint(key, cipher);
  return {
    unwrapFileKey(stanzas) {
      for (const stanza of stanzas) {
        if (stanza.args[0] !== type) continue;
        const share = parseShare(stanza);
        if (stanza.args[1] !== fingerprint) continue;
        const secret = tweakedSecret(key, cipher.x25519(secretKey, share), cipher);
        if (secret === undefined) throw malformed("invalid X25519 recipient: low order point");
        const fileKey = open(deriveKey(cipher, secret, concatBytes(share, publicKey), label), stanza.body);
        if (fileKey !== undefined) return fileKey;
      }
      return null;
    },
  };
}

function parseShare({ args }: Stanza): Uint8Array {
  const share = decodeUnpadded(args[2] ?? "");
  if (args.length !== 3 || share?.length !== x25519Bytes) throw malformed("invalid ssh-ed25519 recipient block");
  return share;
}

/** Binds the shared secret to the SSH key, of which X25519 sees only half. */
function tweakedSecret(
  key: SshEd25519PublicKey,
  secret: Uint8Array | undefined,
  cipher: Cipher,
): Uint8Array | undefined {
  const tweak = deriveKey(cipher, nothing, encodeSshPublicKey(key), label);
  return secret && cipher.x25519(tweak, secret);
}

/** The same point as an X25519 public key. Loaded only here: identities never need it. */
async function toX25519(point: Uint8Array): Promise<Uint8Array> {
  const { ed25519 } = await import("@noble/curves/ed25519.js");
  try {
    return ed25519.utils.toMontgomery(point);
  } catch {
    throw malformed("invalid Ed25519 public key");
  }
}

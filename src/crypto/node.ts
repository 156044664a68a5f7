import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  randomBytes,
  type KeyObject,
} from "node:crypto";
import { concatBytes } from "../bytes.ts";
import { tagBytes, type Aes256Gcm, type Cipher, type RunningHash } from "./cipher.ts";

/** The backend on `node:crypto`: Node, Deno and Bun. */
export const cipher: Cipher = {
  name: "node",
  aes256Gcm,
  sha512,
  sha256: (bytes) => plain(createHash("sha256").update(bytes).digest()),
  randomBytes: (length) => plain(randomBytes(length)),
  x25519PublicKey,
  x25519,
};

function aes256Gcm(key: Uint8Array): Aes256Gcm {
  return {
    seal(iv, plaintext, additionalData) {
      const sealer = createCipheriv("aes-256-gcm", key, iv, { authTagLength: tagBytes });
      sealer.setAAD(additionalData);
      return concatBytes(sealer.update(plaintext), sealer.final(), sealer.getAuthTag());
    },
    open(iv, sealed, additionalData) {
      if (sealed.length < tagBytes) return undefined;
      const opener = createDecipheriv("aes-256-gcm", key, iv, { authTagLength: tagBytes });
      opener.setAAD(additionalData);
      opener.setAuthTag(sealed.subarray(-tagBytes));
      const plaintext = opener.update(sealed.subarray(0, -tagBytes));
      try {
        opener.final();
      } catch {
        return undefined;
      }
      return plain(plaintext);
    },
  };
}

function sha512(): RunningHash {
  const hash = createHash("sha512");
  return {
    update: (bytes) => void hash.update(bytes),
    digest: () => plain(hash.digest()),
  };
}

function x25519PublicKey(secretKey: Uint8Array): Uint8Array {
  const spki = createPublicKey(privateKeyObject(secretKey)).export({ format: "der", type: "spki" });
  return plain(spki.subarray(-x25519Bytes));
}

function x25519(secretKey: Uint8Array, publicKey: Uint8Array): Uint8Array | undefined {
  const pair = { privateKey: privateKeyObject(secretKey), publicKey: publicKeyObject(publicKey) };
  try {
    return plain(diffieHellman(pair));
  } catch {
    // OpenSSL refuses to give a shared secret of zeros; with both keys imported nothing else can fail.
    return undefined;
  }
}

const x25519Bytes = 32;

/** What comes before the 32 bytes of an X25519 secret key in PKCS #8, and of a public key in SPKI (RFC 8410). */
const pkcs8Prefix = Uint8Array.from([48, 46, 2, 1, 0, 48, 5, 6, 3, 43, 101, 110, 4, 34, 4, 32]);
const spkiPrefix = Uint8Array.from([48, 42, 48, 5, 6, 3, 43, 101, 110, 3, 33, 0]);

function privateKeyObject(secretKey: Uint8Array): KeyObject {
  if (secretKey.length !== x25519Bytes) throw new TypeError("an X25519 secret key has 32 bytes");
  const der = Buffer.concat([pkcs8Prefix, secretKey]);
  const key = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  der.fill(0);
  return key;
}

function publicKeyObject(publicKey: Uint8Array): KeyObject {
  if (publicKey.length !== x25519Bytes) throw new TypeError("an X25519 public key has 32 bytes");
  return createPublicKey({ key: Buffer.concat([spkiPrefix, publicKey]), format: "der", type: "spki" });
}

/** The same bytes without Buffer's methods, which callers must not come to depend on. */
function plain(buffer: Buffer): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);
}

import { concatBytes } from "../../bytes.ts";
import type { Cipher } from "../../crypto/cipher.ts";
import { aeadTagBytes, open, seal } from "./aead.ts";
import { deriveKey } from "./hkdf.ts";
import { malformed } from "./malformed.ts";

/*
 * The payload of an age file: a nonce, then the plaintext in chunks, each sealed under its number and whether it is the last.
 */

const payloadNonceBytes = 16;
const chunkBytes = 2 ** 16;
const sealedChunkBytes = chunkBytes + aeadTagBytes;

/** How much longer the payload of one chunk is than what it holds. */
export const shortPayloadOverheadBytes = payloadNonceBytes + aeadTagBytes;

/** Seals what a file holds. */
export function sealPayload(fileKey: Uint8Array, plaintext: Uint8Array, cipher: Cipher): Uint8Array {
  const nonce = cipher.randomBytes(payloadNonceBytes);
  const key = deriveKey(cipher, fileKey, nonce, "payload");
  const chunks = chunksOf(plaintext, chunkBytes);
  const sealed = chunks.map((chunk, index) => seal(key, chunk, chunkNonce(index, index === chunks.length - 1)));
  return concatBytes(nonce, ...sealed);
}

/**
 * The inverse of {@link sealPayload}; undefined when a byte was changed, added or is missing.
 *
 * @throws SopsError `COULD_NOT_RETRIEVE_KEY` when there is not even a nonce
 */
export function openPayload(fileKey: Uint8Array, payload: Uint8Array, cipher: Cipher): Uint8Array | undefined {
  if (payload.length < payloadNonceBytes) throw malformed("failed to read nonce: the file ends before it");
  const key = deriveKey(cipher, fileKey, payload.subarray(0, payloadNonceBytes), "payload");
  const sealed = chunksOf(payload.subarray(payloadNonceBytes), sealedChunkBytes);
  const chunks: Uint8Array[] = [];
  for (const [index, chunk] of sealed.entries()) {
    const opened = open(key, chunk, chunkNonce(index, index === sealed.length - 1));
    // Only a file without content has a chunk without content.
    if (opened === undefined || (opened.length === 0 && index > 0)) return undefined;
    chunks.push(opened);
  }
  return concatBytes(...chunks);
}

/** All chunks but the last are full; there is always one. */
function chunksOf(bytes: Uint8Array, size: number): Uint8Array[] {
  const count = Math.max(1, Math.ceil(bytes.length / size));
  return Array.from({ length: count }, (_, index) => bytes.subarray(index * size, (index + 1) * size));
}

/** Eleven bytes of the chunk's number, of which a file can fill four, and one that tells the last chunk. */
function chunkNonce(index: number, isLast: boolean): Uint8Array {
  const nonce = new Uint8Array(12);
  new DataView(nonce.buffer).setUint32(7, index);
  nonce[11] = isLast ? 1 : 0;
  return nonce;
}

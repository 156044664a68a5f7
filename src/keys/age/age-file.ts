import { concatBytes, equalBytes } from "../../bytes.ts";
import type { Cipher } from "../../crypto/cipher.ts";
import { hmacSha256 } from "../../crypto/hmac.ts";
import { decodeArmor, encodeArmor } from "./armor.ts";
import { formatAuthenticated, formatHeader, parseHeader } from "./header.ts";
import { deriveKey } from "./hkdf.ts";
import { encryptHybridAgeFile } from "./hybrid.ts";
import { malformed } from "./malformed.ts";
import { openPayload, sealPayload, shortPayloadOverheadBytes } from "./payload.ts";
import type { Identity, Recipient } from "./stanza.ts";

/** What an age file is made for: a recipient, or the text of a hybrid one, `age1pq1…`. */
export type AnyRecipient = Recipient | string;

const fileKeyBytes = 16;
const noSalt = new Uint8Array(0);

/** Makes an armored age file for one recipient; ends in a newline. */
export async function encryptAgeFile(plaintext: Uint8Array, recipient: AnyRecipient, cipher: Cipher): Promise<string> {
  if (typeof recipient === "string") return encryptHybridAgeFile(plaintext, recipient);
  const fileKey = cipher.randomBytes(fileKeyBytes);
  const authenticated = formatAuthenticated(await recipient.wrapFileKey(fileKey));
  const header = formatHeader(authenticated, headerMac(fileKey, authenticated, cipher));
  return encodeArmor(concatBytes(header, sealPayload(fileKey, plaintext, cipher)));
}

/**
 * Opens an age file with the first identity that one of its stanzas is for.
 *
 * @param file - armored, or its bytes
 * @param identities - tried in this order
 * @returns the plaintext, or undefined when no stanza is for any identity
 * @throws SopsError `COULD_NOT_RETRIEVE_KEY` when the file is damaged
 * @see https://age-encryption.org/v1
 */
export async function decryptAgeFile(
  file: string | Uint8Array,
  identities: readonly Identity[],
  cipher: Cipher,
): Promise<Uint8Array | undefined> {
  const bytes = typeof file === "string" ? decodeArmor(file) : file;
  const { stanzas, authenticated, mac, length } = parseHeader(bytes);
  const fileKey = await unwrapFileKey(identities, stanzas, bytes.subarray(0, length));
  if (fileKey === undefined) return undefined;
  if (!equalBytes(headerMac(fileKey, authenticated, cipher), mac)) throw damaged("invalid header HMAC");
  const plaintext = openPayload(fileKey, bytes.subarray(length), cipher);
  if (plaintext === undefined) throw damaged("invalid payload");
  return plaintext;
}

/**
 * How many bytes a short age file holds, as far as it shows without an identity.
 *
 * @param file - armored
 * @throws SopsError `COULD_NOT_RETRIEVE_KEY` when the file is damaged
 */
export function contentLengthOf(file: string): number {
  const bytes = decodeArmor(file);
  const length = bytes.length - parseHeader(bytes).length - shortPayloadOverheadBytes;
  if (length < 0) throw damaged("invalid payload");
  return length;
}

async function unwrapFileKey(
  identities: readonly Identity[],
  ...[stanzas, header]: Parameters<Identity["unwrapFileKey"]>
): Promise<Uint8Array | undefined> {
  for (const identity of identities) {
    const fileKey = await identity.unwrapFileKey(stanzas, header);
    if (fileKey !== null) return fileKey;
  }
  return undefined;
}

function headerMac(fileKey: Uint8Array, authenticated: Uint8Array, cipher: Cipher): Uint8Array {
  return hmacSha256(cipher, deriveKey(cipher, fileKey, noSalt, "header"), authenticated);
}

function damaged(what: string): Error {
  return malformed(`${what}; the file was damaged or changed`);
}

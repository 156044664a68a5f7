import type { Cipher } from "../../crypto/cipher.ts";
import { SopsError } from "../../errors.ts";
import { decodeBech32, encodeBech32 } from "./bech32.ts";
import { x25519Bytes } from "./x25519.ts";

const recipientPrefix = "age";
const identityPrefix = "AGE-SECRET-KEY-";
const hybridPrefix = "AGE-SECRET-KEY-PQ-";

/** The two forms of native age keys: X25519, and X25519 together with ML-KEM-768. */
export type NativeKeyType = "x25519" | "hybrid";

/** A native age key. */
export interface NativeKey {
  /** The secret side: `AGE-SECRET-KEY-1…` or `AGE-SECRET-KEY-PQ-1…`. */
  readonly identity: string;
  /** The public side: `age1…` or `age1pq1…`. */
  readonly recipient: string;
}

/** A new key. */
export async function generateNativeKey(type: NativeKeyType, cipher: Cipher): Promise<NativeKey> {
  if (type === "x25519") return x25519Key(cipher.randomBytes(x25519Bytes), cipher);
  const { generateHybridIdentity } = await import("age-encryption");
  const identity = await generateHybridIdentity();
  return { identity, recipient: await hybridRecipient(identity) };
}

/**
 * The X25519 key with a secret half.
 *
 * @param secretKey - 32 bytes, clamped or not: identities keep them as they are
 */
export function x25519Key(secretKey: Uint8Array, cipher: Cipher): NativeKey {
  return {
    identity: encodeBech32(identityPrefix, secretKey),
    recipient: encodeX25519Recipient(cipher.x25519PublicKey(secretKey)),
  };
}

/** @param publicKey - 32 bytes */
export function encodeX25519Recipient(publicKey: Uint8Array): string {
  return encodeBech32(recipientPrefix, publicKey);
}

/**
 * The recipients of all identities of an identity file. As everywhere, lines that are empty or begin with `#` are skipped;
 * blanks around an identity and a byte order mark do not matter.
 *
 * @throws SopsError `INVALID_MASTER_KEY`, which names the line and never quotes it
 */
export async function recipientsOfIdentities(text: string, cipher: Cipher): Promise<string[]> {
  if (/^(?:age-encryption|-----BEGIN AGE)/.test(text)) {
    throw invalid("the identity file is encrypted", "Decrypt it first with: age -d FILE");
  }
  const recipients: string[] = [];
  for (const [index, line] of text
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/)
    .entries()) {
    const word = line.trim();
    if (word !== "" && !word.startsWith("#")) recipients.push(await recipientOfIdentity(word, index + 1, cipher));
  }
  if (recipients.length === 0) throw invalid("no identities found");
  return recipients;
}

async function recipientOfIdentity(word: string, lineNumber: number, cipher: Cipher): Promise<string> {
  const fail = (reason: string): SopsError => invalid(`error at line ${lineNumber}: ${reason}`, hintFor(word));
  if (!word.startsWith(identityPrefix)) throw fail("unknown identity type");
  const decoded = decodeBech32(word);
  if (typeof decoded === "string") throw fail(`malformed secret key: ${decoded}`);
  if (decoded.bytes.length !== x25519Bytes) throw fail("malformed secret key: invalid length");
  if (decoded.prefix === identityPrefix) return x25519Key(decoded.bytes, cipher).recipient;
  if (decoded.prefix === hybridPrefix) return hybridRecipient(word);
  throw fail("malformed secret key: unknown type");
}

async function hybridRecipient(identity: string): Promise<string> {
  const { identityToRecipient } = await import("age-encryption");
  return identityToRecipient(identity);
}

function hintFor(word: string): string | undefined {
  if (/^-+BEGIN .*PRIVATE KEY/.test(word)) {
    return "This is an SSH key. Its public key is a recipient as it is; sops-ts ssh-to-age converts it.";
  }
  if (word.startsWith("age1")) return "This is a recipient already.";
  if (word.startsWith("AGE-PLUGIN-")) return "Only the plugin itself knows the recipient; see its own documentation.";
  return undefined;
}

function invalid(reason: string, hint?: string): SopsError {
  return new SopsError("INVALID_MASTER_KEY", `failed to parse input: ${reason}`, hint === undefined ? {} : { hint });
}

import { concatBytes, encodeUtf8 } from "../../bytes.ts";
import { decodeBase64 } from "../../crypto/base64.ts";
import type { Cipher } from "../../crypto/cipher.ts";
import { encodeUnpadded } from "./base64.ts";
import { SshReader, sshInteger, sshString } from "./ssh-wire.ts";

/** An SSH public key of one of the two types that age knows. Integers are big-endian, without leading zeros. */
export type SshPublicKey = SshEd25519PublicKey | SshRsaPublicKey;

export interface SshEd25519PublicKey {
  readonly type: "ssh-ed25519";
  /** 32 bytes. */
  readonly point: Uint8Array;
}

export interface SshRsaPublicKey {
  readonly type: "ssh-rsa";
  readonly modulus: Uint8Array;
  readonly exponent: Uint8Array;
}

/** Bits of the smallest and the largest RSA key in use. */
const fewestRsaBits = 2048;
const mostRsaBits = 8192;

/**
 * Parses a line of an `authorized_keys` or `.pub` file: type, Base64, and a comment that does not matter.
 *
 * @returns the key, or what is wrong with it
 */
export function parseSshPublicKey(line: string): SshPublicKey | string {
  const [type, base64 = ""] = line.trim().split(/[ \t]+/);
  if (type !== "ssh-ed25519" && type !== "ssh-rsa") return `unknown SSH recipient type: ${JSON.stringify(type)}`;
  const bytes = decodeBase64(base64);
  if (bytes === undefined || bytes.length === 0) return "ssh: no key found";
  if (new SshReader(bytes).text() !== type) return "ssh: the key is not of the type that its line names";
  return readSshPublicKey(bytes);
}

/** Reads a key in SSH's wire format; gives what is wrong with it when it is none of ours. */
export function readSshPublicKey(bytes: Uint8Array): SshPublicKey | string {
  const reader = new SshReader(bytes);
  const type = reader.text();
  if (type !== "ssh-ed25519" && type !== "ssh-rsa") return `unsupported SSH key type: ${JSON.stringify(type ?? "")}`;
  const key = type === "ssh-ed25519" ? readEd25519(reader) : readRsa(reader);
  if (typeof key !== "string" && reader.rest().length > 0) return "ssh: trailing junk in public key";
  return key;
}

/** Reads what follows the type of an ssh-ed25519 key. */
export function readEd25519(reader: SshReader): SshEd25519PublicKey | string {
  const point = reader.string();
  return point?.length === 32 ? { type: "ssh-ed25519", point } : "ssh: invalid size for Ed25519 public key";
}

function readRsa(reader: SshReader): SshRsaPublicKey | string {
  const exponent = reader.integer();
  const modulus = reader.integer();
  if (exponent === undefined || modulus === undefined) return "ssh: short read";
  const problem = checkRsa(modulus, exponent);
  return problem ?? { type: "ssh-rsa", modulus, exponent };
}

/** What makes an RSA key unusable; undefined when nothing does. */
export function checkRsa(modulus: Uint8Array, exponent: Uint8Array): string | undefined {
  const bits = bitLength(modulus);
  if (bits < fewestRsaBits) return "RSA key size is too small";
  if (bits > mostRsaBits) return "ssh: rsa modulus too large";
  if (bitLength(exponent) > 24) return "ssh: exponent too large";
  const value = exponent.reduce((sum, byte) => sum * 256 + byte, 0);
  return value < 3 || value % 2 === 0 ? "ssh: incorrect exponent" : undefined;
}

function bitLength(integer: Uint8Array): number {
  return integer.length === 0 ? 0 : integer.length * 8 - Math.clz32(integer[0] as number) + 24;
}

/** The key in SSH's wire format. */
export function encodeSshPublicKey(key: SshPublicKey): Uint8Array {
  const type = sshString(encodeUtf8(key.type));
  if (key.type === "ssh-ed25519") return concatBytes(type, sshString(key.point));
  return concatBytes(type, sshInteger(key.exponent), sshInteger(key.modulus));
}

/** What stands in a stanza to find one's own: the start of the key's hash. */
export function sshFingerprint(key: SshPublicKey, cipher: Cipher): string {
  return encodeUnpadded(cipher.sha256(encodeSshPublicKey(key)).subarray(0, 4));
}

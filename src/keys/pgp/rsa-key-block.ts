import { concatBytes, encodeUtf8 } from "../../bytes.ts";
import { encodeBase64 } from "../../crypto/base64.ts";
import { SopsError } from "../../errors.ts";

/** An RSA key, as SSH keeps it: big-endian numbers without leading zeros. */
export interface RsaNumbers {
  readonly modulus: Uint8Array;
  readonly exponent: Uint8Array;
  readonly d: Uint8Array;
  readonly p: Uint8Array;
  readonly q: Uint8Array;
  readonly dp: Uint8Array;
  readonly dq: Uint8Array;
  /** The inverse of q modulo p. */
  readonly qi: Uint8Array;
}

/** A PGP key of a single RSA key. */
export interface PgpKeyBlock {
  /** Armored private key. */
  readonly block: string;
  /** 40 hexadecimal digits in lower case. */
  readonly fingerprint: string;
}

const userId = "root (Imported from SSH) <root@localhost>";
const tags = { secretKey: 5, signature: 2, userId: 13 } as const;
const version = 4;
const rsa = 1;
const sha256 = 8;
const positiveCertification = 0x13;
/** Signature subpackets. */
const subpackets = { created: 2, issuer: 16, keyFlags: 27 } as const;
/** May certify, sign, and encrypt both messages and files. */
const keyFlags = 0x0f;
/** The time of creation is part of the fingerprint, so it has to be the same at every conversion: 1970. */
const created = new Uint8Array(4);

/**
 * An RSA key as a PGP key, the one that ssh-to-pgp and sops-nix make of an SSH host key: made at time 0, with one user.
 *
 * @throws SopsError `COULD_NOT_RETRIEVE_KEY` when the numbers are no key
 * @see RFC 4880, sections 5.2, 5.5 and 12.2
 */
export async function pgpKeyOfRsaKey(key: RsaNumbers): Promise<PgpKeyBlock> {
  const publicPart = publicPartOf(key);
  const framed = frame(publicPart);
  const fingerprint = await sha1(framed);
  const packets = concatBytes(
    packet(tags.secretKey, concatBytes(publicPart, secretPart(key))),
    packet(tags.userId, encodeUtf8(userId)),
    packet(tags.signature, await certify(framed, fingerprint.subarray(-8), key)),
  );
  return { block: armor(packets), fingerprint: hex(fingerprint) };
}

/**
 * The fingerprint of the PGP key that {@link pgpKeyOfRsaKey} makes, for which the public half is enough.
 *
 * @returns 40 hexadecimal digits in lower case
 */
export async function pgpFingerprintOfRsaKey(key: Pick<RsaNumbers, "modulus" | "exponent">): Promise<string> {
  return hex(await sha1(frame(publicPartOf(key))));
}

function publicPartOf({ modulus, exponent }: Pick<RsaNumbers, "modulus" | "exponent">): Uint8Array {
  return concatBytes(Uint8Array.of(version), created, Uint8Array.of(rsa), mpi(modulus), mpi(exponent));
}

function frame(publicPart: Uint8Array): Uint8Array {
  return concatBytes(Uint8Array.of(0x99), number(publicPart.length, 2), publicPart);
}

async function sha1(bytes: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await webCrypto().digest("SHA-1", new Uint8Array(bytes)));
}

/** The secret numbers without protection. PGP wants the inverse of its p modulo its q, so the primes change places. */
function secretPart({ d, p, q, qi }: RsaNumbers): Uint8Array {
  const numbers = concatBytes(mpi(d), mpi(q), mpi(p), mpi(qi));
  const sum = numbers.reduce((total, byte) => (total + byte) & 0xffff, 0);
  return concatBytes(Uint8Array.of(0), numbers, number(sum, 2));
}

/** The key's own signature over itself and its user. */
async function certify(framedKey: Uint8Array, keyId: Uint8Array, key: RsaNumbers): Promise<Uint8Array> {
  const hashed = concatBytes(
    subpacket(subpackets.created, created),
    subpacket(subpackets.keyFlags, Uint8Array.of(keyFlags)),
  );
  const head = concatBytes(
    Uint8Array.of(version, positiveCertification, rsa, sha256),
    number(hashed.length, 2),
    hashed,
  );
  const user = encodeUtf8(userId);
  const trailer = concatBytes(Uint8Array.of(version, 0xff), number(head.length, 4));
  const signed = concatBytes(framedKey, Uint8Array.of(0xb4), number(user.length, 4), user, head, trailer);
  const digest = new Uint8Array(await webCrypto().digest("SHA-256", new Uint8Array(signed)));
  const unhashed = subpacket(subpackets.issuer, keyId);
  return concatBytes(head, number(unhashed.length, 2), unhashed, digest.subarray(0, 2), mpi(await sign(signed, key)));
}

async function sign(bytes: Uint8Array, key: RsaNumbers): Promise<Uint8Array> {
  const { modulus: n, exponent: e, d, p, q, dp, dq, qi } = key;
  // Node 20.19.0 ends with a fatal error, and no exception, where Web Crypto has to sign with numbers that are no key.
  if (bigInteger(p) * bigInteger(q) !== bigInteger(n)) throw invalidKey();
  const numbers = Object.entries({ n, e, d, p, q, dp, dq, qi }).map(([name, value]) => [name, base64Url(value)]);
  const algorithm = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
  const jwk: JsonWebKey = { kty: "RSA", ...Object.fromEntries(numbers) };
  try {
    const secretKey = await webCrypto().importKey("jwk", jwk, algorithm, false, ["sign"]);
    return new Uint8Array(await webCrypto().sign(algorithm, secretKey, new Uint8Array(bytes)));
  } catch {
    // Its own error may have been made from the secret numbers.
    throw invalidKey();
  }
}

function invalidKey(): SopsError {
  return new SopsError("COULD_NOT_RETRIEVE_KEY", "the RSA key is not valid");
}

function webCrypto(): SubtleCrypto {
  const subtle: SubtleCrypto | undefined = globalThis.crypto?.subtle;
  if (subtle !== undefined) return subtle;
  throw new SopsError("NOT_AVAILABLE_ON_THIS_PLATFORM", "RSA keys need Web Crypto, which this runtime does not offer");
}

function packet(tag: number, body: Uint8Array): Uint8Array {
  return concatBytes(Uint8Array.of(0xc0 | tag, 0xff), number(body.length, 4), body);
}

function subpacket(type: number, body: Uint8Array): Uint8Array {
  return concatBytes(Uint8Array.of(body.length + 1, type), body);
}

function bigInteger(bytes: Uint8Array): bigint {
  return BigInt(`0x0${hex(bytes)}`);
}

/** A number with the count of its bits before it. */
function mpi(bytes: Uint8Array): Uint8Array {
  const start = bytes.findIndex((byte) => byte !== 0);
  const digits = bytes.subarray(start === -1 ? bytes.length : start);
  const bits = digits.length === 0 ? 0 : digits.length * 8 - Math.clz32(digits[0] as number) + 24;
  return concatBytes(number(bits, 2), digits);
}

/** Big-endian. */
function number(value: number, length: 2 | 4): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes.subarray(4 - length);
}

function armor(packets: Uint8Array): string {
  const lines = encodeBase64(packets).match(/.{1,64}/g) ?? [];
  const label = "PGP PRIVATE KEY BLOCK";
  // gpg does not always find the end of a block that has no checksum.
  const checksum = `=${encodeBase64(crc24(packets))}`;
  return [`-----BEGIN ${label}-----`, "", ...lines, checksum, `-----END ${label}-----`, ""].join("\n");
}

/** @see RFC 4880, section 6.1 */
function crc24(bytes: Uint8Array): Uint8Array {
  let crc = 0xb704ce;
  for (const byte of bytes) {
    crc ^= byte << 16;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 0x800000) === 0 ? crc << 1 : (crc << 1) ^ 0x1864cfb;
  }
  return Uint8Array.of((crc >> 16) & 0xff, (crc >> 8) & 0xff, crc & 0xff);
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function base64Url(bytes: Uint8Array): string {
  return encodeBase64(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

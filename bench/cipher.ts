/*
 * What does one value cost, with either backend, and from which size on is OpenSSL's own GCM quicker than ours? Medians of
 * several runs, and in brackets the least, which says more on a machine that has other work. `openssl` is node:crypto alone
 * with a cipher object for each value: the measure for `shortBytes` in src/crypto/node.ts.
 *
 *   npx tsx bench/cipher.ts [--runs 15]       (or: node24 bench/cipher.ts, bun bench/cipher.ts, deno run -A bench/cipher.ts)
 */
import { createCipheriv, createDecipheriv, createSecretKey } from "node:crypto";
import { parseArgs } from "node:util";
import { concatBytes } from "../src/bytes.ts";
import { decodeBase64, encodeBase64 } from "../src/crypto/base64.ts";
import { tagBytes, type Aes256Gcm, type Cipher } from "../src/crypto/cipher.ts";
import { cipher as noble } from "../src/crypto/noble.ts";
import { cipher as node } from "../src/crypto/node.ts";
import { cost as costOf, type Cost } from "./support/cost.ts";

const { values: options } = parseArgs({ options: { runs: { type: "string", default: "15" } } });
const runs = Number(options.runs);
const cost = (action: () => unknown): Cost => costOf(action, runs);

type OneByOne = Pick<Aes256Gcm, "seal" | "open">;

function opensslAlone(keyBytes: Uint8Array): OneByOne {
  const key = createSecretKey(keyBytes);
  return {
    seal(iv, plaintext, additionalData) {
      const sealing = createCipheriv("aes-256-gcm", key, iv, { authTagLength: tagBytes });
      sealing.setAAD(additionalData);
      return concatBytes(sealing.update(plaintext), sealing.final(), sealing.getAuthTag());
    },
    open(iv, sealed, additionalData) {
      const opening = createDecipheriv("aes-256-gcm", key, iv, { authTagLength: tagBytes });
      opening.setAAD(additionalData).setAuthTag(sealed.subarray(-tagBytes));
      return concatBytes(opening.update(sealed.subarray(0, -tagBytes)), opening.final());
    },
  };
}

function row(title: string, ...cells: readonly (string | Cost)[]): void {
  const texts = cells.map((cell) =>
    typeof cell === "string" ? cell : `${digits(cell.median)} (${digits(cell.least)})`,
  );
  console.log(title.padEnd(34) + texts.map((text) => text.padStart(20)).join(""));
}

/** Three significant digits, or more before the point. */
function digits(value: number): string {
  return value < 10 ? value.toFixed(2) : value < 100 ? value.toFixed(1) : value.toFixed(0);
}

function contexts(): [string, OneByOne][] {
  const key = node.randomBytes(32);
  return [
    ["node", node.aes256Gcm(key)],
    ["noble", noble.aes256Gcm(key)],
    ["openssl", opensslAlone(key)],
  ];
}

function benchValues(): void {
  row("AES-256-GCM, µs a value", "seal", "open");
  const iv = node.randomBytes(32);
  const additionalData = new TextEncoder().encode("services:db:password:");
  for (const size of [16, 40, 128, 256, 512, 1024, 4096]) {
    const plaintext = new Uint8Array(size).fill(0x61);
    for (const [name, aes] of contexts()) {
      const sealed = aes.seal(iv, plaintext, additionalData);
      const seal = cost(() => aes.seal(iv, plaintext, additionalData));
      row(
        `${size} bytes, ${name}`,
        seal,
        cost(() => aes.open(iv, sealed, additionalData)),
      );
    }
  }
}

function benchLong(): void {
  const iv = node.randomBytes(32);
  const plaintext = new Uint8Array(10e6).fill(0x61);
  row("\nAES-256-GCM of 10 MB, µs", "seal", "open");
  for (const [name, aes] of contexts()) {
    const sealed = aes.seal(iv, plaintext, iv);
    const seal = cost(() => aes.seal(iv, plaintext, iv));
    row(
      name,
      seal,
      cost(() => aes.open(iv, sealed, iv)),
    );
  }
}

function benchRest(): void {
  const ciphers: readonly Cipher[] = [node, noble];
  const bytes = node.randomBytes(40);
  const text = encodeBase64(bytes);
  row("\nThe rest, µs", ...ciphers.map((cipher) => cipher.name));
  row(
    "first value of a key, 40 bytes",
    ...ciphers.map((cipher) => cost(() => cipher.aes256Gcm(key).seal(key, bytes, bytes))),
  );
  row("32 random bytes", ...ciphers.map((cipher) => cost(() => cipher.randomBytes(32))));
  row("SHA-512 takes in 40 bytes", ...ciphers.map((cipher) => runningCost(cipher, bytes)));
  row("X25519", ...ciphers.map((cipher) => cost(() => cipher.x25519(key, publicKey))));
  row("X25519 public key", ...ciphers.map((cipher) => cost(() => cipher.x25519PublicKey(key))));
  row(
    "Base64 of 40 bytes",
    cost(() => encodeBase64(bytes)),
  );
  row(
    "back from Base64",
    cost(() => decodeBase64(text)),
  );
}

function runningCost(cipher: Cipher, bytes: Uint8Array): Cost {
  const hash = cipher.sha512();
  return cost(() => hash.update(bytes));
}

const key = node.randomBytes(32);
const publicKey = node.x25519PublicKey(node.randomBytes(32));
benchValues();
benchLong();
benchRest();

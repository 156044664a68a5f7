/** A decoded Bech32 text (BIP 173, of any length). */
export interface Bech32 {
  /** What stands before the last `1`, in the case of the text. */
  readonly prefix: string;
  readonly bytes: Uint8Array;
}

const alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
const checksumCharacters = 6;

/** Encodes bytes as Bech32, in the case of the prefix. */
export function encodeBech32(prefix: string, bytes: Uint8Array): string {
  const lower = prefix.toLowerCase();
  const values = splitBytes(bytes);
  const checksum = polymod([...expandPrefix(lower), ...values, 0, 0, 0, 0, 0, 0]) ^ 1;
  for (let shift = 25; shift >= 0; shift -= 5) values.push((checksum >>> shift) & 31);
  const text = `${lower}1${values.map((value) => alphabet[value]).join("")}`;
  return prefix === lower ? text : text.toUpperCase();
}

/** Eight bits a byte to five bits a value; what is missing in the last one is zero. */
function splitBytes(bytes: Uint8Array): number[] {
  const values: number[] = [];
  let bits = 0;
  let waiting = 0;
  for (const byte of bytes) {
    bits = ((bits << 8) | byte) & 0xfff;
    waiting += 8;
    for (; waiting >= 5; waiting -= 5) values.push((bits >> (waiting - 5)) & 31);
  }
  if (waiting > 0) values.push((bits << (5 - waiting)) & 31);
  return values;
}

/**
 * Decodes a Bech32 text.
 *
 * @returns the parts, or what is wrong with it as a text that holds no part of it but positions: it may be a secret key
 */
export function decodeBech32(text: string): Bech32 | string {
  if (text !== text.toLowerCase() && text !== text.toUpperCase()) return "mixed case";
  const separator = text.lastIndexOf("1");
  if (separator < 1 || separator + 1 + checksumCharacters > text.length) {
    return `separator '1' at invalid position: pos=${separator}, len=${text.length}`;
  }
  const prefix = text.slice(0, separator);
  if (!/^[!-~]+$/.test(prefix)) return "invalid character human-readable part";
  const values: number[] = [];
  for (const character of text.slice(separator + 1).toLowerCase()) {
    const value = alphabet.indexOf(character);
    if (value === -1) return `invalid character data part: position ${separator + 1 + values.length + 1}`;
    values.push(value);
  }
  if (polymod([...expandPrefix(prefix.toLowerCase()), ...values]) !== 1) return "invalid checksum";
  const bytes = packBytes(values.slice(0, -checksumCharacters));
  return typeof bytes === "string" ? bytes : { prefix, bytes };
}

function expandPrefix(prefix: string): number[] {
  const codes = [...prefix].map((character) => character.charCodeAt(0));
  return [...codes.map((code) => code >> 5), 0, ...codes.map((code) => code & 31)];
}

const generators = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];

function polymod(values: readonly number[]): number {
  let checksum = 1;
  for (const value of values) {
    const top = checksum >>> 25;
    checksum = ((checksum & 0x1ffffff) << 5) ^ value;
    for (const [bit, generator] of generators.entries()) if ((top >> bit) & 1) checksum ^= generator;
  }
  return checksum;
}

/** Five bits a value to eight bits a byte; what is left over has to be less than five bits, all of them zero. */
function packBytes(values: readonly number[]): Uint8Array | string {
  const bytes = new Uint8Array(Math.floor((values.length * 5) / 8));
  let bits = 0;
  let waiting = 0;
  let length = 0;
  for (const value of values) {
    bits = ((bits << 5) | value) & 0xfff;
    waiting += 5;
    if (waiting >= 8) {
      waiting -= 8;
      bytes[length++] = bits >> waiting;
    }
  }
  if (waiting >= 5) return "illegal zero padding";
  return (bits & ((1 << waiting) - 1)) === 0 ? bytes : "non-zero padding";
}

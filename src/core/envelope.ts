import { decodeBase64, encodeBase64 } from "../crypto/base64.ts";
import { tagBytes } from "../crypto/cipher.ts";
import type { Datatype } from "./value.ts";

/** One sealed value, `ENC[AES256_GCM,data:…,iv:…,tag:…,type:…]`, in parts. */
export interface Envelope {
  /** Any length but none; sops writes 32 bytes. */
  readonly iv: Uint8Array;
  /** The ciphertext followed by its tag. */
  readonly sealed: Uint8Array;
  /** The type word as it stands there; a known one is a {@link Datatype}. */
  readonly datatype: string;
}

/** Bytes of an IV that is written. */
export const ivBytes = 32;

const start = "ENC[AES256_GCM,data:";

/**
 * Whether a text has the form of an envelope. The grammar is that of sops's expression
 * `^ENC\[AES256_GCM,data:(.+),iv:(.+),tag:(.+),type:(.+)\]`: greedy, on one line, and text after the last `]` is ignored.
 */
export function looksLikeEnvelope(text: string): boolean {
  return cut(text) !== undefined;
}

/** The parts of an envelope; undefined when the text does not have its form, or a part is not Base64. */
export function parseEnvelope(text: string): Envelope | undefined {
  const parts = cut(text);
  if (parts === undefined) return undefined;
  const [data, iv, tag, datatype] = parts;
  const tagPart = decodeBase64(tag);
  const ivPart = decodeBase64(iv);
  const dataPart = decodeBase64(data);
  if (dataPart === undefined || ivPart === undefined || tagPart === undefined || ivPart.length === 0) return undefined;
  const sealed = new Uint8Array(dataPart.length + tagPart.length);
  sealed.set(dataPart);
  sealed.set(tagPart, dataPart.length);
  return { iv: ivPart, sealed, datatype };
}

function cut(text: string): [data: string, iv: string, tag: string, datatype: string] | undefined {
  if (!text.startsWith(start)) return undefined;
  // A greedy match takes the last of each mark that still leaves the others behind it; looking from the end finds the same.
  const newline = text.indexOf("\n");
  const end = text.lastIndexOf("]", newline === -1 ? text.length : newline);
  const type = text.lastIndexOf(",type:", end - 7);
  const tag = text.lastIndexOf(",tag:", type - 6);
  const iv = text.lastIndexOf(",iv:", tag - 5);
  if (end < 0 || type < 0 || tag < 0 || iv <= start.length) return undefined;
  return [text.slice(start.length, iv), text.slice(iv + 4, tag), text.slice(tag + 5, type), text.slice(type + 6, end)];
}

/** The text of an envelope. `sealed` is the ciphertext followed by its tag. */
export function formatEnvelope(iv: Uint8Array, sealed: Uint8Array, datatype: Datatype): string {
  const ciphertextBytes = sealed.length - tagBytes;
  const data = encodeBase64(sealed.subarray(0, ciphertextBytes));
  const tag = encodeBase64(sealed.subarray(ciphertextBytes));
  return `${start}${data},iv:${encodeBase64(iv)},tag:${tag},type:${datatype}]`;
}

import { decodeUtf8, encodeByteString, encodeUtf8 } from "../bytes.ts";
import { blockBytes, paddedLength, type PaddedTexts } from "../crypto/cipher.ts";

/*
 * Texts on their way to the cipher and back, many in one array. Nearly all are ASCII, where characters and bytes are the same:
 * then one call encodes or decodes them together.
 */

const paddings = Array.from({ length: blockBytes }, (_, length) => "\0".repeat(length));

/** Texts as bytes (see `bytes.ts` for those that are not Unicode). */
export function padTexts(texts: readonly string[]): PaddedTexts {
  const lengths = new Int32Array(texts.length);
  const parts: string[] = [];
  for (let index = 0; index < texts.length; index++) {
    const text = texts[index] as string;
    lengths[index] = text.length;
    parts.push(text, paddings[-text.length & (blockBytes - 1)] as string);
  }
  const joined = parts.join("");
  const bytes = encodeUtf8(joined);
  return bytes.length === joined.length ? { bytes, lengths } : padEncoded(texts.map(encodeByteString));
}

function padEncoded(texts: readonly Uint8Array[]): PaddedTexts {
  const lengths = Int32Array.from(texts, (text) => text.length);
  const bytes = new Uint8Array(lengths.reduce((total, length) => total + paddedLength(length), 0));
  let start = 0;
  for (const text of texts) {
    bytes.set(text, start);
    start += paddedLength(text.length);
  }
  return { bytes, lengths };
}

/** The texts, where all of them are ASCII; else the bytes of each. */
export function unpadTexts({ bytes, lengths }: PaddedTexts): (string | Uint8Array)[] {
  const decoded = decodeUtf8(bytes);
  const whole = decoded?.length === bytes.length ? decoded : bytes;
  const texts: (string | Uint8Array)[] = [];
  let start = 0;
  for (let index = 0; index < lengths.length; index++) {
    const length = lengths[index] as number;
    texts.push(whole.slice(start, start + length));
    start += paddedLength(length);
  }
  return texts;
}

import { concatBytes } from "../bytes.ts";
import { type Aes256Gcm, batchedIvBytes, type Messages, paddedLength, tagBytes } from "./cipher.ts";

/** As `sealAll` of a cipher, one message after the other. */
export function sealEach(aes: Pick<Aes256Gcm, "seal">, messages: Messages): void {
  for (const { iv, text, additionalData, tag } of eachOf(messages)) {
    const sealed = aes.seal(iv, text, additionalData);
    text.set(sealed.subarray(0, text.length));
    tag.set(sealed.subarray(text.length));
  }
}

/** As `openAll` of a cipher, one message after the other. */
export function openEach(aes: Pick<Aes256Gcm, "open">, messages: Messages): Uint8Array {
  const authentic = new Uint8Array(messages.texts.lengths.length);
  for (const [index, { iv, text, additionalData, tag }] of eachOf(messages).entries()) {
    const opened = aes.open(iv, concatBytes(text, tag), additionalData);
    authentic[index] = opened === undefined ? 0 : 1;
    text.set(opened ?? new Uint8Array(text.length));
  }
  return authentic;
}

/** The parts of one message, as views. */
type Message = Readonly<Record<"iv" | "text" | "additionalData" | "tag", Uint8Array>>;

function eachOf({ ivs, texts, additionalData, tags }: Messages): Message[] {
  const [nextText, nextAdditionalData] = [texts, additionalData].map(({ bytes, lengths }) => {
    let start = 0;
    return (index: number): Uint8Array => {
      const length = lengths[index] as number;
      start += paddedLength(length);
      return bytes.subarray(start - paddedLength(length), start - paddedLength(length) + length);
    };
  }) as [(index: number) => Uint8Array, (index: number) => Uint8Array];
  return Array.from({ length: texts.lengths.length }, (_, index) => ({
    iv: ivs.subarray(index * batchedIvBytes, (index + 1) * batchedIvBytes),
    text: nextText(index),
    additionalData: nextAdditionalData(index),
    tag: tags.subarray(index * tagBytes, (index + 1) * tagBytes),
  }));
}

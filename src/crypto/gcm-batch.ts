import { batchedIvBytes, blockBytes, type EncryptBlocks, type Messages, paddedLength, tagBytes } from "./cipher.ts";
import { type Ghash, hashWords, writeWord } from "./ghash.ts";

/*
 * GCM of many messages at once. A value of a file is so short that calls and small arrays cost more than its encryption: here all
 * counter blocks go through the block cipher in one call, and each step is one loop over all messages. Keystream has for each
 * message the block that masks its tag, then whole blocks for its text.
 */

/** As `sealAll` of a cipher. */
export function sealMessages(encryptBlocks: EncryptBlocks, ghash: Ghash, messages: Messages): void {
  const keystream = encryptBlocks(counterBlocks(ghash, messages));
  applyKeystream(messages, keystream);
  writeTags(ghash, messages, keystream, messages.tags);
}

/** As `openAll` of a cipher. */
export function openMessages(encryptBlocks: EncryptBlocks, ghash: Ghash, messages: Messages): Uint8Array {
  const keystream = encryptBlocks(counterBlocks(ghash, messages));
  const tags = new Uint8Array(messages.tags.length);
  writeTags(ghash, messages, keystream, tags);
  const authentic = equalTags(tags, messages.tags);
  applyKeystream(messages, keystream);
  blankTexts(messages, authentic);
  return authentic;
}

/** The blocks that become keystream: for each message they count up from the hash of its IV. */
function counterBlocks(ghash: Ghash, { ivs, texts }: Messages): Uint8Array {
  const { lengths } = texts;
  const ivLengths = new Int32Array(lengths.length).fill(batchedIvBytes);
  const hashes = new Int32Array(lengths.length * hashWords);
  ghash.absorbAll(hashes, { bytes: ivs, lengths: ivLengths });
  ghash.finishAll(hashes, new Int32Array(lengths.length), ivLengths);
  const blocks = new Uint8Array(texts.bytes.length + lengths.length * blockBytes);
  let offset = 0;
  for (let index = 0; index < lengths.length; index++) {
    const end = offset + blockBytes + paddedLength(lengths[index] as number);
    let count = hashes[index * hashWords + 3] as number;
    for (; offset < end; offset += blockBytes) {
      for (let word = 0; word < 3; word++) {
        writeWord(blocks, offset + 4 * word, hashes[index * hashWords + word] as number);
      }
      writeWord(blocks, offset + 12, count);
      count = (count + 1) | 0;
    }
  }
  return blocks;
}

function applyKeystream({ texts: { bytes, lengths } }: Messages, keystream: Uint8Array): void {
  let start = 0;
  let used = 0;
  for (let index = 0; index < lengths.length; index++) {
    const length = lengths[index] as number;
    used += blockBytes;
    for (let offset = 0; offset < length; offset++) {
      bytes[start + offset] = (bytes[start + offset] as number) ^ (keystream[used + offset] as number);
    }
    start += paddedLength(length);
    used += paddedLength(length);
  }
}

/** The tags over the ciphertexts. */
function writeTags(ghash: Ghash, messages: Messages, keystream: Uint8Array, tags: Uint8Array): void {
  const { texts, additionalData } = messages;
  const { lengths } = texts;
  const hashes = new Int32Array(lengths.length * hashWords);
  ghash.absorbAll(hashes, additionalData);
  ghash.absorbAll(hashes, texts);
  ghash.finishAll(hashes, additionalData.lengths, lengths);
  let mask = 0;
  for (let index = 0; index < lengths.length; index++) {
    const tag = index * tagBytes;
    for (let word = 0; word < hashWords; word++) {
      writeWord(tags, tag + 4 * word, hashes[index * hashWords + word] as number);
    }
    for (let offset = 0; offset < tagBytes; offset++) {
      tags[tag + offset] = (tags[tag + offset] as number) ^ (keystream[mask + offset] as number);
    }
    mask += blockBytes + paddedLength(lengths[index] as number);
  }
}

/** For each two tags whether they are equal, 1 or 0; the time it takes depends on their number alone. */
function equalTags(a: Uint8Array, b: Uint8Array): Uint8Array {
  const equal = new Uint8Array(a.length / tagBytes);
  for (let index = 0; index < equal.length; index++) {
    let difference = 0;
    for (let offset = index * tagBytes; offset < (index + 1) * tagBytes; offset++) {
      difference |= (a[offset] as number) ^ (b[offset] as number);
    }
    // 1 for no difference, 0 for one of 1 to 255.
    equal[index] = (difference - 1) >>> 31;
  }
  return equal;
}

/** Makes zeros of the texts that are not authentic. */
function blankTexts({ texts: { bytes, lengths } }: Messages, authentic: Uint8Array): void {
  let start = 0;
  for (let index = 0; index < lengths.length; index++) {
    const end = start + paddedLength(lengths[index] as number);
    if (authentic[index] === 0) bytes.fill(0, start, end);
    start = end;
  }
}

import { decodeUtf8, encodeUtf8 } from "../bytes.ts";
import { batchedIvBytes, type Messages, paddedLength, type PaddedTexts, tagBytes } from "../crypto/cipher.ts";
import { base64Length, decodeAll, decodedLength, encodeAll } from "../crypto/portable-base64.ts";
import type { Datatype } from "./value.ts";

/*
 * Envelopes as sops writes them, many at once: they lie in one array of characters, where one loop takes care of all ciphertexts,
 * one of all IVs and one of all tags. `envelope.ts` has the grammar. What is read here is a part of it, and reads the same.
 */

/** Envelopes in parts. */
export interface ParsedEnvelopes extends Pick<Messages, "ivs" | "texts" | "tags"> {
  /** The type word of each; empty where a text is not of the form that sops writes, its other parts mean nothing then. */
  readonly datatypes: readonly string[];
}

const beforeData = "ENC[AES256_GCM,data:";
const beforeIv = ",iv:";
const beforeTag = ",tag:";
const beforeType = ",type:";
const ivCharacters = base64Length(batchedIvBytes);
const tagCharacters = base64Length(tagBytes);
/** From the end of the ciphertext to the IV, to the tag and to the type word. */
const toIv = beforeIv.length;
const toTag = toIv + ivCharacters + beforeTag.length;
const toType = toTag + tagCharacters + beforeType.length;

/**
 * What is to be known besides the lengths of the parts, and that they are Base64 (ASCII without commas is enough here). Before
 * the padding stand only characters without spare bits, so that the same parts are written as the same text.
 */
const form =
  /^ENC\[AES256_GCM,data:[!-+--~]*(?:[!-+--<>-~]|[AEIMQUYcgkosw048]=|[AQgw]==),iv:[!-+--~]+[AEIMQUYcgkosw048]=,tag:[!-+--~]+[AQgw]==,type:[a-z]+\]$/;
const comma = ",".charCodeAt(0);

/** Takes envelopes apart. */
export function parseEnvelopes(texts: readonly string[]): ParsedEnvelopes {
  const { length } = texts;
  const places = newPlaces(length);
  const datatypes: string[] = [];
  let joined = "";
  for (let index = 0; index < length; index++) {
    const text = texts[index] as string;
    const type = text.lastIndexOf(":") + 1;
    const dataEnd = type - toType;
    const dataLength = dataEnd - beforeData.length;
    const fits = dataLength > 0 && dataLength % 4 === 0 && hasForm(text, dataEnd);
    datatypes.push(fits ? text.slice(type, -1) : "");
    if (!fits) continue;
    place(places, index, joined.length, dataLength);
    places.lengths[index] = decodedLength(text, dataLength, dataEnd);
    joined += text;
  }
  const characters = encodeUtf8(joined);
  const valid = new Uint8Array(length).fill(1);
  const decode = (starts: Int32Array, lengths: Int32Array): PaddedTexts => {
    const decoded = { bytes: new Uint8Array(totalLength(lengths)), lengths };
    decodeAll(characters, starts, decoded, valid);
    return decoded;
  };
  const ciphertexts = decode(places.data, places.lengths);
  const { bytes: ivs } = decode(places.ivs, new Int32Array(length).fill(batchedIvBytes));
  const { bytes: tags } = decode(places.tags, new Int32Array(length).fill(tagBytes));
  for (let index = 0; index < length; index++) {
    if (valid[index] === 0) datatypes[index] = "";
  }
  return { ivs, tags, texts: ciphertexts, datatypes };
}

/** Whether a text is an envelope with an IV and a tag of the usual lengths; there are no other commas than those between parts. */
function hasForm(text: string, dataEnd: number): boolean {
  const beforeTagAt = dataEnd + toTag - beforeTag.length;
  return text.charCodeAt(dataEnd) === comma && text.charCodeAt(beforeTagAt) === comma && form.test(text);
}

/** The texts of sealed messages. */
export function formatEnvelopes({ ivs, texts, tags }: Messages, datatypes: readonly Datatype[]): string[] {
  const places = newPlaces(datatypes.length);
  const ends: number[] = [];
  let joined = "";
  for (let index = 0; index < datatypes.length; index++) {
    const dataLength = base64Length(texts.lengths[index] as number);
    place(places, index, joined.length, dataLength);
    joined += blankEnvelope(texts.lengths[index] as number, datatypes[index] as Datatype);
    ends.push(joined.length);
  }
  const characters = encodeUtf8(joined);
  encodeAll(texts, characters, places.data);
  encodeAll({ bytes: ivs, lengths: new Int32Array(datatypes.length).fill(batchedIvBytes) }, characters, places.ivs);
  encodeAll({ bytes: tags, lengths: new Int32Array(datatypes.length).fill(tagBytes) }, characters, places.tags);
  const text = decodeUtf8(characters) ?? "";
  return ends.map((end, index) => text.slice(ends[index - 1] ?? 0, end));
}

const blankEnvelopes = new Map<string, string>();

/** An envelope whose digits are all missing. */
function blankEnvelope(byteLength: number, datatype: Datatype): string {
  const key = `${byteLength} ${datatype}`;
  let blank = blankEnvelopes.get(key);
  if (blank === undefined) {
    const [data, iv, tag] = [byteLength, batchedIvBytes, tagBytes].map((length) => "=".repeat(base64Length(length)));
    blank = `${beforeData}${data}${beforeIv}${iv}${beforeTag}${tag}${beforeType}${datatype}]`;
    blankEnvelopes.set(key, blank);
  }
  return blank;
}

/** Where the parts of each envelope begin, and how many bytes its ciphertext has. */
interface Places {
  readonly data: Int32Array;
  readonly ivs: Int32Array;
  readonly tags: Int32Array;
  readonly lengths: Int32Array;
}

function newPlaces(count: number): Places {
  const array = (): Int32Array => new Int32Array(count);
  return { data: array(), ivs: array(), tags: array(), lengths: array() };
}

/** Notes where the parts of an envelope begin that begins at `start`. */
function place({ data, ivs, tags }: Places, index: number, start: number, dataLength: number): void {
  const dataStart = start + beforeData.length;
  data[index] = dataStart;
  ivs[index] = dataStart + dataLength + toIv;
  tags[index] = dataStart + dataLength + toTag;
}

function totalLength(lengths: Int32Array): number {
  let total = 0;
  for (let index = 0; index < lengths.length; index++) total += paddedLength(lengths[index] as number);
  return total;
}

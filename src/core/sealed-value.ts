import { encodeByteString } from "../bytes.ts";
import { type Aes256Gcm, batchedIvBytes, type Cipher, tagBytes } from "../crypto/cipher.ts";
import { formatEnvelope, parseEnvelope } from "./envelope.ts";
import { formatEnvelopes, parseEnvelopes } from "./envelope-batch.ts";
import type { EarlierSealing, IvStash } from "./iv-stash.ts";
import { padTexts, unpadTexts } from "./padded-texts.ts";
import { UnsignedInteger } from "./tree.ts";
import { datatypeOf, type Leaf, leafFromPlaintext, leafFromText, plaintextBytes, plaintextOf } from "./value.ts";

/** What can be sealed. */
export type Sealable = Exclude<Leaf, UnsignedInteger>;

/** A value, or why there is none. */
export type Opened = OpenedValue | { readonly reason: string };

export interface OpenedValue {
  readonly value: Leaf;
  /** How it was sealed, where that is asked for; an empty text is not. */
  readonly sealing: EarlierSealing | undefined;
}

/** What seals values: the data key of a file, and IVs that values had before; all others get new random ones. */
export interface Sealing {
  readonly cipher: Cipher;
  readonly aes: Aes256Gcm;
  readonly stash: IvStash | undefined;
  /** Whether the envelopes in the stash were made with the same data key. Default: false. */
  readonly keepsEnvelopes?: boolean;
}

/** Up to how many characters values, and their envelopes, are sealed and opened together. */
const longestTogether = 256;
const longestEnvelopeTogether = 512;

/** The envelope of a value. Empty strings and empty comments stay empty. */
export function sealValue({ cipher, aes, stash }: Sealing, value: Sealable, additionalData: string): string {
  const plaintext = plaintextBytes(value);
  if (plaintext.length === 0) return "";
  const iv = stash?.recall(value, additionalData)?.iv ?? cipher.randomBytes(batchedIvBytes);
  return formatEnvelope(iv, aes.seal(iv, plaintext, encodeByteString(additionalData)), datatypeOf(value));
}

/**
 * The envelopes of values, as {@link sealValue} makes them, in one go.
 *
 * @param additionalData - what each is bound to
 */
export function sealValues(
  sealing: Sealing,
  values: readonly Sealable[],
  additionalData: readonly string[],
): readonly string[] {
  const texts = values.map(textToSeal);
  const ivs = sealing.cipher.randomBytes(values.length * batchedIvBytes);
  const kept = new Map<number, string>();
  for (const [index, { iv, envelope }] of earlierSealings(sealing.stash, values, additionalData)) {
    if (envelope !== undefined && sealing.keepsEnvelopes === true) kept.set(index, envelope);
    if (kept.has(index) || iv.length !== batchedIvBytes) texts[index] = "";
    else ivs.set(iv, index * batchedIvBytes);
  }
  const tags = new Uint8Array(values.length * tagBytes);
  const messages = { ivs, tags, texts: padTexts(texts), additionalData: padTexts(additionalData) };
  sealing.aes.sealAll(messages);
  const envelopes = formatEnvelopes(messages, values.map(datatypeOf));
  for (let index = 0; index < texts.length; index++) {
    if (texts[index] !== "") continue;
    envelopes[index] =
      kept.get(index) ?? sealValue(sealing, values[index] as Sealable, additionalData[index] as string);
  }
  return envelopes;
}

/** The plaintext of a value that is sealed with others, nothing for one that is sealed by itself. */
function textToSeal(value: Sealable): string {
  if (value instanceof Uint8Array) return "";
  const text = plaintextOf(value);
  return text.length > longestTogether ? "" : text;
}

function* earlierSealings(
  stash: IvStash | undefined,
  values: readonly Sealable[],
  additionalData: readonly string[],
): Generator<[index: number, sealing: EarlierSealing]> {
  if (stash === undefined) return;
  for (const [index, value] of values.entries()) {
    const sealing = stash.recall(value, additionalData[index] as string);
    if (sealing !== undefined) yield [index, sealing];
  }
}

/** What is in an envelope. An empty text is its own plaintext. */
export function openValue(aes: Aes256Gcm, text: string, additionalData: string): Opened {
  if (text === "") return { value: "", sealing: undefined };
  const envelope = parseEnvelope(text);
  if (envelope === undefined) return { reason: "Input string does not match sops' data format" };
  const plaintext = aes.open(envelope.iv, envelope.sealed, encodeByteString(additionalData));
  if (plaintext === undefined) return notAuthentic;
  const { datatype, iv } = envelope;
  return opened(leafFromPlaintext(plaintext, datatype), datatype, { iv, envelope: undefined });
}

/**
 * What is in envelopes, as {@link openValue} tells it, in one go.
 *
 * @param additionalData - what each is bound to
 * @param tellSealings - whether it is wanted how they were sealed
 */
export function openValues(
  aes: Aes256Gcm,
  texts: readonly string[],
  additionalData: readonly string[],
  tellSealings: boolean,
): Opened[] {
  const short = texts.map((text) => (text.length > longestEnvelopeTogether ? "" : text));
  const { ivs, tags, datatypes, texts: ciphertexts } = parseEnvelopes(short);
  const authentic = aes.openAll({ ivs, tags, texts: ciphertexts, additionalData: padTexts(additionalData) });
  const plaintexts = unpadTexts(ciphertexts);
  return texts.map((text, index) => {
    const datatype = datatypes[index] as string;
    if (datatype === "") return openValue(aes, text, additionalData[index] as string);
    if (authentic[index] === 0) return notAuthentic;
    const plaintext = plaintexts[index] as string | Uint8Array;
    const leaf =
      typeof plaintext === "string" ? leafFromText(plaintext, datatype) : leafFromPlaintext(plaintext, datatype);
    if (leaf === undefined || !tellSealings) return opened(leaf, datatype, undefined);
    const iv = ivs.slice(index * batchedIvBytes, (index + 1) * batchedIvBytes);
    return opened(leaf, datatype, { iv, envelope: isWrittenSo(leaf, plaintext, datatype) ? text : undefined });
  });
}

/** Whether a value is sealed with this plaintext and datatype: others stand for it, too, such as `+1` for an integer. */
function isWrittenSo(value: Leaf, plaintext: string | Uint8Array, datatype: string): boolean {
  if (value instanceof Uint8Array || value instanceof UnsignedInteger) return false;
  return datatypeOf(value) === datatype && plaintextOf(value) === plaintext;
}

const notAuthentic: Opened = { reason: "Could not decrypt with AES_GCM: cipher: message authentication failed" };

function opened(value: Leaf | undefined, datatype: string, sealing: EarlierSealing | undefined): Opened {
  return value === undefined ? { reason: badDatatype(datatype) } : { value, sealing };
}

function badDatatype(datatype: string): string {
  const known = ["int", "float", "bool", "time"].includes(datatype);
  return known ? `The value is not of its datatype ${datatype}` : `Unknown datatype: ${datatype}`;
}

import { encodeByteString } from "../bytes.ts";
import { type Aes256Gcm, batchedIvBytes, type Cipher, tagBytes } from "../crypto/cipher.ts";
import { formatEnvelope, parseEnvelope } from "./envelope.ts";
import { formatEnvelopes, parseEnvelopes } from "./envelope-batch.ts";
import type { EarlierSealing, IvStash } from "./iv-stash.ts";
import { padTexts, unpadTexts } from "./padded-texts.ts";
import { UnsignedInteger } from "./tree.ts";
import {
  type Datatype,
  datatypeOf,
  type Leaf,
  leafFromPlaintext,
  leafFromText,
  plaintextBytes,
  plaintextOf,
} from "./value.ts";

/** What can be sealed. */
export type Sealable = Exclude<Leaf, UnsignedInteger>;

/** A value, or why there is none. */
export type Opened = OpenedValue | { readonly reason: string };

export interface OpenedValue {
  readonly value: Leaf;
  /** Whether sealing it again, with the same IV and data key, is known to give the same text. */
  readonly isExact: boolean;
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
  const earlier = stash?.recall(value, additionalData);
  const iv = ivOf(earlier) ?? cipher.randomBytes(batchedIvBytes);
  return formatEnvelope(iv, aes.seal(iv, plaintext, encodeByteString(additionalData)), datatypeOf(value));
}

function ivOf(earlier: EarlierSealing | undefined): Uint8Array | undefined {
  return earlier === undefined ? undefined : parseEnvelope(earlier.envelope)?.iv;
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
  const envelopes: string[] = [];
  const together = new Together();
  for (let index = 0; index < values.length; index++) {
    const value = values[index] as Sealable;
    const path = additionalData[index] as string;
    const earlier = sealing.stash?.recall(value, path);
    if (earlier?.isExact === true && sealing.keepsEnvelopes === true) {
      envelopes.push(earlier.envelope);
      continue;
    }
    const text = value instanceof Uint8Array ? "" : plaintextOf(value);
    const isAlone = earlier !== undefined || text === "" || text.length > longestTogether;
    envelopes.push(isAlone ? sealValue(sealing, value, path) : "");
    if (!isAlone) together.add(index, text, path, datatypeOf(value));
  }
  const sealed = together.seal(sealing);
  for (let index = 0; index < sealed.length; index++) {
    envelopes[together.indexes[index] as number] = sealed[index] as string;
  }
  return envelopes;
}

/** Values that are sealed together, with random IVs. */
class Together {
  /** Where each stands among all values. */
  readonly indexes: number[] = [];
  readonly #texts: string[] = [];
  readonly #additionalData: string[] = [];
  readonly #datatypes: Datatype[] = [];

  add(index: number, text: string, additionalData: string, datatype: Datatype): void {
    this.indexes.push(index);
    this.#texts.push(text);
    this.#additionalData.push(additionalData);
    this.#datatypes.push(datatype);
  }

  seal({ cipher, aes }: Sealing): readonly string[] {
    const { length } = this.indexes;
    if (length === 0) return [];
    const messages = {
      ivs: cipher.randomBytes(length * batchedIvBytes),
      texts: padTexts(this.#texts),
      additionalData: padTexts(this.#additionalData),
      tags: new Uint8Array(length * tagBytes),
    };
    aes.sealAll(messages);
    return formatEnvelopes(messages, this.#datatypes);
  }
}

/** What is in an envelope. An empty text is its own plaintext. */
export function openValue(aes: Aes256Gcm, text: string, additionalData: string): Opened {
  if (text === "") return { value: "", isExact: false };
  const envelope = parseEnvelope(text);
  if (envelope === undefined) return { reason: "Input string does not match sops' data format" };
  const plaintext = aes.open(envelope.iv, envelope.sealed, encodeByteString(additionalData));
  if (plaintext === undefined) return notAuthentic;
  return opened(leafFromPlaintext(plaintext, envelope.datatype), envelope.datatype, false);
}

/**
 * What is in envelopes, as {@link openValue} tells it, in one go.
 *
 * @param additionalData - what each is bound to
 * @param tellExact - whether it is wanted which ones are exact
 */
export function openValues(
  aes: Aes256Gcm,
  texts: readonly string[],
  additionalData: readonly string[],
  tellExact: boolean,
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
    return opened(leaf, datatype, tellExact && leaf !== undefined && isWrittenSo(leaf, plaintext, datatype));
  });
}

/** Whether a value is sealed with this plaintext and datatype: others stand for it, too, such as `+1` for an integer. */
function isWrittenSo(value: Leaf, plaintext: string | Uint8Array, datatype: string): boolean {
  if (typeof value === "string") return datatype === "str";
  if (value instanceof Uint8Array || value instanceof UnsignedInteger) return false;
  return datatypeOf(value) === datatype && plaintextOf(value) === plaintext;
}

const notAuthentic: Opened = { reason: "Could not decrypt with AES_GCM: cipher: message authentication failed" };

function opened(value: Leaf | undefined, datatype: string, isExact: boolean): Opened {
  return value === undefined ? { reason: badDatatype(datatype) } : { value, isExact };
}

function badDatatype(datatype: string): string {
  const known = ["int", "float", "bool", "time"].includes(datatype);
  return known ? `The value is not of its datatype ${datatype}` : `Unknown datatype: ${datatype}`;
}

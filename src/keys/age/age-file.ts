import { armor, Decrypter, Encrypter, type Identity, type Recipient } from "age-encryption";
import { concatBytes, decodeUtf8 } from "../../bytes.ts";
import { messageOf, SopsError } from "../../errors.ts";
import { malformed } from "./malformed.ts";

/** What opens an age file: an identity of ours, or a native one's text, which the library knows how to use. */
export type AnyIdentity = Identity | string;

/** What an age file is made for: a recipient of ours, or a native one's text. */
export type AnyRecipient = Recipient | string;

/** Makes an armored age file for one recipient; ends in a newline. */
export async function encryptAgeFile(plaintext: Uint8Array, recipient: AnyRecipient): Promise<string> {
  const encrypter = new Encrypter();
  encrypter.addRecipient(recipient);
  return armor.encode(await readAll(await encrypter.encrypt(streamOf(plaintext))));
}

/**
 * Opens an age file with the first identity that one of its stanzas is for.
 *
 * @param file - armored, or its bytes
 * @param identities - tried in this order
 * @returns the plaintext, or undefined when no stanza is for any identity
 * @throws SopsError `COULD_NOT_RETRIEVE_KEY` when the file is damaged
 */
export async function decryptAgeFile(
  file: string | Uint8Array,
  identities: readonly AnyIdentity[],
): Promise<Uint8Array | undefined> {
  const decrypter = new Decrypter();
  // The library tells by its messages alone where it failed, so we look at how far it came.
  const progress = { readHeader: false, triedAll: false };
  const watch = (step: keyof typeof progress): Identity => ({ unwrapFileKey: () => ((progress[step] = true), null) });
  decrypter.addIdentity(watch("readHeader"));
  for (const identity of identities) decrypter.addIdentity(identity);
  decrypter.addIdentity(watch("triedAll"));
  const bytes = typeof file === "string" ? dearmor(file) : file;
  try {
    return await readAll(await decrypter.decrypt(streamOf(bytes)));
  } catch (error) {
    if (progress.triedAll) return undefined;
    if (error instanceof SopsError) throw error;
    if (progress.readHeader) throw malformed(`${messageOf(error)}; the file was damaged or changed`);
    throw malformed(`failed to read header: parsing age header: ${describeHeader(bytes, error)}`);
  }
}

/**
 * The bytes of an armored age file.
 *
 * @throws SopsError `COULD_NOT_RETRIEVE_KEY`
 */
export function dearmor(file: string): Uint8Array {
  try {
    return armor.decode(file);
  } catch (error) {
    throw malformed(`invalid armor: ${messageOf(error)}`);
  }
}

const versionLine = "age-encryption.org/v1\n";

function describeHeader(file: Uint8Array, error: unknown): string {
  const start = decodeUtf8(file.subarray(0, versionLine.length));
  return start === versionLine ? messageOf(error) : `unexpected intro, expected "${versionLine.trim()}"`;
}

function streamOf(bytes: Uint8Array): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      controller.enqueue(bytes);
      controller.close();
    },
  });
}

/** All of a stream. The library would do this through `Response`, which costs Node 15 ms to load. */
async function readAll(stream: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  const reader = stream.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) chunks.push(next.value);
  return concatBytes(...chunks);
}

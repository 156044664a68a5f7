import type { Key, KeyID, Message, PrivateKey } from "openpgp";
import { messageOf, SopsError } from "../../errors.ts";
import { missingPackage } from "../missing-package.ts";

/*
 * OpenPGP.js, for keys in memory and for key rings of old releases of gpg. An optional peer: it is loaded when there are such
 * keys.
 */

/** Keys as they are kept: an armored block, or the bytes of a key ring. */
export type KeyMaterial = string | Uint8Array;

/** Asks for the passphrase of a key. */
export type AskPassphrase = (key: { readonly fingerprint: string; readonly keyId: string }) => Promise<string>;

/**
 * Encrypts for the key of a fingerprint.
 *
 * @returns the armored message without a newline at its end; undefined when there is no such key
 * @throws SopsError when the key cannot be used, or the package is not installed
 */
export async function encryptWithKeys(
  fingerprint: string,
  dataKey: Uint8Array,
  material: readonly KeyMaterial[],
): Promise<string | undefined> {
  const openpgp = await load();
  const keys = await readKeys(material);
  const found = findKey(keys, fingerprint);
  if (found === undefined) return undefined;
  try {
    const armored = await openpgp.encrypt({
      message: await openpgp.createMessage({ binary: new Uint8Array(dataKey) }),
      encryptionKeys: found.key.toPublic(),
      ...(found.subkey === undefined ? {} : { encryptionKeyIDs: found.subkey }),
    });
    return armored.trim();
  } catch (error) {
    throw new SopsError("COULD_NOT_GENERATE_DATA_KEY", messageOf(error));
  }
}

/**
 * Decrypts a message with the first of the keys that it is for.
 *
 * @throws SopsError `COULD_NOT_RETRIEVE_KEY`; `MISSING_OPTIONAL_DEPENDENCY` when the package is not installed
 */
export async function decryptWithKeys(
  armored: string,
  material: readonly KeyMaterial[],
  askPassphrase: AskPassphrase,
): Promise<Uint8Array> {
  const openpgp = await load();
  const message = await readMessage(armored);
  const keys = (await readKeys(material)).filter((key): key is PrivateKey => key.isPrivate());
  const candidates = keys.filter((key) => isFor(message, key));
  if (candidates.length === 0) throw failed("the message is for none of the private keys");
  const reasons: string[] = [];
  for (const key of candidates) {
    try {
      const decryptionKeys = await unlock(key, askPassphrase);
      // Each attempt changes the message that it was given.
      const { data } = await openpgp.decrypt({ message: await readMessage(armored), decryptionKeys, format: "binary" });
      return data;
    } catch (error) {
      reasons.push(messageOf(error));
    }
  }
  throw failed(reasons.join("; "));
}

async function load(): Promise<typeof import("openpgp")> {
  try {
    return await import("openpgp");
  } catch (error) {
    throw missingPackage(
      "openpgp",
      "PGP keys that gpg does not manage",
      error,
      "Give the keys to gpg (gpg --import FILE)",
    );
  }
}

async function readKeys(material: readonly KeyMaterial[]): Promise<Key[]> {
  const openpgp = await load();
  const read = material.map((keys) =>
    typeof keys === "string"
      ? openpgp.readKeys({ armoredKeys: keys })
      : openpgp.readKeys({ binaryKeys: new Uint8Array(keys) }),
  );
  try {
    return (await Promise.all(read)).flat();
  } catch {
    // Its own message may quote the text, which is a secret.
    throw failed("the PGP keys cannot be read");
  }
}

async function readMessage(armored: string): Promise<Message<Uint8Array>> {
  const openpgp = await load();
  try {
    const { data } = await openpgp.unarmor(armored);
    return await openpgp.readMessage({ binaryMessage: data as Uint8Array });
  } catch (error) {
    throw failed(`armor decoding failed: ${messageOf(error)}`);
  }
}

interface FoundKey {
  readonly key: Key;
  /** The one subkey to use, where the fingerprint insists on it. */
  readonly subkey: KeyID | undefined;
}

/** The key that has a fingerprint or a long key id, as primary key or as a subkey; `!` insists on that very subkey. */
function findKey(keys: readonly Key[], fingerprint: string): FoundKey | undefined {
  const wanted = fingerprint.toLowerCase().replace(/^0x/, "").replace(/!$/, "");
  const fits = (own: string): boolean => own === wanted || (wanted.length === 16 && own.endsWith(wanted));
  for (const key of keys) {
    const part = key.getKeys().find((candidate) => fits(candidate.getFingerprint()));
    if (part !== undefined) return { key, subkey: fingerprint.endsWith("!") ? part.getKeyID() : undefined };
  }
  return undefined;
}

function isFor(message: Message<Uint8Array>, key: PrivateKey): boolean {
  return message.getEncryptionKeyIDs().some((id) => /^0+$/.test(id.toHex()) || key.getKeys(id).length > 0);
}

async function unlock(key: PrivateKey, askPassphrase: AskPassphrase): Promise<PrivateKey> {
  if (key.isDecrypted()) return key;
  const openpgp = await load();
  const fingerprint = key.getFingerprint().toUpperCase();
  const passphrase = await askPassphrase({ fingerprint, keyId: key.getKeyID().toHex().toUpperCase() });
  try {
    return await openpgp.decryptKey({ privateKey: key, passphrase });
  } catch {
    throw failed(`incorrect passphrase for the PGP key ${fingerprint}`);
  }
}

function failed(reason: string): SopsError {
  return new SopsError("COULD_NOT_RETRIEVE_KEY", reason);
}

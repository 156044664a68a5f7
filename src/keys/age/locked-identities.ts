import { decodeByteString, encodeByteString } from "../../bytes.ts";
import { SopsError } from "../../errors.ts";
import { askSecret } from "../ask.ts";
import { askAgent, forgetPassphrase } from "../gpg-agent.ts";
import type { KeyContext } from "../key-source.ts";
import { decryptAgeFile } from "./age-file.ts";
import { decodeArmor } from "./armor.ts";
import type { OtherIdentity } from "./identity.ts";
import { parseIdentityText } from "./identity-text.ts";
import { malformed, stepFailed } from "./malformed.ts";
import { scryptIdentity } from "./scrypt.ts";
import type { Identity } from "./stanza.ts";

const mostBytes = 2 ** 24;

/**
 * The identities of an identity file that a passphrase protects. The passphrase is asked for when they are needed, and once: from
 * the caller's callback, or from gpg-agent, which keeps it, or at the terminal.
 *
 * @param text - the age file, armored or as a byte string
 * @param place - what messages and the question call it
 * @throws SopsError `COULD_NOT_RETRIEVE_KEY` when the file is no age file or too long
 * @see sops age/encrypted_keys.go
 */
export function lockedIdentities(text: string, place: string, context: KeyContext): OtherIdentity {
  const file = readFile(text, place);
  let unlocked: readonly Identity[] | undefined;
  return {
    unmatched: `encrypted identity '${place}' didn't match file's recipients`,
    async unlock() {
      unlocked ??= await unlockAll(parseIdentityText(await openFile(file, place, context), "lines", place, context));
      return unlocked;
    },
  };
}

async function unlockAll({ native, others }: ReturnType<typeof parseIdentityText>): Promise<readonly Identity[]> {
  if (native.length + others.length === 0) throw malformed("no identities found");
  const unlocked = await Promise.all(others.map((identity) => identity.unlock()));
  return [...native, ...unlocked.flat()];
}

function readFile(text: string, place: string): Uint8Array {
  try {
    // Armor adds a third and line ends; what is longer is not worth decoding.
    const file =
      text.length > 2 * mostBytes ? undefined : text.startsWith("-") ? decodeArmor(text) : encodeByteString(text);
    if (file === undefined || file.length >= mostBytes) throw malformed("file too long");
    return file;
  } catch (error) {
    throw stepFailed(`failed to read '${place}'`, error);
  }
}

async function openFile(file: Uint8Array, place: string, context: KeyContext): Promise<string> {
  const passphrase = passphraseOf(file, place, context);
  let asked = false;
  const identity = scryptIdentity(() => {
    asked = true;
    return passphrase.ask();
  });
  const plaintext = await decryptAgeFile(file, [identity], context.cipher).catch((error: unknown) => {
    throw stepFailed("failed to decrypt identity file", error);
  });
  if (plaintext !== undefined) return decodeByteString(plaintext);
  if (!asked) throw malformed(`failed to decrypt identity file: '${place}' is not protected by a passphrase`);
  await passphrase.forget();
  throw new SopsError("COULD_NOT_RETRIEVE_KEY", "incorrect passphrase", {
    hint: `The passphrase that was given does not open '${place}'.`,
  });
}

interface Passphrase {
  ask(): Promise<string>;
  /** Makes whoever keeps it forget it, since it was wrong. */
  forget(): Promise<void>;
}

function passphraseOf(file: Uint8Array, place: string, context: KeyContext): Passphrase {
  const question = `Enter passphrase for identity '${place}':`;
  const useAgent = context.askSecret === undefined && !context.onlyGivenIdentities;
  const cacheId = `SopsAge${encodeBase32(context.cipher.sha256(file).subarray(0, 25))}`;
  const forget = async (): Promise<void> => {
    if (useAgent) await forgetPassphrase(cacheId, context.platform).catch(() => undefined);
  };
  const ask = async (): Promise<string> => {
    const kept = useAgent ? await askAgent({ cacheId, description: question }, context.platform) : undefined;
    const passphrase = kept ?? (await askSecret(context, question));
    if (passphrase === "") await forget();
    return passphrase;
  };
  return {
    forget,
    ask: () =>
      ask().catch((error: unknown) => {
        throw stepFailed("could not read passphrase", error);
      }),
  };
}

const base32Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** Base32 (RFC 4648) of a multiple of five bytes. */
function encodeBase32(bytes: Uint8Array): string {
  const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, "0")).join("");
  const groups = bits.match(/.{5}/g) ?? [];
  return groups.map((group) => base32Alphabet.charAt(Number.parseInt(group, 2))).join("");
}

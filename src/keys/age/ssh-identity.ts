import { equalBytes } from "../../bytes.ts";
import type { Cipher } from "../../crypto/cipher.ts";
import { askSecret } from "../ask.ts";
import type { KeyContext } from "../key-source.ts";
import { readyIdentity, unusable, type ParsedIdentities } from "./identity.ts";
import { malformed, stepFailed } from "./malformed.ts";
import { sshEd25519Identity } from "./ssh-ed25519.ts";
import { parseSshPrivateKey, type SshPrivateKey } from "./ssh-private-key.ts";
import { encodeSshPublicKey, parseSshPublicKey, sshFingerprint, type SshPublicKey } from "./ssh-public-key.ts";
import { sshRsaIdentity } from "./ssh-rsa.ts";
import type { Identity, Stanza } from "./stanza.ts";

/** Where an SSH private key comes from. */
export interface SshKeyOrigin {
  /** What messages call it. */
  readonly place: string;
  /** The question for its passphrase. Default: a key that has one is refused. */
  readonly ask?: string;
  /** Reads the public key beside it, a line of a `.pub` file. Default: what the private key tells has to be enough. */
  readonly readPublicKey?: () => Promise<string>;
}

/** The identity of an SSH private key file. One with a passphrase asks for it when a stanza is its own. */
export async function parseSshIdentity(
  text: string,
  origin: SshKeyOrigin,
  context: KeyContext,
): Promise<ParsedIdentities> {
  const key = await parseSshPrivateKey(text);
  if (!("problem" in key)) return oneIdentity(identityOf(key, context.cipher));
  const { place, ask, readPublicKey } = origin;
  if (!key.needsPassphrase) return unusable(malformed(`malformed SSH identity in ${place}: ${key.problem}`));
  if (ask === undefined) {
    return unusable(malformed(`the SSH key in ${place} is password protected, which is unsupported`));
  }
  const publicKey = key.publicKey ?? (readPublicKey && parsePublicKey(await readPublicKey(), place));
  return oneIdentity(lockedIdentity(text, { place, ask, publicKey }, context));
}

function oneIdentity(identity: Identity): ParsedIdentities {
  return { native: [], others: [readyIdentity(identity)], problems: [] };
}

function identityOf(key: SshPrivateKey, cipher: Cipher): Identity {
  return key.type === "ssh-ed25519"
    ? sshEd25519Identity(key.seed, key.publicKey, cipher)
    : sshRsaIdentity(key.secret, key.publicKey, cipher);
}

function parsePublicKey(line: string, place: string): SshPublicKey {
  const key = parseSshPublicKey(line);
  if (typeof key === "string") throw malformed(`failed to parse the public key of ${place}: ${key}`);
  return key;
}

interface LockedKey {
  readonly place: string;
  readonly ask: string;
  /** Undefined: any stanza of an SSH key may be its own. */
  readonly publicKey: SshPublicKey | undefined;
}

function lockedIdentity(text: string, { place, ask, publicKey }: LockedKey, context: KeyContext): Identity {
  let unlocked: Identity | undefined;
  const unlock = async (): Promise<Identity> => {
    const passphrase = await askSecret(context, ask).catch((error: unknown) => {
      throw stepFailed(`failed to obtain passphrase: could not read passphrase for ${place}`, error);
    });
    const key = await parseSshPrivateKey(text, { passphrase, cipher: context.cipher });
    if ("problem" in key) throw malformed(`failed to decrypt SSH key file ${place}: ${key.problem}`);
    if (publicKey !== undefined && !isSameKey(key.publicKey, publicKey)) {
      throw malformed(`mismatched private and public SSH key in ${place}`);
    }
    return identityOf(key, context.cipher);
  };
  return {
    async unwrapFileKey(stanzas, header) {
      if (!stanzas.some((stanza) => isFor(stanza, publicKey, context.cipher))) return null;
      unlocked ??= await unlock();
      return unlocked.unwrapFileKey(stanzas, header);
    },
  };
}

function isFor({ args }: Stanza, key: SshPublicKey | undefined, cipher: Cipher): boolean {
  if (key === undefined) return args[0] === "ssh-ed25519" || args[0] === "ssh-rsa";
  return args[0] === key.type && args[1] === sshFingerprint(key, cipher);
}

function isSameKey(a: SshPublicKey, b: SshPublicKey): boolean {
  return equalBytes(encodeSshPublicKey(a), encodeSshPublicKey(b));
}

import { concatBytes, encodeUtf8 } from "../../bytes.ts";
import { open, sealedFileKeyBytes } from "./aead.ts";
import { decodeUnpadded } from "./base64.ts";
import { malformed } from "./malformed.ts";
import type { Identity, Stanza } from "./stanza.ts";

/*
 * The library has passphrases as well, but refuses work factors that age takes, and has to have the passphrase before it has seen
 * the file.
 */

const type = "scrypt";
const label = encodeUtf8("age-encryption.org/v1/scrypt");
const saltBytes = 16;

/** The most work, as a power of two: about a quarter of a minute and 4 GiB of memory. */
const mostWork = 22;

/**
 * Opens files that a passphrase protects.
 *
 * @param askPassphrase - called only for a file that has a passphrase, and is well formed
 */
export function scryptIdentity(askPassphrase: () => Promise<string>): Identity {
  return {
    async unwrapFileKey(stanzas) {
      const stanza = stanzas.find(({ args }) => args[0] === type);
      if (stanza === undefined) return null;
      if (stanzas.length > 1) throw malformed("an scrypt recipient must be the only one");
      const { salt, work } = parseStanza(stanza);
      const passphrase = await askPassphrase();
      if (passphrase === "") throw malformed("passphrase can't be empty");
      const key = await deriveKey(passphrase, salt, work);
      return open(key, stanza.body) ?? null;
    },
  };
}

function parseStanza({ args, body }: Stanza): { salt: Uint8Array; work: number } {
  const [, saltText = "", workText = ""] = args;
  const salt = decodeUnpadded(saltText);
  if (args.length !== 3 || salt?.length !== saltBytes) throw malformed("invalid scrypt recipient block");
  if (!/^[1-9][0-9]*$/.test(workText)) throw malformed("scrypt work factor encoding invalid");
  const work = Number(workText);
  if (work > mostWork) throw malformed(`scrypt work factor too large: ${workText}`);
  if (body.length !== sealedFileKeyBytes) throw malformed("invalid scrypt recipient block: incorrect file key size");
  return { salt, work };
}

async function deriveKey(passphrase: string, salt: Uint8Array, work: number): Promise<Uint8Array> {
  const { scryptAsync } = await import("@noble/hashes/scrypt.js");
  const cost = { N: 2 ** work, r: 8, p: 1 };
  // The package refuses more than 1 GiB unless it is told what is meant.
  const maxmem = 128 * cost.r * (cost.N + cost.p + 1);
  return scryptAsync(passphrase, concatBytes(label, salt), { ...cost, dkLen: 32, maxmem });
}

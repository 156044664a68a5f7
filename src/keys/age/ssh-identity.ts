import type { Cipher } from "../../crypto/cipher.ts";
import { SopsError } from "../../errors.ts";
import { unusable, type ParsedIdentities } from "./identity-text.ts";
import { malformed } from "./malformed.ts";
import { sshEd25519Identity } from "./ssh-ed25519.ts";
import { parseSshPrivateKey } from "./ssh-private-key.ts";
import { sshRsaIdentity } from "./ssh-rsa.ts";

/**
 * The identity of an SSH private key file.
 *
 * @param place - what messages call it
 */
export async function parseSshIdentity(text: string, place: string, cipher: Cipher): Promise<ParsedIdentities> {
  const key = await parseSshPrivateKey(text);
  if ("problem" in key) {
    return unusable(
      key.needsPassphrase ? locked(place) : malformed(`malformed SSH identity in ${place}: ${key.problem}`),
    );
  }
  const identity =
    key.type === "ssh-ed25519"
      ? sshEd25519Identity(key.seed, key.publicKey, cipher)
      : sshRsaIdentity(key.secret, key.publicKey, cipher);
  return { native: [], others: [identity], problems: [] };
}

function locked(place: string): SopsError {
  const message = `the SSH key in ${place} is protected by a passphrase, which is not available in sops-ts`;
  return new SopsError("COULD_NOT_RETRIEVE_KEY", message, {
    hint: "Use a key without passphrase; ssh-keygen -p -f COPY removes it from a copy.",
  });
}

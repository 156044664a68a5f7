import { parseSshPublicKey } from "../keys/age/ssh-public-key.ts";

/** A public key that a line holds. */
export interface SshKeyOfLine {
  /** Such as `ssh-rsa`. */
  readonly type: string;
  /** The 32 bytes of an ed25519 key; undefined for a key of another type, which is not looked at further. */
  readonly point: Uint8Array | undefined;
}

const keyType = /^(?:ssh-(?:ed25519|rsa|dss)|ecdsa-sha2-\S+|sk-(?:ssh-ed25519|ecdsa-sha2)\S*|webauthn-sk-\S+)$/;

/**
 * Finds the key in a line of a `.pub` file, of `authorized_keys` (behind options) or of `known_hosts` (behind host names and
 * a mark).
 *
 * @returns the key, or why there is none, in words that show nothing of the line
 */
export function findSshKey(line: string): SshKeyOfLine | { readonly problem: string } {
  if (/-----BEGIN .*PRIVATE KEY/.test(line)) {
    return { problem: "this is a private key, and public keys are wanted (or the flag -private-key)" };
  }
  const words = splitOutsideQuotes(line);
  const index = words.findIndex((word) => keyType.test(word));
  const type = words[index];
  if (type === undefined) return { problem: "failed to parse ssh public key: there is no type of a key" };
  if (type !== "ssh-ed25519") return { type, point: undefined };
  const key = parseSshPublicKey(`${type} ${words[index + 1] ?? ""}`);
  if (typeof key === "string") return { problem: `failed to parse ssh public key: ${key}` };
  return { type, point: key.type === "ssh-ed25519" ? key.point : undefined };
}

/** Words between blanks; options may have blanks inside of double quotes, and quotes after a backslash. */
function splitOutsideQuotes(line: string): readonly string[] {
  return line.match(/(?:"(?:\\.|[^"\\])*"|[^\s"]|")+/g) ?? [];
}

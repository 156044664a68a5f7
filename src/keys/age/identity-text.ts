import type { Cipher } from "../../crypto/cipher.ts";
import { SopsError } from "../../errors.ts";
import type { AnyIdentity } from "./age-file.ts";
import { decodeBech32 } from "./bech32.ts";
import { malformed } from "./malformed.ts";
import { x25519Bytes, x25519Identity } from "./x25519.ts";

/*
 * The texts here are secret keys. Messages name the place and the line; never do they hold a piece of the text, and no error
 * of another library becomes a cause.
 */

/** What a text of identities gave. */
export interface ParsedIdentities {
  /** X25519 and hybrid ones, which are tried before all others. */
  readonly native: readonly AnyIdentity[];
  readonly others: readonly AnyIdentity[];
  /** What could not be used. */
  readonly problems: readonly SopsError[];
}

/** How identities stand in a text: one a line, or separated by any blanks. */
export type IdentityLayout = "lines" | "words";

/**
 * Parses the text of an identity file. Lines that are empty or begin with `#` are skipped. One malformed identity makes the whole
 * text unusable; one that is well-formed but cannot be used here does not.
 *
 * @param place - what messages call the text, such as `SOPS_AGE_KEY`
 */
export function parseIdentities(text: string, layout: IdentityLayout, place: string, cipher: Cipher): ParsedIdentities {
  if (/^(?:age-encryption|-----BEGIN AGE)/.test(text)) return unusable(passphraseProtected(place));
  const native: AnyIdentity[] = [];
  const problems: SopsError[] = [];
  for (const { word, number } of identityWords(text, layout)) {
    const identity = parseIdentity(word, cipher);
    if (identity === "plugin") problems.push(pluginIdentity(place, number));
    else if ("problem" in identity) return unusable(malformedIdentity(place, number, identity));
    else native.push(identity.usable);
  }
  return { native, others: [], problems };
}

/** A source that gives nothing but a problem. */
export function unusable(problem: SopsError): ParsedIdentities {
  return { native: [], others: [], problems: [problem] };
}

function* identityWords(text: string, layout: IdentityLayout): Generator<{ word: string; number: number }> {
  for (const [index, line] of text
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/)
    .entries()) {
    if (line === "" || line.startsWith("#")) continue;
    const words = layout === "lines" ? [line] : line.split(/[\s\u0085]+/).filter((word) => word !== "");
    for (const word of words) yield { word, number: index + 1 };
  }
}

interface IdentityProblem {
  readonly problem: string;
  readonly hint?: string;
}

function parseIdentity(word: string, cipher: Cipher): { usable: AnyIdentity } | IdentityProblem | "plugin" {
  if (word.startsWith("AGE-PLUGIN-")) return "plugin";
  const hybrid = word.startsWith("AGE-SECRET-KEY-PQ-1");
  if (!hybrid && !word.startsWith("AGE-SECRET-KEY-1")) return unknownType(word);
  const decoded = decodeBech32(word);
  if (typeof decoded === "string") return { problem: `malformed secret key: ${decoded}` };
  if (decoded.bytes.length !== x25519Bytes) return { problem: "malformed secret key: invalid length" };
  if (decoded.prefix !== (hybrid ? "AGE-SECRET-KEY-PQ-" : "AGE-SECRET-KEY-")) {
    return { problem: "malformed secret key: unknown type" };
  }
  return { usable: hybrid ? word : x25519Identity(decoded.bytes, cipher) };
}

function unknownType(word: string): IdentityProblem {
  const problem = "unknown identity type";
  if (/^-+BEGIN .*PRIVATE KEY/.test(word)) {
    return { problem, hint: "For an SSH private key, set SOPS_AGE_SSH_PRIVATE_KEY_FILE to the path of its file." };
  }
  if (word.startsWith("age1")) {
    return { problem, hint: "This is a recipient (a public key). What opens files is the identity, AGE-SECRET-KEY-1…" };
  }
  return { problem };
}

function malformedIdentity(place: string, number: number, { problem, hint }: IdentityProblem): SopsError {
  const message = `failed to parse '${place}' age identities: error at line ${number}: ${problem}`;
  return new SopsError("COULD_NOT_RETRIEVE_KEY", message, hint === undefined ? {} : { hint });
}

function pluginIdentity(place: string, number: number): SopsError {
  return malformed(`the identity of an age plugin in '${place}' at line ${number} is not available in sops-ts`);
}

function passphraseProtected(place: string): SopsError {
  const message = `'${place}' is an identity file that a passphrase protects, which is not available in sops-ts`;
  return new SopsError("COULD_NOT_RETRIEVE_KEY", message, {
    hint: "Decrypt it once with: age -d FILE. Then keep the identity where only you can read it.",
  });
}

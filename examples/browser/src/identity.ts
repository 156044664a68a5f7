/** Something that opens files, kept in memory alone. */
export interface Identity {
  /** What the person calls it: the name of its file, or how it came here. */
  readonly name: string;
  readonly kind: IdentityKind;
  readonly bytes: Uint8Array;
}

/** What an identity is, for people: never any part of it. */
export type IdentityKind = "age identity" | "age identity with a passphrase" | "SSH key";

/** What a file looks like that opens others, but not in this page. */
export type OtherIdentityKind = "age plugin identity" | "PGP key";

/**
 * Whether a file is something that opens others, by how it begins. Comments and blank lines before it count for nothing.
 *
 * @returns undefined when it is not
 */
export function identityKind(bytes: Uint8Array): IdentityKind | OtherIdentityKind | undefined {
  const head = new TextDecoder("latin1").decode(bytes.subarray(0, 16_384));
  const line = head.split(/\r?\n/).find((candidate) => candidate.trim() !== "" && !candidate.startsWith("#")) ?? "";
  return kinds.find(([beginning]) => beginning.test(line.trimStart()))?.[1];
}

/** A byte order mark is let through, so that the library can say what is wrong with it. */
const kinds: readonly (readonly [RegExp, IdentityKind | OtherIdentityKind])[] = [
  [/^(?:ï»¿)?AGE-SECRET-KEY-/, "age identity"],
  [/^(?:ï»¿)?AGE-PLUGIN-/, "age plugin identity"],
  [/^age-encryption\.org\//, "age identity with a passphrase"],
  [/^-----BEGIN AGE ENCRYPTED FILE/, "age identity with a passphrase"],
  [/^-----BEGIN PGP PRIVATE KEY BLOCK/, "PGP key"],
  [/^-----BEGIN (?:[A-Z]+ )?PRIVATE KEY/, "SSH key"],
];

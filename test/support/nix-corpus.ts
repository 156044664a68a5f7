import { fixtureText } from "./fixture-files.ts";

/** An SSH key with the age key that it becomes. Bytes are hexadecimal. */
export interface ConvertedSshKey {
  readonly name: string;
  readonly public: string;
  readonly private: string;
  readonly passphrase: string | null;
  readonly ed25519Public: string;
  readonly ed25519Seed: string;
  readonly x25519Scalar: string;
  readonly recipient: string;
  readonly identity: string;
}

/** The text of a file of what the programs of the NixOS setup made: see the README there. */
export function nixCorpusText(path: string): string {
  return fixtureText(`corpus-nix/${path}`);
}

/** All converted SSH keys. */
export function convertedSshKeys(): readonly ConvertedSshKey[] {
  const { keys } = JSON.parse(nixCorpusText("ssh-to-age/vectors.json")) as { keys: readonly ConvertedSshKey[] };
  return keys;
}

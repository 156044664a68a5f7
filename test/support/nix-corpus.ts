import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** What the programs of the NixOS setup made: manifests with their results, converted SSH keys, key files. See its README. */
export const nixCorpusFolder = fileURLToPath(new URL("../../fixtures/corpus-nix", import.meta.url));

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

/** The text of a file of the corpus. */
export function nixCorpusText(path: string): string {
  return readFileSync(join(nixCorpusFolder, path), "utf8");
}

/** All converted SSH keys. */
export function convertedSshKeys(): readonly ConvertedSshKey[] {
  const { keys } = JSON.parse(nixCorpusText("ssh-to-age/vectors.json")) as { keys: readonly ConvertedSshKey[] };
  return keys;
}

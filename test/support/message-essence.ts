import { expect } from "vitest";

/*
 * Messages of sops-ts may be clearer than those of sops, and must not repeat a value where sops does. They keep the words
 * that people search for: where a phrase occurs in sops's message, it occurs in ours.
 */
const essentialPhrases: readonly RegExp[] = [
  /sops metadata not found/,
  /top-level entry called 'sops'/,
  /generally\s+due to the file already being encrypted/,
  /no matching creation rules found/,
  /config file not found, or has no creation rules, and no keys provided/,
  /Could not unmarshal config file/,
  /can not compile regexp/,
  /cannot use more than one of/,
  /invalid age key configuration/,
  /Could not generate data key/,
  /empty key group provided/,
  /could not split data key into parts for Shamir: parts cannot be less than threshold/,
  /malformed recipient "age1nope"/,
  /Failed to get the data key required to decrypt the SOPS file/,
  /Group 0: FAILED/,
  /identity did not match any of the recipients/,
  /failed to load age identities/,
  /No keys found in file/,
  /parsing time/,
  /MAC mismatch/,
  /File has no MAC/,
  /Cannot decrypt MAC/,
  /Error decrypting tree/,
  /Error encrypting tree/,
  /Could not decrypt value/,
  /does not match sops' data format/,
  /message authentication failed/,
  /Unknown datatype/,
  /Expected encrypted value as string, but got \w+/,
  /Error unmarshalling file/,
  /Could not unmarshal input data/,
  /Error dumping file/,
  /cannot use complex value in dotenv file; offending key \w+/,
  /invalid dotenv input line/,
  /key-value delimiter not found/,
  /unclosed section/,
  /empty key name/,
  /SOPS only supports JSON files with a top-level object/,
  /must contain at least one document/,
  /non-string key \(type [^)]*\)/,
  /unknown type: uint64/,
  /mapping key "a" already defined/,
  /unknown anchor 'nope' referenced/,
  /YAML documents that are sequences are not supported/,
  /cannot operate on non-existent file/,
  /Error reading file/,
  /is a directory/,
  /flag provided but not defined: -nope/,
  /error truncating tree/,
  /component \['zz'\] not found/,
  /accesses out of bounds/,
  /error parsing --extract path/,
  /doesn't end with \]/,
  /Key not found: zz/,
  /Index 9 out of bounds/,
];

/** Asserts that our message says something, and has every phrase of the list that sops's message has. */
export function expectSameEssence(ofSops: string, ours: string): void {
  expect(ours.trim(), "the message").not.toBe("");
  const missing = essentialPhrases.filter((phrase) => phrase.test(ofSops) && !phrase.test(ours));
  expect(missing, `phrases missing in: ${ours}`).toEqual([]);
}

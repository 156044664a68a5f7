import { type CliCase, corpusText, recipient } from "../support/cli-case.ts";
import { rewrapped } from "../support/rewrapped.ts";

const alice = recipient("alice");
const bob = recipient("bob");
const carol = recipient("carol");

/** For alice. */
const file = corpusText("commands/extract-item/f.yaml");
const before = { "f.yaml": file };
const plain = corpusText("commands/rotate/after-decrypted");
/** `a: orchard`, for three groups of one key each, of which two are needed. */
const shared = { "f.yaml": corpusText("recipients/shamir-2-of-3-yaml/plain.enc.yaml") };
const twoIdentities = { SOPS_AGE_KEY: corpusText("keys/carol.txt") };

const add = (...args: string[]): { args: string[]; before: typeof before } => ({
  args: ["groups", "add", "-i", "-f", "f.yaml", ...args],
  before,
});
const remove = (...args: string[]): string[] => ["groups", "delete", "--in-place", "--file", "f.yaml", ...args];
const brokenFile = { departure: "sops writes a file that cannot be decrypted", files: { "f.yaml": /key_groups:/ } };
const panics = { departure: "sops panics", status: 2, stderr: [/^panic: /] };
const adopted = rewrapped(file, [[alice], [bob]], 2);

/** `groups add` and `groups delete`. */
export const groupsCases: readonly CliCase[] = [
  {
    name: "a second group: both are needed",
    ...add("--age", alice),
    files: { "f.yaml": rewrapped(file, [[alice], [alice]], 2) },
    afterwards: { args: ["decrypt", "f.yaml"], stdout: plain },
  },
  {
    name: "a group of several keys",
    ...add("--age", bob, "--age", carol),
    files: { "f.yaml": rewrapped(file, [[alice], [bob, carol]], 2) },
    afterwards: { args: ["decrypt", "f.yaml"], status: 128, stderr: ["Shamir threshold of"] },
  },
  {
    name: "a fourth group: the threshold stays",
    ...add("--age", alice),
    before: shared,
    env: twoIdentities,
    files: { "f.yaml": rewrapped(shared["f.yaml"], [[alice], [bob], [carol], [alice]], 2) },
    afterwards: { args: ["decrypt", "f.yaml"], stdout: "a: orchard\n" },
  },
  {
    name: "a fourth group and another threshold",
    ...add("--age", alice, "--shamir-secret-sharing-threshold", "4"),
    before: shared,
    env: twoIdentities,
    files: { "f.yaml": rewrapped(shared["f.yaml"], [[alice], [bob], [carol], [alice]], 4) },
  },
  {
    name: "to standard output",
    args: ["groups", "add", "--file", "f.yaml", "--age", bob],
    before,
    stdout: adopted,
  },
  {
    name: "JSON",
    args: ["groups", "add", "-i", "-f", "f.json", "--age", bob],
    before: { "f.json": corpusText("commands/set-json/f.json") },
    files: { "f.json": new RegExp(`"key_groups": \\[[^]*${alice}[^]*${bob}[^]*"shamir_threshold": 2`) },
  },
  {
    name: "a threshold above the number of groups",
    ...add("--age", bob, "--shamir-secret-sharing-threshold", "3"),
    status: 1,
    stderr: [
      "error updating one or more master keys: ",
      "could not split data key into parts for Shamir: parts cannot be less than threshold",
    ],
    sops: brokenFile,
  },
  {
    name: "a group without keys",
    ...add(),
    status: 1,
    stderr: ["empty key group provided\n"],
    sops: brokenFile,
  },
  {
    name: "a key that is none",
    ...add("--age", bob, "--age", "nope"),
    status: 1,
    stderr: ["Failed to add key", "unknown recipient type"],
    sops: {
      departure: "sops makes the group without that key",
      stderr: ['level=error msg="Failed to add key"'],
      files: { "f.yaml": adopted },
    },
  },
  {
    name: "a key that cannot wrap",
    ...add("--kms", "nope"),
    status: 1,
    stderr: ["error updating one or more master keys: ", 'failed to encrypt new data key with master key "nope"'],
    sops: brokenFile,
  },
  {
    name: "an encryption context that is none",
    ...add("--age", bob, "--encryption-context", "nope"),
    status: 6,
    stderr: ["Invalid KMS encryption context format\n"],
    sops: { departure: "sops ignores it", files: { "f.yaml": adopted } },
  },
  {
    name: "a word beside the flags",
    ...add("--age", bob, "word"),
    status: 1,
    stderr: ["error: no positional arguments allowed\n"],
  },
  { name: "no file", args: ["groups", "add", "--age", bob], status: 2, stderr: ["Error reading file: "] },
  {
    name: "a file that is not there",
    args: ["groups", "add", "--age", bob, "-f", "nope.yaml"],
    status: 2,
    stderr: ["Error reading file: open ", "nope.yaml: no such file or directory\n"],
  },
  {
    name: "a file that is not encrypted",
    ...add("--age", bob),
    before: { "f.yaml": "a: 1\n" },
    status: 1,
    stderr: ["sops metadata not found"],
  },
  {
    name: "a file for another key",
    ...add("--age", bob),
    env: { SOPS_AGE_KEY_FILE: "/dev/null" },
    status: 1,
    stderr: ["Error getting data key: "],
  },
  {
    name: "deleting one of three groups",
    args: remove("1"),
    before: shared,
    env: twoIdentities,
    files: { "f.yaml": rewrapped(shared["f.yaml"], [[alice], [carol]], 2) },
  },
  {
    name: "too few groups would stay",
    args: remove("1"),
    before: { "f.yaml": corpusText("commands/groups-add/after") },
    env: { SOPS_AGE_KEY: corpusText("keys/bob.txt") },
    status: 1,
    stderr: [
      "removing this key group will make the Shamir threshold impossible to satisfy: Shamir threshold is 2, but we only have 1 key groups",
    ],
  },
  {
    name: "one group stays, with a threshold for it",
    args: remove("--shamir-secret-sharing-threshold", "1", "1"),
    before: { "f.yaml": corpusText("commands/groups-add/after") },
    env: { SOPS_AGE_KEY: corpusText("keys/bob.txt") },
    files: { "f.yaml": rewrapped(corpusText("commands/groups-add/after"), [[alice]], 1) },
    afterwards: { args: ["decrypt", "f.yaml"], stdout: plain },
  },
  {
    name: "the only group",
    args: remove("0"),
    before,
    status: 1,
    stderr: ["no key groups provided"],
    sops: { departure: "sops writes a file without keys", files: { "f.yaml": /sops:\n {4}lastmodified/ } },
  },
  {
    name: "a group that the file does not have",
    args: remove("3"),
    before,
    status: 1,
    stderr: ["there is no key group 3"],
    sops: panics,
  },
  {
    name: "an index that is none",
    args: remove("x"),
    before,
    status: 1,
    stderr: ["failed to parse [index] argument: "],
  },
  ...[[], ["0", "1"]].map((words) => ({
    name: `${words.length} indexes`,
    args: remove(...words),
    before,
    status: 1,
    stderr: ["error: exactly one positional argument (index) required\n"],
  })),
];

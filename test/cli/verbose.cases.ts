import { type CliCase, corpusText, recipient } from "../support/cli-case.ts";

const alice = recipient("alice");
const bob = recipient("bob");
const encrypted = { "f.yaml": corpusText("commands/extract-item/f.yaml") };
const plain = { "f.yaml": "a: 1\n" };
const twoGroups = `creation_rules:\n  - key_groups:\n      - age: [${alice}]\n      - age: [${bob}, ${alice}]\n`;

/** A whole log of these lines: part, level, and what follows the level. */
function log(...lines: readonly (readonly [part: string, level: string, rest: string])[]): RegExp {
  const written = lines.map(
    ([part, level, rest]) => `\\[${part}\\]\\t time="\\d{4}-\\d\\d-\\d\\dT[^"]*" level=${level} ${rest}\\n`,
  );
  return new RegExp(`^${written.join("")}$`);
}

const keys = ["CMD", "debug", 'msg="Master keys available:  \\[[^"]*\\]"'] as const;
const encryption = ["AGE", "info", `msg="Encryption succeeded" recipient=${alice}`] as const;
const decryption = ["AGE", "info", 'msg="Decryption succeeded"'] as const;
const failure = ["AGE", "info", 'msg="Decryption failed"'] as const;
const recovered = ["SOPS", "info", 'msg="Data key recovered successfully"'] as const;
const walk = ["SOPS", "debug", 'msg="Decrypting tree"'] as const;
const written = ["CMD", "info", 'msg="File written successfully"'] as const;

/** What `--verbose` logs. */
export const verboseCases: readonly CliCase[] = [
  {
    name: "of encrypting",
    args: ["--verbose", "-e", "--age", alice, "f.yaml"],
    before: plain,
    stdout: /^a: ENC/,
    stderr: [log(keys, encryption)],
  },
  {
    name: "of encrypting for groups",
    args: ["--verbose", "-e", "-i", "f.yaml"],
    before: { ...plain, ".sops.yaml": twoGroups },
    stderr: [
      log(
        ["SOPS", "info", 'msg="Splitting data key with Shamir Secret Sharing" parts=2 quorum=2'],
        encryption,
        ["AGE", "info", `msg="Encryption succeeded" recipient=${bob}`],
        encryption,
        written,
      ),
    ],
    files: { "f.yaml": /^a: ENC/ },
    afterwards: {
      args: ["--verbose", "-d", "f.yaml"],
      stdout: "a: 1\n",
      stderr: [log(decryption, failure, decryption, recovered, walk)],
    },
  },
  {
    name: "of decrypting in place",
    args: ["--verbose", "-d", "-i", "f.yaml"],
    before: encrypted,
    files: { "f.yaml": /^a: 1\n/ },
    stderr: [log(decryption, recovered, walk, written)],
  },
  {
    name: "of taking out a value",
    args: ["--verbose", "-d", "--extract", '["b"]["list"][0]', "f.yaml"],
    before: encrypted,
    stdout: "x",
    stderr: [log(decryption, recovered, walk, ["SOPS", "info", 'msg="Truncating tree" path="\\[b list 0\\]"'])],
  },
  {
    name: "of decrypting without a key",
    args: ["--verbose", "-d", "f.yaml"],
    before: encrypted,
    env: { SOPS_AGE_KEY_FILE: undefined },
    status: 128,
    stderr: [/^\[AGE\]\t time="[^"]*" level=info msg="Decryption failed"\nFailed to get the data key/],
  },
  {
    name: "of rotating",
    args: ["--verbose", "-r", "f.yaml"],
    before: encrypted,
    stdout: /^a: ENC/,
    stderr: [log(decryption, recovered, walk, encryption)],
  },
  {
    name: "of setting a value",
    args: ["--verbose", "--set", '["a"] 2', "f.yaml"],
    before: encrypted,
    files: { "f.yaml": /^a: ENC.*type:float\]/ },
    stderr: [log(decryption, recovered, walk, written)],
  },
  {
    name: "of editing",
    args: ["--verbose", "f.yaml"],
    before: encrypted,
    env: { EDITOR: "sed -i s/orchard/meadow/" },
    files: { "f.yaml": /^a: ENC/ },
    stderr: [log(decryption, recovered, walk, written)],
  },
  {
    name: "of a command before which it stands",
    args: ["--verbose", "decrypt", "f.yaml"],
    before: encrypted,
    stdout: /^a: 1\n/,
    stderr: [log(decryption, recovered, walk)],
    sops: { departure: "sops ignores the flag without a word", stdout: /^a: 1\n/ },
  },
];

import { type CliCase, corpusText, recipient } from "../support/cli-case.ts";

const alice = recipient("alice");
const encrypted = { "f.yaml": corpusText("commands/extract-item/f.yaml") };
const plain = { "f.yaml": "a: 1\n" };
const isEncrypted = /^a: ENC\[AES256_GCM,data:.*type:int\]\nsops:\n/;
const isPlain = /^a: 1\nb:\n {4}c: orchard\n/;
const otherRule = `creation_rules:\n  - path_regex: other\n    age: ${alice}\n`;

/** The form without a command. */
export const legacyCases: readonly CliCase[] = [
  { name: "-d prints", args: ["-d", "f.yaml"], before: encrypted, stdout: isPlain },
  { name: "-d -i writes", args: ["-d", "-i", "f.yaml"], before: encrypted, files: { "f.yaml": isPlain } },
  {
    name: "-d --output writes",
    args: ["-d", "--output", "out", "f.yaml"],
    before: encrypted,
    files: { out: isPlain },
  },
  {
    name: "-d --extract prints one value",
    args: ["-d", "--extract", '["b"]["c"]', "f.yaml"],
    before: encrypted,
    stdout: "orchard",
  },
  {
    name: "-d with types",
    args: ["-d", "--input-type", "yaml", "--output-type", "json", "f"],
    before: { f: encrypted["f.yaml"] },
    stdout: /^\{\n\t"a": 1,/,
  },
  { name: "-e prints", args: ["-e", "-a", alice, "f.yaml"], before: plain, stdout: isEncrypted },
  { name: "-e -i writes", args: ["-e", "-i", "-a", alice, "f.yaml"], before: plain, files: { "f.yaml": isEncrypted } },
  {
    name: "-e with a comment rule",
    args: ["-e", "--unencrypted-comment-regex", "open", "--age", alice, "f.yaml"],
    before: { "f.yaml": "a: 1\n# open\nb: 2\n" },
    stdout: /^a: ENC.*\n# open\nb: 2\n/,
  },
  {
    name: "in place and to another file is too much",
    args: ["-d", "-i", "--output", "out", "f.yaml"],
    before: encrypted,
    status: 8,
    stderr: ["Error: cannot operate on both --output and --in-place\n"],
  },
  {
    name: "-d of a file that is not there",
    args: ["-d", "nope.yaml"],
    status: 100,
    stderr: ['Error: cannot operate on non-existent file "{dir}/nope.yaml"\n'],
  },
  {
    name: "-e of a file that is not there",
    args: ["-e", "nope.yaml"],
    status: 100,
    stderr: ['Error: cannot operate on non-existent file "{dir}/nope.yaml"\n'],
  },
  { name: "-d without a file", args: ["-d"], status: 100, stderr: ["Error: no file specified\n"] },
  {
    name: "changed keys of a file that is not there",
    args: ["-r", "--add-age", alice, "nope.yaml"],
    status: 49,
    stderr: ['Error: cannot add or remove keys on non-existent file "{dir}/nope.yaml"'],
  },
  {
    name: "-d needs no rule",
    args: ["-d", "f.yaml"],
    before: { ...encrypted, ".sops.yaml": otherRule },
    stdout: isPlain,
  },
  {
    name: "-e needs a rule, though keys are given",
    args: ["-e", "-a", alice, "f.yaml"],
    before: { ...plain, ".sops.yaml": otherRule },
    status: 1,
    stderr: ["error loading config: no matching creation rules found"],
  },
  {
    name: "-r needs a rule, though the file has its keys",
    args: ["-r", "f.yaml"],
    before: { ...encrypted, ".sops.yaml": otherRule },
    status: 1,
    stderr: ["error loading config: no matching creation rules found"],
  },
  {
    name: "two modes run one after the other, and the last one prints",
    args: ["-e", "-d", "f.yaml"],
    before: encrypted,
    env: { SOPS_AGE_RECIPIENTS: alice },
    stdout: isPlain,
    stderr: ["More than one command (--encrypt, --decrypt, --rotate, --set) has been specified."],
  },
];

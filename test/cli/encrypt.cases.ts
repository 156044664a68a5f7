import { type CliCase, corpusText, recipient } from "../support/cli-case.ts";

const alice = recipient("alice");
const bob = recipient("bob");
const plain = { "f.yaml": "a: 1\n" };
const isEncrypted = /^a: ENC\[AES256_GCM,data:.*type:int\]\nsops:\n/;
const encrypted = corpusText("commands/extract-item/f.yaml");

function config(...rules: string[]): string {
  return `creation_rules:\n${rules.map((rule) => `  - ${rule}\n`).join("")}`;
}

/** `encrypt`: where it reads and writes, and where its settings come from. */
export const encryptCases: readonly CliCase[] = [
  {
    name: "a file to standard output",
    args: ["encrypt", "--age", alice, "f.yaml"],
    before: plain,
    stdout: isEncrypted,
  },
  {
    name: "a file in place",
    args: ["encrypt", "-i", "--age", alice, "f.yaml"],
    before: plain,
    files: { "f.yaml": isEncrypted },
    afterwards: { args: ["decrypt", "f.yaml"], stdout: "a: 1\n" },
  },
  {
    name: "a file in place keeps its mode",
    args: ["encrypt", "-i", "--age", alice, "f.yaml"],
    before: plain,
    beforeModes: { "f.yaml": 0o600 },
    files: { "f.yaml": isEncrypted },
    modes: { "f.yaml": 0o600 },
  },
  {
    name: "a file to another file",
    args: ["encrypt", "--age", alice, "--output", "out.yaml", "f.yaml"],
    before: plain,
    files: { "out.yaml": isEncrypted },
    modes: { "out.yaml": 0o666 & ~process.umask() },
    afterwards: { args: ["decrypt", "out.yaml"], stdout: "a: 1\n" },
  },
  {
    name: "a file to a directory that is not there",
    args: ["encrypt", "--age", alice, "--output", "no/out.yaml", "f.yaml"],
    before: plain,
    status: 3,
    stderr: ["Could not open output file for writing: open ", "no/out.yaml: no such file or directory\n"],
  },
  {
    name: "in place and to another file is too much",
    args: ["encrypt", "--age", alice, "-i", "--output", "out.yaml", "f.yaml"],
    before: plain,
    status: 8,
    stderr: ["Error: cannot operate on both --output and --in-place\n"],
    files: { "out.yaml": undefined },
  },
  {
    name: "standard input",
    args: ["encrypt", "--age", alice, "--filename-override", "f.yaml"],
    stdin: "a: 1\n",
    stdout: isEncrypted,
  },
  {
    name: "standard input to a file",
    args: ["encrypt", "--age", alice, "--filename-override", "f.json", "--output", "out.json"],
    stdin: '{"a": 1}',
    files: { "out.json": /^\{\n\t"a": "ENC/ },
  },
  {
    name: "standard input without a name",
    args: ["encrypt", "--age", alice],
    stdin: "a: 1\n",
    status: 8,
    stderr: ["Error: must specify --filename-override when reading from stdin\n"],
  },
  {
    name: "standard input with types but no name",
    args: ["encrypt", "--age", alice, "--input-type", "yaml", "--output-type", "yaml"],
    stdin: "a: 1\n",
    status: 8,
    stderr: ["must specify --filename-override"],
  },
  {
    name: "standard input in place",
    args: ["encrypt", "-i", "--age", alice, "--filename-override", "f.yaml"],
    stdin: "a: 1\n",
    status: 8,
    stderr: ["Error: cannot use --in-place when reading from stdin\n"],
  },
  {
    name: "a file that is not there",
    args: ["encrypt", "--age", alice, "nope.yaml"],
    status: 100,
    stderr: ['Error: cannot operate on non-existent file "{dir}/nope.yaml"\n'],
  },
  {
    name: "a directory",
    args: ["encrypt", "--age", alice, "d"],
    before: { "d/f.yaml": "a: 1\n" },
    status: 2,
    stderr: ["Error reading file: read {dir}/d: is a directory\n"],
  },
  {
    name: "a file that is encrypted already",
    args: ["encrypt", "-i", "--age", alice, "f.yaml"],
    before: { "f.yaml": encrypted },
    status: 203,
    stderr: [/top-level entry called\s+'sops'/, /generally\s+due to the file already being encrypted/, /edit/],
  },
  {
    name: "a file that is no YAML",
    args: ["encrypt", "-i", "--age", alice, "f.yaml"],
    before: { "f.yaml": "a: [\n" },
    status: 2,
    stderr: ["Error unmarshalling file: "],
  },
  {
    name: "dotenv with a name that metadata would have",
    args: ["encrypt", "-i", "--age", alice, "f.env"],
    before: { "f.env": "sops_x=1\n" },
    status: 203,
    stderr: [/flat\s+file\s+formats/],
  },
  {
    name: "a key that is no text",
    args: ["encrypt", "-i", "--age", alice, "f.yaml"],
    before: { "f.yaml": "1: a\n" },
    status: 23,
    stderr: ["Error encrypting tree: Error walking tree: Tree contains a non-string key (type int)"],
  },
  {
    name: "an empty file",
    args: ["encrypt", "-i", "--age", alice, "f.yaml"],
    before: { "f.yaml": "" },
    status: 92,
    stderr: ["must contain at least one document"],
  },
  {
    name: "a key that cannot wrap leaves the file as it is",
    args: ["encrypt", "-i", "--pgp", "0".repeat(40), "f.yaml"],
    before: plain,
    status: 1,
    stderr: [
      `Could not generate data key: [failed to encrypt new data key with master key "${"0".repeat(40)}": could not`,
    ],
  },
  {
    name: "no key from anywhere",
    args: ["encrypt", "f.yaml"],
    before: plain,
    status: 1,
    stderr: ["config file not found, or has no creation rules, and no keys provided through command line options"],
  },
  {
    name: "a recipient that is none",
    args: ["encrypt", "--age", "foo", "f.yaml"],
    before: plain,
    status: 1,
    stderr: ['failed to parse input, unknown recipient type: "foo"'],
  },
  {
    name: "recipients of a variable",
    args: ["encrypt", "f.yaml"],
    before: plain,
    env: { SOPS_AGE_RECIPIENTS: `${alice},${bob}` },
    stdout: new RegExp(`recipient: ${alice}[^]*recipient: ${bob}`),
  },
  {
    name: "a flag counts more than a variable",
    args: ["encrypt", "--age", bob, "f.yaml"],
    before: plain,
    env: { SOPS_AGE_RECIPIENTS: alice },
    stdout: new RegExp(`^(?![^]*${alice})[^]*recipient: ${bob}`),
  },
  {
    name: "keys of .sops.yaml",
    args: ["encrypt", "f.yaml"],
    before: { ...plain, ".sops.yaml": config(`age: ${alice}`) },
    stdout: isEncrypted,
  },
  {
    name: "keys of flags take the place of those of .sops.yaml",
    args: ["encrypt", "--age", bob, "f.yaml"],
    before: { ...plain, ".sops.yaml": config(`age: ${alice}`) },
    stdout: new RegExp(`^(?![^]*${alice})[^]*recipient: ${bob}`),
  },
  {
    name: "no rule for the file, though keys are given",
    args: ["encrypt", "--age", alice, "f.yaml"],
    before: { ...plain, ".sops.yaml": config(`path_regex: other\n    age: ${alice}`) },
    status: 1,
    stderr: ["error loading config: no matching creation rules found"],
  },
  {
    name: "the name that stands for the file chooses the rule",
    args: ["encrypt", "--filename-override", "prod/x.yaml", "f.yaml"],
    before: { ...plain, ".sops.yaml": config(`path_regex: ^prod/\n    age: ${alice}`) },
    stdout: isEncrypted,
  },
  {
    name: "a config that is named",
    args: ["--config", "c.yaml", "encrypt", "f.yaml"],
    before: { ...plain, "c.yaml": config(`age: ${alice}`) },
    stdout: isEncrypted,
  },
  {
    name: "a config that a variable names",
    args: ["encrypt", "f.yaml"],
    before: { ...plain, "c.yaml": config(`age: ${alice}`) },
    env: { SOPS_CONFIG: "c.yaml" },
    stdout: isEncrypted,
  },
  {
    name: "a config that is named and not there",
    args: ["--config", "nope.yaml", "encrypt", "--age", alice, "f.yaml"],
    before: plain,
    status: 1,
    stderr: ["could not read config file"],
  },
  {
    name: "a config of the wrong name is passed over with a warning",
    args: ["encrypt", "--age", alice, "f.yaml"],
    before: { ...plain, ".sops.yml": config(`age: ${bob}`) },
    stdout: isEncrypted,
    stderr: [/level=warning msg="ignoring \\".*\.sops\.yml\\" when searching for config file/],
  },
  {
    name: "two selection rules by flags",
    args: ["encrypt", "--age", alice, "--encrypted-suffix", "_x", "--encrypted-regex", "^a", "f.yaml"],
    before: plain,
    status: 8,
    stderr: ["cannot use more than one of encrypted_suffix, unencrypted_suffix, encrypted_regex"],
  },
  {
    name: "a selection rule by flag beside another of .sops.yaml",
    args: ["encrypt", "--unencrypted-regex", "^b", "f.yaml"],
    before: { ...plain, ".sops.yaml": config(`age: ${alice}\n    encrypted_regex: ^a`) },
    status: 8,
    stderr: ["cannot use more than one of"],
  },
  {
    name: "a selection rule by flag in place of the same one of .sops.yaml",
    args: ["encrypt", "--encrypted-regex", "^a", "f.yaml"],
    before: { "f.yaml": "a: 1\nb: 2\n", ".sops.yaml": config(`age: ${alice}\n    encrypted_regex: ^b`) },
    stdout: /^a: ENC.*\nb: 2\n[^]*encrypted_regex: \^a\n/,
  },
  ...(
    [
      ["--unencrypted-suffix", "_plain", /^a_plain: 1\nb: ENC[^]*unencrypted_suffix: _plain\n/],
      ["--encrypted-suffix", "_plain", /^a_plain: ENC.*\nb: 2\n[^]*encrypted_suffix: _plain\n/],
      ["--unencrypted-regex", "^a", /^a_plain: 1\nb: ENC[^]*unencrypted_regex: \^a\n/],
      ["--encrypted-regex", "^a", /^a_plain: ENC.*\nb: 2\n[^]*encrypted_regex: \^a\n/],
    ] as const
  ).map(([flag, value, stdout]): CliCase => ({
    name: `${flag} says which values`,
    args: ["encrypt", "--age", alice, flag, value, "f.yaml"],
    before: { "f.yaml": "a_plain: 1\nb: 2\n" },
    stdout,
  })),
  {
    name: "without a rule all values but those of names that end in _unencrypted",
    args: ["encrypt", "--age", alice, "f.yaml"],
    before: { "f.yaml": "a_unencrypted: 1\nb: 2\n" },
    stdout: /^a_unencrypted: 1\nb: ENC[^]*unencrypted_suffix: _unencrypted\n/,
  },
  {
    name: "a selection rule for a binary file is ignored",
    args: ["encrypt", "--age", alice, "--encrypted-regex", "^b", "f.txt"],
    before: { "f.txt": "text" },
    stdout: /"data": "ENC/,
    stderr: [/level=warning msg=".*encrypted regex does not make sense .*will be ignored\."\n$/],
  },
  {
    name: "another format by the types",
    args: ["encrypt", "--age", alice, "--input-type", "json", "--output-type", "yaml", "f.txt"],
    before: { "f.txt": '{"a": 1}' },
    stdout: isEncrypted,
  },
  {
    name: "an encryption context that is none",
    args: ["encrypt", "--age", alice, "--encryption-context", "a", "f.yaml"],
    before: plain,
    status: 6,
    stderr: ["Invalid KMS encryption context format"],
  },
  {
    name: "several groups and a threshold",
    args: ["encrypt", "--shamir-secret-sharing-threshold", "2", "f.yaml"],
    before: {
      ...plain,
      ".sops.yaml": config(`key_groups:\n      - age: [${alice}]\n      - age: [${bob}]\n      - age: [${bob}]`),
    },
    stdout: /shamir_threshold: 2\n/,
  },
  {
    name: "the threshold of a rule",
    args: ["encrypt", "f.yaml"],
    before: {
      ...plain,
      ".sops.yaml": config(
        `shamir_threshold: 2\n    key_groups:\n      - age: [${alice}]\n      - age: [${bob}]\n      - age: [${bob}]`,
      ),
    },
    stdout: /shamir_threshold: 2\n/,
  },
  {
    name: "several groups without a threshold are all needed",
    args: ["encrypt", "f.yaml"],
    before: {
      ...plain,
      ".sops.yaml": config(`key_groups:\n      - age: [${alice}]\n      - age: [${bob}]\n      - age: [${bob}]`),
    },
    stdout: /shamir_threshold: 3\n/,
  },
  {
    name: "a threshold that is too large",
    args: ["encrypt", "--shamir-secret-sharing-threshold", "3", "f.yaml"],
    before: { ...plain, ".sops.yaml": config(`key_groups:\n      - age: [${alice}]\n      - age: [${bob}]`) },
    status: 1,
    stderr: ["Could not generate data key: [", "parts cannot be less than threshold"],
  },
  {
    name: "a rule without keys",
    args: ["encrypt", "f.yaml"],
    before: { ...plain, ".sops.yaml": config("path_regex: f") },
    status: 1,
    stderr: [/^Could not generate data key: \[empty key group provided\]\n$/],
  },
  {
    name: "an empty group",
    args: ["encrypt", "f.yaml"],
    before: { ...plain, ".sops.yaml": config("key_groups: [{}]") },
    status: 1,
    stderr: [/^Could not generate data key: \[empty key group provided\]\n$/],
  },
  {
    name: "an indent that there is not",
    args: ["--indent", "-2", "encrypt", "--age", alice, "f.json"],
    before: { "f.json": "{}" },
    status: 4,
    stderr: ["smaller than -1"],
  },
];

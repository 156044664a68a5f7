import { type CliCase, corpusText, recipient } from "../support/cli-case.ts";
import { rewrapped } from "../support/rewrapped.ts";

const alice = recipient("alice");
const bob = recipient("bob");
const carol = recipient("carol");

/** For alice. */
const file = corpusText("commands/extract-item/f.yaml");
const plain = corpusText("commands/rotate/after-decrypted");
/** `a: orchard`, for three groups of one key each, of which two are needed. */
const shared = corpusText("recipients/shamir-2-of-3-yaml/plain.enc.yaml");
const twoIdentities = { SOPS_AGE_KEY: corpusText("keys/carol.txt") };
const printsAgain = { args: ["decrypt", "f.yaml"], stdout: plain };

const flat = (...keys: string[]): string => `creation_rules:\n  - age: ${keys.join(",")}\n`;
const grouped = (...groups: string[][]): string =>
  `creation_rules:\n  - key_groups:\n${groups.map((keys) => `      - age: [${keys.join(", ")}]\n`).join("")}`;

const changes = "The following changes will be made to the file's groups:\n";
const addsBob = `${changes}Group 1\n    ${alice}\n+++ ${bob}\n`;
const question = "Is this okay? (y/n):";
const time = String.raw`\d{4}/\d\d/\d\d \d\d:\d\d:\d\d`;
const progress = (...messages: string[]): RegExp =>
  new RegExp(`^${messages.map((message) => `${time} ${message}\n`).join("")}`);
const synced = [progress("Syncing keys for file .*/f.yaml", "File .*/f.yaml synced with new keys")];

const forBoth = { "f.yaml": file, ".sops.yaml": flat(alice, bob) };
const two = { ...forBoth, "g.yaml": file };

/** `updatekeys`. */
export const updatekeysCases: readonly CliCase[] = [
  {
    name: "a key more",
    args: ["updatekeys", "-y", "f.yaml"],
    before: forBoth,
    stdout: addsBob,
    stderr: synced,
    files: { "f.yaml": rewrapped(file, [[alice, bob]]) },
    afterwards: printsAgain,
  },
  {
    name: "another key",
    args: ["updatekeys", "f.yaml", "-y"],
    before: { "f.yaml": file, ".sops.yaml": flat(bob) },
    stdout: `${changes}Group 1\n+++ ${bob}\n--- ${alice}\n`,
    stderr: synced,
    files: { "f.yaml": rewrapped(file, [[bob]]) },
  },
  {
    name: "the same keys in another order",
    args: ["updatekeys", "f.yaml"],
    before: { "f.yaml": file, ".sops.yaml": flat(alice, alice) },
    stderr: [progress("Syncing keys for file .*/f.yaml", "File .*/f.yaml already up to date")],
  },
  {
    name: "from one group to two: both are needed",
    args: ["updatekeys", "-y", "f.yaml"],
    before: { "f.yaml": file, ".sops.yaml": grouped([alice], [bob, carol]) },
    stdout: `${changes}Group 1\n    ${alice}\nGroup 2\n+++ ${bob}\n+++ ${carol}\n`,
    stderr: synced,
    files: { "f.yaml": rewrapped(file, [[alice], [bob, carol]], 2) },
  },
  {
    name: "from three groups to four: the threshold stays",
    args: ["updatekeys", "-y", "f.yaml"],
    before: { "f.yaml": shared, ".sops.yaml": grouped([alice], [bob], [carol], [alice, bob]) },
    env: twoIdentities,
    stdout: `${changes}shamir_threshold: 2\nGroup 1\n    ${alice}\nGroup 2\n    ${bob}\nGroup 3\n    ${carol}\nGroup 4\n+++ ${alice}\n+++ ${bob}\n`,
    stderr: synced,
    files: { "f.yaml": rewrapped(shared, [[alice], [bob], [carol], [alice, bob]], 2) },
  },
  {
    name: "from three groups to one: the threshold becomes 1",
    args: ["updatekeys", "-y", "f.yaml"],
    before: { "f.yaml": shared, ".sops.yaml": flat(alice) },
    env: twoIdentities,
    stdout: `${changes}+++ shamir_threshold: 1\n--- shamir_threshold: 2\nGroup 1\n    ${alice}\nGroup 2\n--- ${bob}\nGroup 3\n--- ${carol}\n`,
    stderr: synced,
    files: { "f.yaml": rewrapped(shared, [[alice]], 1) },
    afterwards: { args: ["decrypt", "f.yaml"], stdout: "a: orchard\n" },
  },
  {
    name: "from one group that was left of several to two again",
    args: ["updatekeys", "-y", "f.yaml"],
    before: {
      "f.yaml": file.replace("    unencrypted_suffix", "    shamir_threshold: 1\n    unencrypted_suffix"),
      ".sops.yaml": grouped([alice], [alice, bob]),
    },
    stdout: `${changes}+++ shamir_threshold: 2\n--- shamir_threshold: 1\nGroup 1\n    ${alice}\nGroup 2\n+++ ${alice}\n+++ ${bob}\n`,
    stderr: synced,
    files: { "f.yaml": rewrapped(file, [[alice], [alice, bob]], 2) },
    afterwards: printsAgain,
    sops: {
      departure: "sops keeps the threshold of 1, which cannot be",
      status: 1,
      stdout: /shamir_threshold: 1\n/,
      stderr: ["threshold must be at least 2"],
    },
  },
  ...["y\n", "y", " y \r\n", "x\nY\ny\n"].map((stdin) => ({
    name: `the answer ${JSON.stringify(stdin)}`,
    args: ["updatekeys", "f.yaml"],
    before: forBoth,
    stdin,
    stdout: addsBob + question.repeat(stdin.trim().split("\n").length),
    stderr: synced,
    files: { "f.yaml": rewrapped(file, [[alice, bob]]) },
  })),
  {
    name: 'the answer "n"',
    args: ["updatekeys", "f.yaml"],
    before: forBoth,
    stdin: "n\n",
    stdout: addsBob + question,
    stderr: [progress("Syncing keys for file .*/f.yaml", "File .*/f.yaml left unchanged")],
  },
  {
    name: "no answer",
    args: ["updatekeys", "f.yaml"],
    before: forBoth,
    status: 1,
    stdout: addsBob + question,
    stderr: [progress("Syncing keys for file .*/f.yaml"), /^EOF/m],
  },
  {
    name: "an empty line is no answer",
    args: ["updatekeys", "f.yaml"],
    before: forBoth,
    stdin: "\n\ny\n",
    stdout: addsBob + question.repeat(3),
    stderr: synced,
    files: { "f.yaml": rewrapped(file, [[alice, bob]]) },
    sops: {
      departure: "sops fails, where a person meant to press Enter or pressed it twice",
      status: 1,
      stdout: addsBob + question,
      stderr: ["unexpected newline\n"],
    },
  },
  {
    name: "two files, two answers",
    args: ["updatekeys", "f.yaml", "g.yaml"],
    before: two,
    stdin: "n\ny\n",
    stdout: (addsBob + question).repeat(2),
    stderr: [/f.yaml left unchanged\n/, /g.yaml synced with new keys\n$/],
    files: { "g.yaml": rewrapped(file, [[alice, bob]]) },
  },
  {
    name: "several files are all tried",
    args: ["updatekeys", "-y", "f.yaml", "nope.yaml", "plain.yaml", "g.yaml"],
    before: { ...two, "plain.yaml": "a: 1\n" },
    status: 1,
    stdout: addsBob.repeat(2),
    stderr: [
      'level=error msg="stat {dir}/nope.yaml: no such file or directory"',
      'level=error msg="sops metadata not found"',
      /\nfailed updating 2 key\(s\)\n/,
    ],
    files: {
      "f.yaml": rewrapped(file, [[alice, bob]]),
      "g.yaml": rewrapped(file, [[alice, bob]]),
    },
  },
  {
    name: "a file alone that is not there",
    args: ["updatekeys", "-y", "nope.yaml"],
    before: forBoth,
    status: 1,
    stderr: ["stat {dir}/nope.yaml: no such file or directory\n"],
  },
  {
    name: "a directory: all encrypted files below it, with one question",
    args: ["updatekeys", "."],
    before: { ...forBoth, "d/g.yaml": file, "plain.yaml": "a: 1\n" },
    stdin: "y\n",
    stdout: /^The following changes will be made to the groups of [^\n]*\/d\/g\.yaml:\n[^]*f\.yaml:\n[^]*\(y\/n\):$/,
    stderr: [/ 2 updated, 0 up to date, 0 failed\n$/],
    files: { "f.yaml": rewrapped(file, [[alice, bob]]), "d/g.yaml": rewrapped(file, [[alice, bob]]) },
    afterwards: { args: ["decrypt", "d/g.yaml"], stdout: plain },
    sops: { departure: "sops takes files only", status: 1, stderr: ["can't operate on a directory"] },
  },
  {
    name: "a directory, and no as the answer",
    args: ["updatekeys", "."],
    before: { ...forBoth, "d/g.yaml": file },
    stdin: "n\n",
    stdout: /\(y\/n\):$/,
    stderr: [/ 2 left unchanged, 0 up to date, 0 failed\n$/],
    sops: { departure: "sops takes files only", status: 1, stderr: ["can't operate on a directory"] },
  },
  {
    name: "a pattern",
    args: ["updatekeys", "-y", "d/**/g*.yaml"],
    before: { ...forBoth, "d/g.yaml": file, "d/e/g1.yaml": file, "d/h.yaml": file },
    stdout: /\/d\/g\.yaml:\n/,
    stderr: [/ 2 updated, 0 up to date, 0 failed\n$/],
    files: { "d/g.yaml": rewrapped(file, [[alice, bob]]), "d/e/g1.yaml": rewrapped(file, [[alice, bob]]) },
    sops: { departure: "sops takes files only", status: 1, stderr: ["no such file"] },
  },
  {
    name: "one failure leaves the others right and its file as it was",
    args: ["updatekeys", "-y", "d"],
    before: {
      ".sops.yaml": flat(alice, bob),
      "d/f.yaml": file,
      "d/g.yaml": corpusText("recipients/shamir-2-of-3-yaml/plain.enc.yaml"),
      "d/h.yaml": file,
    },
    status: 1,
    stdout: /\/d\/f\.yaml:\n/,
    stderr: [/level=error .*d\/g\.yaml/, / 2 updated, 0 up to date, 1 failed\n/, "failed updating 1 key(s)"],
    files: { "d/f.yaml": rewrapped(file, [[alice, bob]]), "d/h.yaml": rewrapped(file, [[alice, bob]]) },
    sops: { departure: "sops takes files only", status: 1, stderr: ["can't operate on a directory"] },
  },
  {
    name: "--check shows what is due and changes nothing",
    args: ["updatekeys", "--check", "f.yaml"],
    before: forBoth,
    status: 1,
    stdout: /^The following changes are due to the groups of [^\n]*f\.yaml:\nGroup 1\n/,
    stderr: [/ 1 to update, 0 up to date, 0 failed\n$/],
    sops: { departure: "sops has no --check", status: 1, stdout: /./, stderr: [] },
  },
  {
    name: "--check with nothing due",
    args: ["updatekeys", "--check", "."],
    before: { "f.yaml": file, ".sops.yaml": flat(alice) },
    env: { SOPS_AGE_KEY_FILE: undefined },
    stderr: [/ 0 to update, 1 up to date, 0 failed\n$/],
    sops: { departure: "sops has no --check", status: 1, stdout: /./, stderr: [] },
  },
  {
    name: "a file for another key",
    args: ["updatekeys", "-y", "f.yaml"],
    before: forBoth,
    env: { SOPS_AGE_KEY_FILE: "/dev/null" },
    status: 128,
    stdout: addsBob,
    stderr: ["Failed to get the data key required to decrypt the SOPS file.", "Group 0: FAILED"],
  },
  {
    name: "a file of another type than its name says",
    args: ["updatekeys", "-y", "--input-type", "yaml", "f"],
    before: { f: file, ".sops.yaml": flat(alice, bob) },
    stdout: addsBob,
    stderr: [progress("Syncing keys for file .*/f", "File .*/f synced with new keys")],
    files: { f: rewrapped(file, [[alice, bob]]) },
  },
  ...["dotenv f.env", "ini f.ini", "json f.json"].map((text) => {
    const [format = "", name = ""] = text.split(" ");
    return {
      name: `the format ${format}`,
      args: ["updatekeys", "-y", name],
      before: { [name]: corpusText(`commands/set-${format}/${name}`), ".sops.yaml": flat(bob) },
      stdout: `${changes}Group 1\n+++ ${bob}\n--- ${alice}\n`,
      stderr: [progress(`Syncing keys for file .*/${name}`, `File .*/${name} synced with new keys`)],
      files: { [name]: new RegExp(bob) },
    };
  }),
  {
    name: "the config that --config names",
    args: ["--config", "c/rules.yaml", "updatekeys", "-y", "f.yaml"],
    before: { "f.yaml": file, "c/rules.yaml": flat(alice, bob) },
    stdout: addsBob,
    stderr: synced,
    files: { "f.yaml": rewrapped(file, [[alice, bob]]) },
  },
  {
    name: "no config",
    args: ["updatekeys", "-y", "f.yaml"],
    before: { "f.yaml": file },
    status: 1,
    stderr: ["config file not found\n"],
  },
  {
    name: "a config without rules",
    args: ["updatekeys", "-y", "f.yaml"],
    before: { "f.yaml": file, ".sops.yaml": "{}\n" },
    status: 1,
    stderr: ["The config file .sops.yaml does not contain any creation rule\n"],
  },
  {
    name: "a config without a matching rule",
    args: ["updatekeys", "-y", "f.yaml"],
    before: { "f.yaml": file, ".sops.yaml": "creation_rules:\n  - path_regex: other\n" },
    status: 1,
    stderr: ["error loading config: no matching creation rules found"],
  },
  {
    name: "a rule without keys",
    args: ["updatekeys", "-y", "f.yaml"],
    before: { "f.yaml": file, ".sops.yaml": "creation_rules:\n  - path_regex: f\n" },
    status: 1,
    stdout: `${changes}Group 1\n--- ${alice}\n`,
    stderr: ["error updating one or more master keys: ", "empty key group provided"],
  },
  { name: "no file", args: ["updatekeys"], before: forBoth, status: 100, stderr: ["Error: no file specified\n"] },
];

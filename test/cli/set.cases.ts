import { type CliCase, corpusText, recipient } from "../support/cli-case.ts";
import { literally, resealed, sealed } from "../support/file-lines.ts";

/** `a: 1`, `b: {c: orchard, list: [x, {y: 1}]}`, a comment, `d: last`. */
const file = corpusText("commands/extract-item/f.yaml");
const before = { "f.yaml": file };
const json = { "f.json": corpusText("commands/set-json/f.json") };
const dotenv = { "f.env": corpusText("commands/set-dotenv/f.env") };
const ini = { "f.ini": corpusText("commands/set-ini/f.ini") };
const binary = { f: corpusText("binary/text/note.enc.txt") };
const several = { "f.yaml": corpusText("yaml-values/multi-doc/plain.enc.yaml") };
const changedByHand = {
  "f.yaml": corpusText("selectors/default-suffix/plain.enc.yaml").replace("orchard", "changed"),
};
const a = (value: string): { "f.yaml": RegExp } => ({ "f.yaml": resealed(file, { "a: ": value }) });
const set = (path: string, value: string): { args: string[]; before: typeof before } => ({
  args: ["set", "f.yaml", path, value],
  before,
});
const needsThree = "Error: no file specified, or index and value are missing. Need precisely 3 positional arguments.";
const listItem = `        - ${file.split("\n")[4]?.trim().slice(2) ?? ""}`;
const panics = { status: 2, stderr: [/^panic: /] };

/** `set` and `--set`. */
export const setCases: readonly CliCase[] = [
  {
    name: "a text, and nothing else changes",
    ...set('["a"]', '"new"'),
    files: a(`a: ${sealed("str")}`),
    afterwards: { args: ["decrypt", "--extract", '["a"]', "f.yaml"], stdout: "new" },
  },
  {
    name: "a number is a float, whatever stood there",
    ...set('["a"]', "5"),
    files: a(`a: ${sealed("float")}`),
    afterwards: { args: ["decrypt", "--extract", '["a"]', "f.yaml"], stdout: "5\n" },
  },
  {
    name: "a negative number is no flag",
    ...set('["a"]', "-0.5"),
    files: a(`a: ${sealed("float")}`),
    afterwards: { args: ["decrypt", "--extract", '["a"]', "f.yaml"], stdout: "-0.5\n" },
  },
  {
    name: "an integer that no float can hold keeps its digits",
    ...set('["a"]', "9007199254740993"),
    files: a(`a: ${sealed("int")}`),
    afterwards: { args: ["decrypt", "--extract", '["a"]', "f.yaml"], stdout: "9007199254740993\n" },
    sops: {
      departure: "sops rounds it",
      files: a(`a: ${sealed("float")}`),
      afterwards: { args: ["decrypt", "--extract", '["a"]', "f.yaml"], stdout: "9.007199254740992e+15\n" },
    },
  },
  { name: "a boolean", ...set('["a"]', "true"), files: a(`a: ${sealed("bool")}`) },
  { name: "null is not encrypted", ...set('["a"]', "null"), files: a("a: null") },
  { name: "an empty text is not encrypted", ...set('["a"]', '""'), files: a('a: ""') },
  {
    name: "an object, with integers as integers",
    ...set('["a"]', '{"n": 1, "f": 1.5, "e": {}}'),
    files: a(`a:\n    "n": ${sealed("int")}\n    f: ${sealed("float")}\n    e: \\{\\}`),
  },
  {
    name: "an array",
    ...set('["a"]', '[1, "x", [null], {}]'),
    files: a(`a:\n    - ${sealed("int")}\n    - ${sealed("str")}\n    - - null\n    - \\{\\}`),
    sops: {
      departure: "sops takes objects but no arrays",
      status: 7,
      stderr: ["Invalid --set value format\n"],
    },
  },
  {
    name: "a new key below a new key",
    ...set('["new"]["key"]', '"v"'),
    files: {
      "f.yaml": resealed(file, { "d: ": `${literally(lineOf("d: "))}\nnew:\n    key: ${sealed("str")}` }),
    },
  },
  {
    name: "a key of an old mapping",
    ...set('["b"]["c"]', '"v"'),
    files: { "f.yaml": resealed(file, { "    c: ": `    c: ${sealed("str")}` }) },
  },
  {
    name: "an element of a list",
    ...set('["b"]["list"][0]', '"v"'),
    files: { "f.yaml": resealed(file, { [listItem]: `        - ${sealed("str")}` }) },
  },
  {
    name: "a position beyond a list appends",
    ...set('["b"]["list"][9]', '"v"'),
    files: {
      "f.yaml": resealed(file, {
        '        - "y": ': `${literally(lineOf('        - "y": '))}\n        - ${sealed("str")}`,
      }),
    },
  },
  {
    name: "a scalar in the way gives way",
    ...set('["a"]["under"]', '"v"'),
    files: a(`a:\n    under: ${sealed("str")}`),
  },
  { name: "a position on a mapping changes no value", ...set("[0]", '"v"'), files: a(literally(lineOf("a: "))) },
  {
    name: "the same value is written all the same",
    ...set('["b"]["c"]', '"orchard"'),
    files: { "f.yaml": resealed(file, {}) },
  },
  {
    name: "--idempotent: the same value is not written",
    args: ["set", "--idempotent", "f.yaml", '["b"]["c"]', '"orchard"'],
    before,
  },
  {
    name: "--idempotent: a value of another type is written",
    args: ["set", "f.yaml", '["a"]', "1", "--idempotent"],
    before,
    files: a(`a: ${sealed("float")}`),
  },
  {
    name: "a value from a file",
    args: ["set", "--value-file", "f.yaml", '["a"]', "value.json"],
    before: { ...before, "value.json": '  "from a file"\n' },
    files: a(`a: ${sealed("str")}`),
    afterwards: { args: ["decrypt", "--extract", '["a"]', "f.yaml"], stdout: "from a file" },
  },
  {
    name: "a value from a file that is not there",
    args: ["set", "--value-file", "f.yaml", '["a"]', "value.json"],
    before,
    status: 1,
    stderr: [/open .*value\.json: no such file or directory\n/],
  },
  {
    name: "a value from standard input",
    args: ["set", "--value-stdin", "f.yaml", '["a"]'],
    before,
    stdin: '"from standard input"',
    files: a(`a: ${sealed("str")}`),
    afterwards: { args: ["decrypt", "--extract", '["a"]', "f.yaml"], stdout: "from standard input" },
  },
  {
    name: "a value from two places is too much",
    args: ["set", "--value-stdin", "--value-file", "f.yaml", '["a"]', "v"],
    before,
    status: 1,
    stderr: ["Error: cannot use both --value-file and --value-stdin\n"],
  },
  {
    name: "a value from standard input and as a word is too much",
    args: ["set", "--value-stdin", "f.yaml", '["a"]', '"v"'],
    before,
    status: 100,
    stderr: ["Need precisely 2 positional arguments since --value-stdin is used.\n"],
  },
  ...[[], ["f.yaml"], ["f.yaml", '["a"]'], ["f.yaml", '["a"]', "1", "2"]].map((words) => ({
    name: `${words.length} words are not three`,
    args: ["set", ...words],
    before,
    status: 100,
    stderr: [`${needsThree}\n`],
  })),
  ...["text", "", '"a" "b"', "[1,]", "01", "1e999", "{", '"'].map((value) => ({
    name: `a value that is no JSON: ${value}`,
    ...set('["a"]', value),
    status: 7,
    stderr: ["Value for --set is not valid JSON"],
  })),
  ...["a", '["a"', "[a]", '["a"] ', "[99999999999999999999]"].map((path) => ({
    name: `a path that is none: ${path}`,
    ...set(path, "1"),
    status: 7,
    stderr: ["Invalid set index format\n"],
  })),
  ...["[]", '["]'].map((path) => ({
    name: `a path that is none: ${path}`,
    ...set(path, "1"),
    status: 7,
    stderr: ["Invalid set index format\n"],
    sops: { departure: "sops panics", ...panics },
  })),
  ...["", '["b"]["list"]["x"]', '["b"]["list"][-1]'].map((path) => ({
    name: `a path that leads nowhere: ${path}`,
    ...set(path, "1"),
    status: 7,
    stderr: ["Invalid path: "],
    sops: { departure: "sops panics", ...panics },
  })),
  {
    name: "the entry that holds the metadata",
    ...set('["sops"]["x"]', "1"),
    status: 203,
    stderr: [/top-level entry called\s+'sops'/],
  },
  {
    name: "JSON",
    args: ["set", "f.json", '["new"]', '{"<": 1}'],
    before: json,
    files: { "f.json": new RegExp(`\n\t"new": \\{\n\t\t"\\\\u003c": "${sealed("int")}"\n\t\\},\n\t"sops": `) },
  },
  {
    name: "dotenv",
    args: ["set", "f.env", '["A"]', '"two\\nlines"'],
    before: dotenv,
    files: { "f.env": new RegExp(`^A=${sealed("str")}\n`) },
    afterwards: { args: ["decrypt", "--extract", '["A"]', "f.env"], stdout: "two\nlines" },
  },
  {
    name: "dotenv has one level",
    args: ["set", "f.env", '["A"]', '{"x": 1}'],
    before: dotenv,
    status: 4,
    stderr: ["Could not marshal tree: cannot use complex value in dotenv file; offending key A\n"],
  },
  {
    name: "INI",
    args: ["set", "f.ini", '["new"]["key"]', '"v"'],
    before: ini,
    files: { "f.ini": new RegExp(`\n\n\\[new\\]\nkey = ${sealed("str")}\n\n\\[sops\\]\n`) },
  },
  {
    name: "INI has sections",
    args: ["set", "f.ini", '["new"]', '"v"'],
    before: ini,
    status: 4,
    stderr: ["Could not marshal tree: ", "Section values should always be TreeBranches"],
  },
  {
    name: "binary",
    args: ["set", "f", '["data"]', '"new content"'],
    before: binary,
    files: { f: /^\{\n\t"data": "ENC.*",\n\t"sops"/ },
    afterwards: { args: ["decrypt", "f"], stdout: "new content" },
  },
  {
    name: "the first of several documents",
    args: ["set", "f.yaml", '["new"]', '"v"'],
    before: several,
    files: { "f.yaml": new RegExp(`^[^]*?\nnew: ${sealed("str")}\nsops:[^]*\n---\n(?:(?!new:)[^])*$`) },
  },
  {
    name: "another output type",
    args: ["set", "--output-type", "json", "f.yaml", '["a"]', '"v"'],
    before,
    files: { "f.yaml": /^\{\n\t"a": "ENC/ },
  },
  {
    name: "a file that is not there",
    args: ["set", "nope.yaml", '["a"]', "1"],
    status: 2,
    stderr: ["Error reading file: open {dir}/nope.yaml: no such file or directory\n"],
    files: { "nope.yaml": undefined },
  },
  {
    name: "a file that is not encrypted",
    args: ["set", "f.yaml", '["a"]', "1"],
    before: { "f.yaml": "a: 1\n" },
    status: 1,
    stderr: ["sops metadata not found\n"],
  },
  {
    name: "a file for another key",
    ...set('["a"]', "1"),
    env: { SOPS_AGE_KEY_FILE: "/dev/null" },
    status: 128,
    stderr: ["Failed to get the data key required to decrypt the SOPS file.", "Group 0: FAILED"],
  },
  {
    name: "a file that was tampered with",
    args: ["set", "f.yaml", '["new"]', "1"],
    before: changedByHand,
    status: 51,
    stderr: ["MAC mismatch"],
  },
  {
    name: "a file that was tampered with, if asked for",
    args: ["set", "--ignore-mac", "f.yaml", '["new"]', "1"],
    before: changedByHand,
    files: { "f.yaml": new RegExp(`\nnew: ${sealed("float")}\nsops:\n`) },
  },
  {
    name: "no creation rule is needed",
    ...set('["a"]', "null"),
    before: { ...before, ".sops.yaml": `creation_rules:\n  - path_regex: other\n    age: ${recipient("bob")}\n` },
    files: a("a: null"),
  },
  {
    name: "--set",
    args: ["--set", '["b"]["c"]  "v"', "f.yaml"],
    before,
    files: { "f.yaml": resealed(file, { "    c: ": `    c: ${sealed("str")}` }) },
  },
  {
    name: "--set writes the file, whatever --output says",
    args: ["--set", '["a"] null', "--output", "out", "f.yaml"],
    before,
    files: { ...a("a: null"), out: undefined },
  },
  {
    name: "--set takes the format from another name",
    args: ["--set", '["a"] null', "--filename-override", "x.yaml", "f"],
    before: { f: file },
    files: { f: a("a: null")["f.yaml"] },
  },
  ...['["a"]', '["a"]1', 'a "v"', "a] 1", '["sops] "] 1'].map((text) => ({
    name: `--set that is none: ${text}`,
    args: ["--set", text, "f.yaml"],
    before,
    status: 7,
    stderr: [/^(?:Invalid --set format|Value for --set is not valid JSON)/],
  })),
  {
    name: "--set of what is no JSON",
    args: ["--set", '["a"] v', "f.yaml"],
    before,
    status: 7,
    stderr: ["Value for --set is not valid JSON"],
  },
  {
    name: "--set of a file that is not there",
    args: ["--set", '["a"] 1', "nope.yaml"],
    status: 2,
    stderr: ["Error reading file: open {dir}/nope.yaml: no such file or directory\n"],
  },
];

function lineOf(beginning: string): string {
  return file.split("\n").find((line) => line.startsWith(beginning)) ?? "";
}

import { type CliCase, corpusText } from "../support/cli-case.ts";
import { literally, resealed } from "../support/file-lines.ts";

/** `a: 1`, `b: {c: orchard, list: [x, {y: 1}]}`, a comment, `d: last`. */
const file = corpusText("commands/extract-item/f.yaml");
const before = { "f.yaml": file };
const lines = file.split("\n");
const firstElement = lines[4] ?? "";
const secondElement = lines[5] ?? "";
const unset = (path: string): { args: string[]; before: typeof before } => ({
  args: ["unset", "f.yaml", path],
  before,
});
const idempotent = (path: string): { args: string[]; before: typeof before } => ({
  args: ["unset", "--idempotent", "f.yaml", path],
  before,
});

/** `unset`. */
export const unsetCases: readonly CliCase[] = [
  {
    name: "a value, and nothing else changes",
    ...unset('["a"]'),
    files: { "f.yaml": resealed(file, { "a: ": "" }) },
    afterwards: { args: ["decrypt", "--extract", '["d"]', "f.yaml"], stdout: "last" },
  },
  {
    name: "a mapping",
    ...unset('["b"]'),
    files: {
      "f.yaml": resealed(file, { "b:": "", "    c: ": "", "    list:": "", [firstElement]: "", [secondElement]: "" }),
    },
  },
  {
    name: "an element of a list",
    ...unset('["b"]["list"][0]'),
    files: { "f.yaml": resealed(file, { [firstElement]: "" }) },
  },
  {
    name: "the only key of an element",
    ...unset('["b"]["list"][1]["y"]'),
    files: { "f.yaml": resealed(file, { [secondElement]: `        - ${literally("{}")}` }) },
  },
  {
    name: "--idempotent removes what is there",
    ...idempotent('["a"]'),
    files: { "f.yaml": resealed(file, { "a: ": "" }) },
  },
  ...[
    ['["zz"]', "Key not found: zz\n"],
    ['["b"]["zz"]', "Key not found: zz\n"],
    ['["b"]["list"][9]', "Index 9 out of bounds\n"],
    ["[0]", "Key not found: "],
  ].flatMap(([path = "", reason = ""]) => [
    { name: `what is not there: ${path}`, ...unset(path), status: 1, stderr: [reason] },
    { name: `what is not there, with --idempotent: ${path}`, ...idempotent(path) },
  ]),
  {
    name: "what is below a scalar, even with --idempotent",
    ...idempotent('["a"]["x"]'),
    status: 1,
    stderr: [/^Unsupported type.* for item 'x'/],
  },
  ...["", '["b"]["list"]["x"]', '["b"]["list"][-1]'].map((path) => ({
    name: `a path that leads nowhere: ${path}`,
    ...idempotent(path),
    status: 7,
    stderr: ["Invalid path: "],
    sops: { departure: "sops panics", status: 2, stderr: [/^panic: /] },
  })),
  {
    name: "a path that is none",
    ...unset("a"),
    status: 7,
    stderr: ["Invalid unset index format\n"],
  },
  ...[[], ["f.yaml"], ["f.yaml", '["a"]', "more"]].map((words) => ({
    name: `${words.length} words are not two`,
    args: ["unset", ...words],
    before,
    status: 100,
    stderr: ["Error: no file specified, or index is missing\n"],
  })),
  {
    name: "a file that is not there",
    args: ["unset", "--idempotent", "nope.yaml", '["a"]'],
    status: 2,
    stderr: ["Error reading file: open {dir}/nope.yaml: no such file or directory\n"],
  },
  {
    name: "a file for another key",
    ...unset('["a"]'),
    env: { SOPS_AGE_KEY_FILE: "/dev/null" },
    status: 128,
    stderr: ["Failed to get the data key required to decrypt the SOPS file."],
  },
];

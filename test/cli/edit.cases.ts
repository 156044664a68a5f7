import { type CliCase, corpusText, recipient } from "../support/cli-case.ts";

const alice = recipient("alice");
const encrypted = corpusText("commands/exec-file/f.yaml");
const yaml = { "f.yaml": encrypted };
const plainYaml = 'a: 1\nb:\n    c: orchard\n    list:\n        - x\n        - "y": 1\n# note\nd: last\n';
const rules = `creation_rules:\n  - path_regex: secret\n    age: ${alice}\n    encrypted_regex: ^x\n`;

/** An editor that is a shell script; `$0` is the file. */
const script = (text: string): { SOPS_EDITOR: string } => ({ SOPS_EDITOR: `sh -c '${text}'` });
const writing = (text: string): { SOPS_EDITOR: string } => script(`printf "${text}" > "$0"`);
const show = { SOPS_EDITOR: "cat" };
const unchanged: Pick<CliCase, "status" | "stderr"> = { status: 200, stderr: [/^File has not changed, exiting\.\n$/] };
const [line = ""] = /^ {4}c: .*$/m.exec(encrypted) ?? [];
const otherVersion = { "f.yaml": encrypted.replace("version: 3.13.3", "version: 3.0.0") };

const yamlExample = `hello: Welcome to SOPS! Edit this file as you please!
example_key: example_value
# Example comment
example_array:
    - example_value1
    - example_value2
example_number: 1234.56789
example_booleans:
    - true
    - false
`;

const jsonExample = `{
	"hello": "Welcome to SOPS! Edit this file as you please!",
	"example_key": "example_value",
	"example_array": [
		"example_value1",
		"example_value2"
	],
	"example_number": 1234.56789,
	"example_booleans": [
		true,
		false
	]
}
`;

const examples: Readonly<Record<string, string>> = {
  "new.yaml": yamlExample,
  "new.yml": yamlExample,
  "new.json": jsonExample,
  "new.env":
    "# This is an example file.\nhello=Welcome to SOPS! Edit this file as you please!\nexample_key=example_value\n" +
    "example_multiline=foo\\nbar\\nbaz\n",
  "new.ini":
    "; This is an example file.\n[Welcome!]\nhello       = Welcome to SOPS! Edit this file as you please!\n" +
    "example_key = example_value\n",
  "new.txt": "Welcome to SOPS! Edit this file as you please!",
};

export const editCases: readonly CliCase[] = [
  {
    name: "an editor shows the plain file",
    args: ["edit", "f.yaml"],
    before: yaml,
    env: show,
    stdout: plainYaml,
    ...unchanged,
  },
  {
    name: "the file is only for its owner, and has its name",
    args: ["edit", "f.yaml"],
    before: yaml,
    env: script('stat -c %A "$0"; stat -c %A "$(dirname "$0")"; basename "$0"'),
    stdout: "-rw-------\ndrwx------\nf.yaml\n",
    ...unchanged,
  },
  {
    name: "what is edited is encrypted, and what is not keeps its ciphertext",
    args: ["edit", "f.yaml"],
    before: yaml,
    env: script('sed "s/d: last/d: changed/" "$0" > "$0.new"; cat "$0.new" > "$0"'),
    files: { "f.yaml": new RegExp(`\n${line.replaceAll(/[+/[\]().?*]/g, "\\$&")}\n[^]*\nd: ENC\\[`) },
    afterwards: { args: ["decrypt", "f.yaml"], stdout: plainYaml.replace("last", "changed") },
  },
  {
    name: "an editor that puts a new file in the place of the old one",
    args: ["edit", "f.yaml"],
    before: yaml,
    env: script('echo "x: 1" > "$0.new"; mv "$0.new" "$0"'),
    files: { "f.yaml": /^x: ENC\[AES256_GCM,data:.*,type:int\]\nsops:\n/ },
    afterwards: { args: ["decrypt", "f.yaml"], stdout: "x: 1\n" },
  },
  {
    name: "an older version is raised",
    args: ["edit", "f.yaml"],
    before: otherVersion,
    env: writing("x: 1\\n"),
    files: { "f.yaml": /\n {4}version: 3\.13\.3\n/ },
  },
  {
    name: "a version that is none",
    args: ["edit", "f.yaml"],
    before: { "f.yaml": encrypted.replace("version: 3.13.3", "version: abc") },
    env: show,
    status: 1,
    stderr: ["No Major.Minor.Patch elements found"],
  },
  {
    name: "another output type",
    args: ["edit", "--output-type", "json", "f.yaml"],
    before: yaml,
    env: writing('{\\"x\\": 1}'),
    files: { "f.yaml": /^\{\n\t"x": "ENC\[/ },
    afterwards: { args: ["decrypt", "--input-type", "json", "f.yaml"], stdout: "x: 1\n" },
  },
  {
    name: "the metadata are shown",
    args: ["edit", "--show-master-keys", "f.yaml"],
    before: yaml,
    env: show,
    stdout: new RegExp(`^a: 1\nb:\n    c: orchard\n[^]*\nsops:\n    age:\n[^]*recipient: ${alice}\n[^]*version: 3`),
    ...unchanged,
  },
  {
    name: "the metadata of a new file are shown",
    args: ["edit", "-s", "--age", alice, "new.yaml"],
    env: show,
    stdout: /\n {4}lastmodified: "0001-01-01T00:00:00Z"\n {4}mac: ""\n {4}unencrypted_suffix: _unencrypted\n/,
    ...unchanged,
    files: { "new.yaml": undefined },
  },
  {
    name: "edits beside the metadata count",
    args: ["edit", "-s", "f.yaml"],
    before: yaml,
    env: script('sed "s/d: last/d: changed/" "$0" > "$0.new"; cat "$0.new" > "$0"'),
    files: { "f.yaml": /\nd: ENC\[/ },
    afterwards: { args: ["decrypt", "f.yaml"], stdout: plainYaml.replace("last", "changed") },
    sops: {
      departure: "sops throws the edits away",
      files: { "f.yaml": /\nd: ENC\[/ },
      afterwards: { args: ["decrypt", "f.yaml"], stdout: plainYaml },
    },
  },
  ...Object.entries(examples).map(([name, example]): CliCase => ({
    name: `a new file ${name} begins with an example`,
    args: ["edit", "--age", alice, name],
    env: show,
    stdout: example,
    ...unchanged,
    files: { [name]: undefined },
  })),
  {
    name: "a new file is encrypted",
    args: ["edit", "--age", alice, "new.yaml"],
    env: writing("x: 1\\n"),
    files: { "new.yaml": /^x: ENC\[AES256_GCM,/ },
    afterwards: { args: ["decrypt", "new.yaml"], stdout: "x: 1\n" },
  },
  {
    name: "a new file of no known type is binary",
    args: ["edit", "--age", alice, "new.txt"],
    env: writing("any text"),
    files: { "new.txt": /^\{\n\t"data": "ENC\[AES256_GCM,/ },
    afterwards: { args: ["decrypt", "new.txt"], stdout: "any text" },
  },
  {
    name: "a new file takes keys and rule from the creation rule",
    args: ["edit", "secret.yaml"],
    before: { ".sops.yaml": rules },
    env: writing("x: 1\\nz: 2\\n"),
    files: { "secret.yaml": /^x: ENC\[.*\nz: 2\nsops:\n[^]*\n {4}encrypted_regex: \^x\n/ },
  },
  {
    name: "a new file that no rule fits",
    args: ["edit", "other.yaml"],
    before: { ".sops.yaml": rules },
    env: writing("x: 1\\n"),
    status: 1,
    stderr: ["error loading config: no matching creation rules found"],
    files: { "other.yaml": undefined },
  },
  {
    name: "a file that is there needs no rule",
    args: ["edit", "f.yaml"],
    before: { ...yaml, ".sops.yaml": rules },
    env: writing("x: 1\\n"),
    files: { "f.yaml": /^x: ENC\[/ },
  },
  {
    name: "a new file without a key",
    args: ["edit", "new.yaml"],
    env: writing("x: 1\\n"),
    status: 1,
    stderr: ["config file not found, or has no creation rules, and no keys provided through command line options"],
  },
  {
    name: "a new file whose key service is turned off",
    args: ["edit", "--enable-local-keyservice=false", "--age", alice, "new.yaml"],
    env: show,
    status: 128,
    stderr: ["no key services provided"],
  },
  {
    name: "a new file with an encryption context that is none",
    args: ["edit", "--age", alice, "--encryption-context", "a", "new.yaml"],
    env: show,
    status: 6,
    stderr: [""],
  },
  {
    name: "the form without a command",
    args: ["f.yaml"],
    before: yaml,
    env: writing("x: 1\\n"),
    files: { "f.yaml": /^x: ENC\[/ },
  },
  {
    name: "the form without a command makes a file",
    args: ["--age", alice, "new.yaml"],
    env: writing("x: 1\\n"),
    files: { "new.yaml": /^x: ENC\[/ },
  },
  {
    name: "the form without a command needs a rule, though the file has its keys",
    args: ["f.yaml"],
    before: { ...yaml, ".sops.yaml": rules },
    env: show,
    status: 1,
    stderr: ["error loading config: no matching creation rules found"],
  },
  {
    name: "the form without a command writes no other file",
    args: ["--output", "out", "f.yaml"],
    before: yaml,
    env: writing("x: 1\\n"),
    files: { "f.yaml": /^x: ENC\[/, out: undefined },
  },
  {
    name: "the form without a command takes the type of another name",
    args: ["--filename-override", "x.yaml", "f"],
    before: { f: encrypted },
    env: show,
    stdout: plainYaml,
    ...unchanged,
  },
  {
    name: "SOPS_EDITOR counts more than EDITOR",
    args: ["edit", "f.yaml"],
    before: yaml,
    env: { SOPS_EDITOR: "true", EDITOR: "false" },
    ...unchanged,
  },
  {
    name: "EDITOR counts where SOPS_EDITOR is empty",
    args: ["edit", "f.yaml"],
    before: yaml,
    env: { SOPS_EDITOR: "", EDITOR: "true" },
    ...unchanged,
  },
  {
    name: "the editor's words are those of a shell",
    args: ["edit", "f.yaml"],
    before: yaml,
    env: { EDITOR: `printf '%s|' "a b" c\\ d $HOME # no word` },
    stdout: /^a b\|c d\|\$HOME\|\/.*f\.yaml\|$/,
    ...unchanged,
  },
  {
    name: "an editor that fails",
    args: ["edit", "f.yaml"],
    before: yaml,
    env: { EDITOR: "false" },
    status: 201,
    stderr: [/^Could not run editor: exit status 1\n$/],
  },
  {
    name: "an editor that a signal ends",
    args: ["edit", "f.yaml"],
    before: yaml,
    env: script("kill -9 $$"),
    status: 201,
    stderr: [/^Could not run editor: signal: killed\n$/],
  },
  {
    name: "an editor that there is not",
    args: ["edit", "f.yaml"],
    before: yaml,
    env: { EDITOR: "no-such-editor" },
    status: 201,
    stderr: ['Could not run editor: exec: "no-such-editor": executable file not found in $PATH\n'],
  },
  {
    name: "an editor that there is not, by its path",
    args: ["edit", "f.yaml"],
    before: yaml,
    env: { EDITOR: "./no-such-editor" },
    status: 201,
    stderr: ["Could not run editor: fork/exec ./no-such-editor: no such file or directory\n"],
  },
  {
    name: "an editor that is no program",
    args: ["edit", "f.yaml"],
    before: yaml,
    env: { EDITOR: "./f.yaml" },
    status: 201,
    stderr: ["Could not run editor: fork/exec ./f.yaml: permission denied\n"],
  },
  {
    name: "an editor whose quotes do not close",
    args: ["edit", "f.yaml"],
    before: yaml,
    env: { EDITOR: "vi 'x" },
    status: 201,
    stderr: ["Could not run editor: invalid $EDITOR: vi 'x\n"],
  },
  {
    name: "an editor that is a comment",
    args: ["edit", "f.yaml"],
    before: yaml,
    env: { EDITOR: "# vi" },
    status: 201,
    stderr: ["Could not run editor: $EDITOR names no program\n"],
    sops: {
      departure: "sops runs the file itself",
      status: 201,
      stderr: ["Could not run editor: fork/exec ", "permission denied"],
    },
  },
  {
    name: "no editor at all, for VISUAL does not count",
    args: ["edit", "f.yaml"],
    before: yaml,
    env: { EDITOR: undefined, SOPS_EDITOR: undefined, VISUAL: "/bin/true", PATH: "/nowhere" },
    status: 201,
    stderr: [
      "Could not run editor: no editor available: sops attempts to use the editor defined in the SOPS_EDITOR or EDITOR " +
        "environment variables, and if that's not set defaults to any of vim, nano, vi, but none of them could be found\n",
    ],
  },
  {
    name: "an editor that removes the file",
    args: ["edit", "f.yaml"],
    before: yaml,
    env: { EDITOR: "rm" },
    status: 2,
    stderr: [/^Could not \w+ (?:edited )?file: open \/.*f\.yaml: no such file or directory\n/],
  },
  {
    name: "a directory that there is not",
    args: ["edit", "--age", alice, "nope/f.yaml"],
    env: writing("x: 1\\n"),
    status: 3,
    stderr: ["Could not open in-place file for writing: open {dir}/nope/f.yaml: no such file or directory\n"],
  },
  { name: "no file", args: ["edit"], status: 100, stderr: ["Error: no file specified\n"] },
  { name: "a directory", args: ["edit", "/"], status: 2, stderr: ["Error reading file: read /: is a directory\n"] },
  {
    name: "a file that is not encrypted",
    args: ["edit", "f.yaml"],
    before: { "f.yaml": "a: 1\n" },
    env: show,
    status: 1,
    stderr: ["sops metadata not found"],
  },
  {
    name: "a file that is no YAML",
    args: ["edit", "f.yaml"],
    before: { "f.yaml": "a: [\n" },
    env: show,
    status: 1,
    stderr: ["did not find expected node content"],
  },
  {
    name: "a MAC that does not fit",
    args: ["edit", "f.yaml"],
    before: { "f.yaml": encrypted.replace(/^d: .*$/m, "") },
    env: show,
    status: 51,
    stderr: ["MAC mismatch"],
  },
  {
    name: "a MAC that does not fit, and is not looked at",
    args: ["edit", "--ignore-mac", "f.yaml"],
    before: { "f.yaml": encrypted.replace(/^d: .*$\n/m, "") },
    env: writing("x: 1\\n"),
    files: { "f.yaml": /^x: ENC\[/ },
    afterwards: { args: ["decrypt", "f.yaml"], stdout: "x: 1\n" },
  },
  {
    name: "a key that there is not",
    args: ["edit", "f.yaml"],
    before: yaml,
    env: { ...show, SOPS_AGE_KEY_FILE: undefined },
    status: 128,
    stderr: ["Failed to get the data key required to decrypt the SOPS file."],
  },
  {
    name: "further words",
    args: ["edit", "f.yaml", "other", "--nope"],
    before: yaml,
    env: { EDITOR: "true" },
    status: 200,
    stderr: ["More than one positional argument provided.", "--nope", "File has not changed, exiting.\n"],
  },
];

import { type CliCase, corpusText } from "../support/cli-case.ts";
import { withoutLines } from "../support/file-lines.ts";

const file = corpusText("commands/extract-item/f.yaml");
const yes = '{"encrypted":true}\n';
const no = '{"encrypted":false}\n';
const status = (name: string, content: string): { args: string[]; before: Record<string, string> } => ({
  args: ["filestatus", name],
  before: { [name]: content },
});
const cannot = "cannot check file status: cannot load encrypted file: ";

/** `filestatus`. */
export const filestatusCases: readonly CliCase[] = [
  {
    name: "encrypted YAML, without any key",
    ...status("f.yaml", file),
    env: { SOPS_AGE_KEY_FILE: undefined },
    stdout: yes,
  },
  { name: "encrypted JSON", ...status("f.json", corpusText("commands/set-json/f.json")), stdout: yes },
  { name: "encrypted dotenv", ...status("f.env", corpusText("commands/set-dotenv/f.env")), stdout: yes },
  { name: "encrypted INI", ...status("f.ini", corpusText("commands/set-ini/f.ini")), stdout: yes },
  { name: "encrypted binary", ...status("f", corpusText("binary/text/note.enc.txt")), stdout: yes },
  { name: "plain YAML", ...status("f.yaml", "a: 1\n"), stdout: no },
  { name: "plain JSON", ...status("f.json", '{"a": 1}'), stdout: no },
  { name: "empty YAML", ...status("f.yaml", ""), stdout: no },
  { name: "empty dotenv", ...status("f.env", ""), stdout: no },
  { name: "a file without a MAC", ...status("f.yaml", withoutLines(file, "    mac: ", "    unenc")), stdout: no },
  { name: "a file without a version", ...status("f.yaml", withoutLines(file, "    version: ", "")), stdout: no },
  {
    name: "a file of another type than its name says",
    args: ["filestatus", "--input-type", "yaml", "f"],
    before: { f: file },
    stdout: yes,
  },
  {
    name: "further words are ignored",
    args: ["filestatus", "f.yaml", "g.yaml"],
    before: { "f.yaml": file },
    stdout: yes,
  },
  { name: "plain binary", ...status("f", "text"), status: 1, stderr: [cannot] },
  { name: "what is no YAML", ...status("f.yaml", "a: [\n"), status: 1, stderr: [cannot] },
  {
    name: "metadata that are none",
    ...status("f.yaml", "sops: 3\n"),
    status: 1,
    stderr: [`${cannot}Found sops entry that is not a mapping`],
  },
  {
    name: "a file without keys",
    ...status("f.yaml", withoutLines(file, "    age:", "    lastmodified: ")),
    status: 1,
    stderr: [`${cannot}No keys found in file`],
  },
  {
    name: "a file that is not there",
    args: ["filestatus", "nope.yaml"],
    status: 1,
    stderr: [cannot, "nope.yaml: no such file or directory"],
  },
  { name: "no file", args: ["filestatus"], status: 100, stderr: ["Error: no file specified\n"] },
  {
    name: "a config that is none",
    args: ["filestatus", "f.yaml"],
    before: { "f.yaml": file, ".sops.yaml": "a: [\n" },
    status: 1,
    stderr: ["error loading config: Could not unmarshal config file"],
  },
];

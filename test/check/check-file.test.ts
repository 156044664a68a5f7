import { describe, expect, it } from "vitest";
import { checkFile, type FileReport } from "../../src/check/check-file.ts";
import { lineOfMetadata, lineOfPath } from "../../src/check/lines.ts";
import { formatForPath } from "../../src/stores/format.ts";
import { alice, encrypted, secret } from "./made-repository.ts";

const rules = `creation_rules:\n  - age: ${alice}\n`;
const check = (file: string, text: string): Promise<FileReport> =>
  checkFile({ file, content: new TextEncoder().encode(text), format: formatForPath(file), covering: undefined });
const kindsOf = ({ faults }: FileReport): string[] => faults.map(({ kind, path }) => `${kind} ${path ?? ""}`.trim());

describe("an encrypted file", () => {
  const yaml = `a: ${secret}\nb:\n  - ${secret}\nc_unencrypted: seen\n`;
  const envelope = /ENC\[[^\]]*\]/;

  it.each<[name: string, change: (text: string) => string, kinds: readonly string[]]>([
    ["as it was made", (text) => text, []],
    ["with a number in clear", (text) => text.replace(envelope, "4711"), ['clear-text ["a"]']],
    ["with a text in a list in clear", (text) => text.replace(/- ENC.*/, "- seen"), ['clear-text ["b"][0]']],
    ["with a value emptied", (text) => text.replace(envelope, '""'), []],
    ["with a second document in clear", (text) => `${text}---\nx: seen\n`, ['clear-text ["x"]']],
    ["with an unknown datatype", (text) => text.replace("type:str", "type:odd"), ['damaged-value ["a"]']],
    ["with a short tag", (text) => text.replace(/tag:[^,]*/, "tag:AAAA"), ['damaged-value ["a"]']],
    [
      "with ciphertext where clear text belongs",
      (text) => text.replace("seen", envelope.exec(text)?.[0] ?? ""),
      ['damaged-value ["c_unencrypted"]'],
    ],
    ["with a MAC that is none", (text) => text.replace(/mac: ENC.*/, "mac: odd"), ["metadata"]],
    ["without the data key", (text) => text.replace(/enc: \|\n(?: {12}.*\n)+/, 'enc: ""\n'), ["metadata"]],
    ["with a version that is none", (text) => text.replace(/version: .*/, "version: x"), ["metadata"]],
    ["with a time that is none", (text) => text.replace(/lastmodified: .*/, "lastmodified: x"), ["metadata"]],
    ["without any keys", (text) => text.replace(/ {4}age:\n(?: {8}.*\n)+/, ""), ["metadata"]],
    ["with a comment in clear", (text) => `# seen\n${text}`, ["clear-text"]],
    ["with the mark of a merge", (text) => `<<<<<<< HEAD\n${text}`, ["unreadable"]],
    ["with a line of the data key gone", (text) => text.replace(/ {12}YWdl.*\n/, ""), ["metadata"]],
    ["with the end of the data key gone", (text) => text.replace(/.{8}(?=\n {12}-----END)/, ""), ["metadata"]],
    ["with a syntax error", (text) => `a: [\n${text}`, ["unreadable"]],
  ])("%s", async (_, change, kinds) => {
    const report = await check("f.yaml", change(await encrypted("f.yaml", yaml, rules)));
    expect(kindsOf(report)).toEqual(kinds);
    expect(JSON.stringify(report)).not.toMatch(/seen"|4711|swordfish/);
  });

  it("says when the content of a binary file is gone", async () => {
    const text = await encrypted("f.bin", "seen", rules);
    expect(kindsOf(await check("f.bin", text))).toEqual([]);
    expect(kindsOf(await check("f.bin", text.replace(/"data": "[^"]*",/, "")))).toEqual(["unreadable"]);
    expect(kindsOf(await check("tfstate", await encrypted("f.json", '{"a":"x"}', rules)))).toEqual([]);
  });

  it("lists a few faults of many and counts the others", async () => {
    const plain = Array.from({ length: 30 }, (_, index) => `k${index}_unencrypted: seen\n`).join("");
    const text = (await encrypted("f.yaml", plain, rules)).replaceAll("_unencrypted:", ":");
    const { faults } = await check("f.yaml", text);
    expect(faults).toHaveLength(21);
    expect(faults.at(-1)?.message).toBe("and 10 more values or comments are not as they should be");
  });

  it.each([
    ["f.json", '{"a": "x"}'],
    ["f.env", "A=x\n"],
    ["f.ini", "[s]\na = x\n"],
    ["f.txt", "x"],
    ["f.yaml", "a: x\n"],
  ])("is sound in each format, such as %s", async (name, plain) => {
    const report = await check(name, await encrypted(name, plain, rules));
    expect(report).toEqual({ concerned: true, encrypted: true, faults: [] });
  });
});

describe("the line of a fault", () => {
  it.each([
    [["a:", "b:", "  a: 1"], ["b", "a"], 3],
    [['{"a": {', '"b": 1'], ["a", "b"], 2],
    [["x: 1", "- a: 1"], ["a"], 2],
    [["[s]", "a = 1"], ["s", "a"], 2],
    [["A=1"], ["B"], undefined],
    [["a: {b: 1}"], ["a", "b"], 1],
  ] as const)("of %j at %j is %s", (lines, path, line) => {
    expect(lineOfPath(lines, path)).toBe(line);
  });

  it.each([
    [["a: 1", "sops:", "    mac: x"], 2],
    [["A=1", "sops_age=x", "sops_mac=y"], 2],
    [["[sops]", "mac = x"], 1],
    [["a: 1"], undefined],
  ] as const)("in the metadata of %j is %s", (lines, line) => {
    expect(lineOfMetadata(lines)).toBe(line);
  });
});

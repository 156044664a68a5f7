import { describe, expect, it } from "vitest";
import { binarySealer, emitForEditing, openForEditing, sealEdited, startExample } from "../src/editing.ts";
import { recipientKeys } from "../src/secrets.ts";
import { decryptBytes, type OpenedFile } from "../src/sops.ts";
import { loadStore } from "../src/stores/registry.ts";
import type { Format } from "../src/stores/store.ts";
import { corpusKey, corpusRecipient as recipient } from "./keys/context.ts";
import { fixtureText } from "./support/fixture-files.ts";
import { envelopesOf } from "./support/layout.ts";

const alice = { identities: [corpusKey("alice.txt")], onlyGivenIdentities: true };
const bob = { identities: [corpusKey("bob.txt")], onlyGivenIdentities: true };
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = (content: Uint8Array): string => new TextDecoder().decode(content);

const start = async (format: Format): Promise<OpenedFile> =>
  startExample({ ...alice, format, keyGroups: [await recipientKeys([recipient("alice")], alice)] });

/** What the file looks like to the editor, changed, and encrypted again. */
async function edit(
  opened: OpenedFile,
  format: Format,
  change: (text: string) => string,
  showMetadata = true,
): Promise<Uint8Array> {
  const output = await loadStore(format);
  const text = textOf(emitForEditing(opened, output, { ...alice, showMetadata }));
  return sealEdited(opened, bytes(change(text)), output, { ...alice, showMetadata });
}

const read = async (file: Uint8Array, format: Format, keys = alice): Promise<string> =>
  textOf(await decryptBytes(file, { ...keys, format }));

describe("an edited file", () => {
  const file = bytes(fixtureText("corpus/commands/exec-file/f.yaml"));

  it("keeps the ciphertext of what did not change, its keys and their wrapped data key", async () => {
    const opened = await openForEditing(file, "yaml", alice);
    const edited = await edit(opened, "yaml", (text) => text.replace("d: last", "d: other"), false);
    const [before, after] = [envelopesOf(file), envelopesOf(edited)];
    expect([...after].filter((envelope) => !before.has(envelope))).toHaveLength(1);
    expect(textOf(edited)).toContain(/ {8}- enc: \|\n[^]*?recipient: .*\n/.exec(textOf(file))?.[0] ?? "nothing");
  });

  it("can be edited again after a text that was no file", async () => {
    const opened = await openForEditing(file, "yaml", alice);
    await expect(edit(opened, "yaml", () => "a: [", false)).rejects.toMatchObject({
      code: "COULD_NOT_READ_INPUT_FILE",
    });
    await expect(edit(opened, "yaml", () => "x: 18446744073709551615", false)).rejects.toMatchObject({
      code: "ERROR_ENCRYPTING_TREE",
    });
    const edited = await edit(opened, "yaml", (text) => text.replace("d: last", "d: other"), false);
    expect(await read(edited, "yaml")).toContain("\nd: other\n");
  });

  it.each(["yaml", "json", "dotenv", "ini", "binary"] as const)("of %s is edited with its metadata", async (format) => {
    const opened = await start(format);
    const edited = await edit(opened, format, (text) => text.replace("Welcome to SOPS!", "Thank you!"));
    expect(await read(edited, format)).toContain("Thank you!");
  });
});

describe("edited metadata", () => {
  const bobsEntry = `        - recipient: ${recipient("bob")}\n          enc: ""\n`;

  it("give a new key the data key", async () => {
    const opened = await start("yaml");
    const edited = await edit(opened, "yaml", (text) => text.replace("    age:\n", `    age:\n${bobsEntry}`));
    expect(await read(edited, "yaml", bob)).toBe(await read(edited, "yaml", alice));
  });

  it("leave the wrapped data key of the others alone", async () => {
    const opened = await start("yaml");
    const edited = await edit(opened, "yaml", (text) => text.replace("    age:\n", `    age:\n${bobsEntry}`));
    const [key] = opened.metadata.keyGroups.flat();
    expect(textOf(edited).replaceAll(/^ +/gm, "")).toContain(key?.enc);
  });

  it("take a key away", async () => {
    const opened = await start("yaml");
    const edited = await edit(opened, "yaml", (text) =>
      text.replace(/ {4}age:\n[^]*?recipient: .*\n/, `    age:\n${bobsEntry}`),
    );
    expect(await read(edited, "yaml", bob)).toContain("hello");
    await expect(read(edited, "yaml", alice)).rejects.toMatchObject({ code: "COULD_NOT_RETRIEVE_KEY" });
  });

  it("may split the data key among groups, and put it together again", async () => {
    const opened = await start("yaml");
    const groups = ["alice", "bob"]
      .map((name) => `        - age:\n            - recipient: ${recipient(name)}\n`)
      .join("");
    const split = await edit(opened, "yaml", (text) =>
      text.replace(/ {4}age:\n[^]*?recipient: .*\n/, `    shamir_threshold: 2\n    key_groups:\n${groups}`),
    );
    await expect(read(split, "yaml", alice)).rejects.toMatchObject({ code: "COULD_NOT_RETRIEVE_KEY" });
    const both = { ...alice, identities: [...alice.identities, ...bob.identities] };
    expect(await read(split, "yaml", both)).toContain("hello");
    const again = await openForEditing(split, "yaml", both);
    const joined = await edit(again, "yaml", (text) =>
      text.replace(/ {4}key_groups:\n[^]*?(?= {4}lastmodified)/, `    age:\n${bobsEntry}`),
    );
    expect(await read(joined, "yaml", bob)).toContain("hello");
  });

  it("leave the shares of groups alone when only values change", async () => {
    const keyGroups = await Promise.all(["alice", "bob"].map((name) => recipientKeys([recipient(name)], alice)));
    const opened = await startExample({ ...alice, format: "yaml", keyGroups, shamirThreshold: 1 + 1 });
    const edited = await edit(opened, "yaml", (text) => text.replace("Welcome", "Hello"));
    const text = textOf(edited).replaceAll(/^ +/gm, "");
    for (const { enc } of opened.metadata.keyGroups.flat()) expect(text).toContain(enc);
  });

  it("change which values are encrypted", async () => {
    const opened = await start("yaml");
    const edited = await edit(opened, "yaml", (text) =>
      text.replace("unencrypted_suffix: _unencrypted", "encrypted_regex: ^hello$"),
    );
    expect(textOf(edited)).toMatch(/^hello: ENC\[.*\nexample_key: example_value\n/);
    expect(await read(edited, "yaml")).toContain("example_value");
  });

  it.each<[string, (text: string) => string, object]>([
    ["no master key", (text) => text.replace(/ {4}age:\n[^]*?recipient: .*\n/, ""), { code: "INVALID_METADATA" }],
    ["a recipient that is none", (text) => text.replace(/recipient: .*/, "recipient: nobody"), { message: /nobody/ }],
    ["two rules", (text) => `${text}    encrypted_regex: x\n`, { code: "INVALID_METADATA" }],
    ["a rule that is no expression", (text) => text.replace("unencrypted_suffix: _un", "encrypted_regex: ("), {}],
    ["a version that is none", (text) => text.replace("3.13.3", "x"), { code: "FAILED_TO_COMPARE_VERSIONS" }],
  ])("may not have %s", async (_, change, failure) => {
    await expect(edit(await start("yaml"), "yaml", change)).rejects.toMatchObject({
      name: "SopsError",
      ...failure,
      ...("message" in failure ? { message: expect.stringMatching(failure.message as RegExp) } : {}),
    });
  });

  it("may not leave a binary file without its value", async () => {
    const opened = await start("binary");
    await expect(edit(opened, "binary", (text) => text.replace('"data"', '"date"'))).rejects.toMatchObject({
      code: "ERROR_DUMPING_TREE",
    });
  });
});

describe("a text kept as a binary file", () => {
  it("is opened by the keys of the file that it was to be", async () => {
    const opened = await openForEditing(bytes(fixtureText("corpus/commands/exec-file/f.yaml")), "yaml", alice);
    const text = Uint8Array.from([0xff, 0x00, 0x0a, 0x61]);
    const kept = (await binarySealer(opened, alice))(text);
    expect([...(await decryptBytes(kept, { ...alice, format: "binary" }))]).toEqual([...text]);
  });
});

import { cipher as chosen } from "#cipher";
import { armor, Decrypter, Encrypter, generateX25519Identity, identityToRecipient } from "age-encryption";
import { beforeAll, describe, expect, it } from "vitest";
import { encodeUtf8 } from "../../../src/bytes.ts";
import { cipher as noble } from "../../../src/crypto/noble.ts";
import { decryptAgeFile, encryptAgeFile } from "../../../src/keys/age/age-file.ts";
import { parseIdentityText } from "../../../src/keys/age/identity-text.ts";
import { parseRecipient } from "../../../src/keys/age/recipient.ts";
import type { Identity } from "../../../src/keys/age/stanza.ts";
import { contextWith, corpusKey, corpusRecipient } from "../context.ts";

const sizes = [0, 1, 32, 65_535, 65_536, 65_537, 131_072, 200_000];
const ciphers = [chosen, noble];

let identity = "";
let recipient = "";

beforeAll(async () => {
  identity = await generateX25519Identity();
  recipient = await identityToRecipient(identity);
});

function native(text: string): Identity[] {
  return parseIdentityText(text, "lines", "here", contextWith()).native;
}

/** Bytes that differ from chunk to chunk. */
function contentOf(size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, index) => (index * 7) ^ (index >> 16));
}

describe.each(ciphers)("age files with the cipher $name", (cipher) => {
  it.each(sizes)("of %i bytes are read by age's library", async (size) => {
    const file = await encryptAgeFile(contentOf(size), await parseRecipient(recipient, contextWith()), cipher);
    const decrypter = new Decrypter();
    decrypter.addIdentity(identity);
    expect(Buffer.from(await decrypter.decrypt(armor.decode(file))).equals(Buffer.from(contentOf(size)))).toBe(true);
  });

  it.each(sizes)("of %i bytes by age's library are read", async (size) => {
    const encrypter = new Encrypter();
    encrypter.addRecipient(recipient);
    const file = await encrypter.encrypt(contentOf(size));
    const plaintext = await decryptAgeFile(armor.encode(file), native(identity), cipher);
    expect(Buffer.from(plaintext ?? "").equals(Buffer.from(contentOf(size)))).toBe(true);
  });

  it("are written in the very form of age's library", async () => {
    const body = new Uint8Array(96).fill(1);
    const ours = {
      wrapFileKey: () => [
        { args: ["a", "b", "c"], body: body.subarray(0, 47) },
        { args: ["d"], body },
      ],
    };
    const encrypter = new Encrypter();
    encrypter.addRecipient(ours);
    const headerOf = (file: Uint8Array): string => Buffer.from(file).toString("latin1").split("\n--- ")[0] ?? "";
    const file = armor.decode(await encryptAgeFile(body, ours, cipher));
    expect(headerOf(file)).toBe(headerOf(await encrypter.encrypt(body)));
  });
});

describe("age files for several kinds of recipients", () => {
  it("are opened by each of their identities, in the order of the identities", async () => {
    const encrypter = new Encrypter();
    for (const name of ["alice", "pq", "bob"]) encrypter.addRecipient(corpusRecipient(name));
    const file = await encrypter.encrypt("secret");
    for (const name of ["alice.txt", "pq.txt", "bob.txt"]) {
      const identities = [...native(identity), ...native(corpusKey(name))];
      expect(await decryptAgeFile(file, identities, chosen)).toEqual(encodeUtf8("secret"));
    }
    expect(await decryptAgeFile(file, native(identity), chosen)).toBeUndefined();
  });

  it("are refused when the stanza of a hybrid identity is malformed", async () => {
    const encrypter = new Encrypter();
    encrypter.addRecipient({ wrapFileKey: () => [{ args: ["mlkem768x25519", "AAAA"], body: new Uint8Array(32) }] });
    const file = await encrypter.encrypt("secret");
    await expect(decryptAgeFile(file, native(corpusKey("pq.txt")), chosen)).rejects.toMatchObject({
      name: "SopsError",
    });
    expect(await decryptAgeFile(file, native(identity), chosen)).toBeUndefined();
  });
});

describe("armor", () => {
  it.each<[string, (file: string) => string, string | undefined]>([
    ["blank lines around it", (file) => `\n \t\n\r\n${file}\n \n`, undefined],
    ["CRLF at the ends of its lines", (file) => file.replaceAll("\n", "\r\n"), undefined],
    ["no newline at its end", (file) => file.trimEnd(), undefined],
    ["1,023 blanks before it", (file) => `${" ".repeat(1022)}\n${file}`, undefined],
    ["1,025 blanks before it", (file) => `${" ".repeat(1024)}\n${file}`, "too much whitespace"],
    ["1,024 blanks after it", (file) => `${file}${" ".repeat(1024)}`, "too much whitespace"],
    ["blanks before its first line", (file) => ` ${file}`, "invalid header"],
    ["blanks behind its last line", (file) => file.replace(/\n$/, " \n"), "invalid footer"],
    ["a byte order mark", (file) => `\uFEFF${file}`, "invalid header"],
    ["a blank line within", (file) => file.replace(/\n(?=\w)/, "\n\n"), "invalid footer"],
    ["a line that is too long", (file) => file.replace(/(?<=\w)\n(?=\w)/, ""), "invalid line length"],
    ["a line that is too short", (file) => file.replace(/(\w{4})\n(?=\w)/, "\n$1"), "invalid line length"],
    ["text after it", (file) => `${file}x\n`, "trailing data after armored file"],
    ["another block after it", (file) => file + file, "trailing data after armored file"],
    ["CR within a line", (file) => file.replace(/(?<=\w{60})\w(?=\w)/, "\r"), "invalid base64"],
  ])("with %s", async (_, change, failure) => {
    const file = await encryptAgeFile(contentOf(32), await parseRecipient(recipient, contextWith()), chosen);
    const opened = decryptAgeFile(change(file), native(identity), chosen);
    if (failure === undefined) expect(await opened).toEqual(contentOf(32));
    else await expect(opened).rejects.toThrow(`invalid armor: ${failure}`);
  });
});

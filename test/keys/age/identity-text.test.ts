import { bech32 } from "@scure/base";
import { describe, expect, it } from "vitest";
import { parseIdentities } from "../../../src/keys/age/identity-file.ts";
import type { IdentityLayout } from "../../../src/keys/age/identity-text.ts";
import { expectNoSecrets } from "../../support/canary.ts";
import { contextWith, corpusKey } from "../context.ts";

const identityOf = (file: string): string => /AGE-SECRET-KEY-\S+/.exec(corpusKey(file))?.[0] ?? "";
const [alice, bob, pq] = ["alice.txt", "bob.txt", "pq.txt"].map(identityOf) as [string, string, string];
const ofLength = (prefix: string, length: number): string =>
  bech32.encode(prefix.toLowerCase(), bech32.toWords(new Uint8Array(length).fill(5)), false).toUpperCase();
const plugin = ofLength("AGE-PLUGIN-YUBIKEY-", 7);

const parse = (text: string, layout: IdentityLayout = "lines") => parseIdentities(text, layout, "HERE", contextWith());

describe("the text of identities", () => {
  it.each<[string, IdentityLayout, string, number]>([
    ["nothing", "lines", "", 0],
    ["comments and empty lines", "lines", "# one\n\n#two\r\n", 0],
    ["one identity", "lines", `# created: now\n${alice}\n`, 1],
    ["Windows line ends", "lines", `# note\r\n${alice}\r\n${bob}\r\n`, 2],
    ["no newline at the end", "lines", `${alice}\n${pq}`, 2],
    ["words", "words", `  ${alice}\t${bob}\n# ${bob}\n${pq} `, 3],
  ])("may be %s", async (_, layout, text, count) => {
    const { native, problems } = await parse(text, layout);
    expect([native.length, problems.length]).toEqual([count, 0]);
  });

  it.each<[string, string, number, string]>([
    ["a blank at a line's end", `${alice} `, 1, "malformed secret key: invalid character data part"],
    ["a byte order mark", `\uFEFF${alice}`, 1, "unknown identity type"],
    ["a byte order mark before a comment", `\uFEFF# note\n${alice}`, 1, "unknown identity type"],
    ["two on a line", `${bob}\n${alice} ${bob}`, 2, "malformed secret key: invalid character"],
    ["a wrong character", `${bob}\n\n${alice.slice(0, -1)}!`, 3, "malformed secret key: invalid character"],
    [
      "a wrong checksum",
      alice.replace(/.$/, (end) => (end === "Q" ? "P" : "Q")),
      1,
      "malformed secret key: invalid checksum",
    ],
    ["an identity that is cut off", alice.slice(0, 18), 1, "malformed secret key: separator"],
    ["an identity of 31 bytes", ofLength("AGE-SECRET-KEY-", 31), 1, "malformed secret key: invalid length"],
    ["a hybrid identity of 33 bytes", ofLength("AGE-SECRET-KEY-PQ-", 33), 1, "malformed secret key: invalid length"],
    ["mixed case", alice.replace("KEY-1", "KEY-1q"), 1, "malformed secret key: mixed case"],
    ["a recipient", "age1qqqqqq", 1, "unknown identity type"],
    ["an SSH key", corpusKey("ssh_ed25519"), 1, "unknown identity type"],
    ["anything else", "hunter22", 1, "unknown identity type"],
  ])("is unusable as a whole with %s", async (_, text, line, problem) => {
    const { native, others, problems } = await parse(text);
    expect([native, others, problems.length]).toEqual([[], [], 1]);
    expect(problems[0]?.message).toContain(`failed to parse 'HERE' age identities: error at line ${line}: ${problem}`);
    const secrets = [alice.slice(16, 40), bob.slice(16, 40), "hunter22", corpusKey("ssh_ed25519").slice(100, 150)];
    await expectNoSecrets(secrets, { errors: problems });
  });

  it("may hold the identities of plugins, which come after the native ones", async () => {
    const { native, others, problems } = await parse(`${plugin}\n${alice}\n${bob}`);
    expect([native.length, others.length, problems]).toEqual([2, 1, []]);
  });

  it.each([
    [plugin.replace(/.$/, (end) => (end === "Q" ? "P" : "Q")), "invalid identity encoding: invalid checksum"],
    [ofLength("AGE-PLUGIN-", 3), "not a plugin identity"],
    [ofLength("AGE-PLUGIN--", 3), 'invalid plugin name: ""'],
    [ofLength("AGE-PLUGIN-A/B-", 3), 'invalid plugin name: "a/b"'],
  ])("is unusable with the plugin identity %s", async (text, problem) => {
    const { native, others, problems } = await parse(`${alice}\n${text}`);
    expect([native, others]).toEqual([[], []]);
    expect(problems[0]?.message).toBe(`failed to parse 'HERE' age identities: error at line 2: ${problem}`);
  });

  it.each(["locked.age", "binary"])("may be protected by a passphrase: %s", async (name) => {
    const text = name === "binary" ? "age-encryption.org/v1\n-> scrypt x 18\n" : corpusKey(name);
    const { native, others, problems } = await parse(text);
    expect([native, others.length, problems]).toEqual([[], 1, []]);
  });

  it.each([
    ["is damaged", "-----BEGIN AGE ENCRYPTED FILE-----\n???", "failed to read 'HERE': invalid armor"],
    ["is too long", `age-encryption.org/v1\n${"x".repeat(2 ** 24)}`, "failed to read 'HERE': file too long"],
    ["is far too long", `-----BEGIN AGE${"x".repeat(2 ** 25)}`, "failed to read 'HERE': file too long"],
  ])("is unusable when it is protected and %s", async (_, text, problem) => {
    const { others, problems } = await parse(text);
    expect(others).toEqual([]);
    expect(problems[0]?.message).toContain(problem);
  });
});

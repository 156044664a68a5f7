import { bech32 } from "@scure/base";
import { describe, expect, it } from "vitest";
import { cipher } from "../../../src/crypto/node.ts";
import { parseIdentities, type IdentityLayout } from "../../../src/keys/age/identity-text.ts";
import { expectNoSecrets } from "../../support/canary.ts";
import { corpusKey } from "../context.ts";

const identityOf = (file: string): string => /AGE-SECRET-KEY-\S+/.exec(corpusKey(file))?.[0] ?? "";
const [alice, bob, pq] = ["alice.txt", "bob.txt", "pq.txt"].map(identityOf) as [string, string, string];
const ofLength = (prefix: string, length: number): string =>
  bech32.encode(prefix.toLowerCase(), bech32.toWords(new Uint8Array(length).fill(5)), false).toUpperCase();
const plugin = "AGE-PLUGIN-YUBIKEY-1QQPQZ";

const parse = (text: string, layout: IdentityLayout = "lines") => parseIdentities(text, layout, "HERE", cipher);

describe("the text of identities", () => {
  it.each<[string, IdentityLayout, string, number]>([
    ["nothing", "lines", "", 0],
    ["comments and empty lines", "lines", "# one\n\n#two\r\n", 0],
    ["one identity", "lines", `# created: now\n${alice}\n`, 1],
    ["Windows line ends and a byte order mark", "lines", `\uFEFF# note\r\n${alice}\r\n${bob}\r\n`, 2],
    ["no newline at the end", "lines", `${alice}\n${pq}`, 2],
    ["words", "words", `  ${alice}\t${bob}\n# ${bob}\n${pq} `, 3],
  ])("may be %s", (_, layout, text, count) => {
    const { native, problems } = parse(text, layout);
    expect([native.length, problems.length]).toEqual([count, 0]);
  });

  it.each<[string, string, number, string]>([
    ["a blank at a line's end", `${alice} `, 1, "malformed secret key: invalid character data part"],
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
    const { native, others, problems } = parse(text);
    expect([native, others, problems.length]).toEqual([[], [], 1]);
    expect(problems[0]?.message).toContain(`failed to parse 'HERE' age identities: error at line ${line}: ${problem}`);
    const secrets = [alice.slice(16, 40), bob.slice(16, 40), "hunter22", corpusKey("ssh_ed25519").slice(100, 150)];
    await expectNoSecrets(secrets, { errors: problems });
  });

  it("stays usable beside the identity of a plugin", () => {
    const { native, problems } = parse(`${alice}\n${plugin}\n${bob}`);
    expect(native).toHaveLength(2);
    expect(problems.map((problem) => problem.message)).toEqual([
      "the identity of an age plugin in 'HERE' at line 2 is not available in sops-ts",
    ]);
  });

  it.each(["locked.age", "binary"])("says that a passphrase protects it: %s", (name) => {
    const text = name === "binary" ? "age-encryption.org/v1\n-> scrypt x 18\n" : corpusKey(name);
    const { native, problems } = parse(text);
    expect(native).toEqual([]);
    expect(problems[0]?.message).toContain("'HERE' is an identity file that a passphrase protects");
  });
});

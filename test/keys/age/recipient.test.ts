import { describe, expect, it } from "vitest";
import { parseRecipient } from "../../../src/keys/age/recipient.ts";
import { expectNoSecrets } from "../../support/canary.ts";
import { contextWith, corpusKey, corpusRecipient } from "../context.ts";

const alice = corpusRecipient("alice");
const ed25519 = corpusRecipient("ssh_ed25519");
const rsa = corpusRecipient("ssh_rsa");
const bech32 = "failed to parse input as Bech32-encoded age public key: malformed recipient";
const ssh = "failed to parse input as age-ssh public key: malformed SSH recipient";

const failureOf = (text: string): Promise<unknown> =>
  parseRecipient(text, contextWith()).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );

/** A byte string of up to 255 bytes in SSH's wire format. */
const frame = (bytes: Buffer): Buffer => Buffer.concat([Buffer.from([0, 0, 0, bytes.length]), bytes]);

describe("an age recipient", () => {
  it.each([alice, corpusRecipient("pq"), ed25519, `${ed25519} me@host`, `${ed25519}\tsome words`, rsa])(
    "is %s",
    async (text) => {
      expect(await parseRecipient(text, contextWith())).toBeDefined();
    },
  );

  it.each([
    ["", 'failed to parse input, unknown recipient type: ""'],
    ["AGE1QQ", 'failed to parse input, unknown recipient type: "AGE1QQ"'],
    ["age1nope", `${bech32} "age1nope": separator '1' at invalid position: pos=3, len=8`],
    [alice.replace("m", "n"), `${bech32} "${alice.replace("m", "n")}": invalid checksum`],
    ["age1pq1qqqqqq", `${bech32} "age1pq1qqqqqq": invalid checksum`],
    [
      "age1x1qqqqqq",
      'failed to parse input as age key from age plugin: "age1x1qqqqqq": invalid recipient encoding: invalid checksum',
    ],
    ["ssh-dss AAAA", `${ssh}: "ssh-dss AAAA": unknown SSH recipient type: "ssh-dss"`],
    ["ssh-ed25519", `${ssh}: "ssh-ed25519": ssh: no key found`],
    ["ssh-ed25519 !", `${ssh}: "ssh-ed25519 !": ssh: no key found`],
    [ed25519.replace("ed25519", "rsa"), "ssh: the key is not of the type that its line names"],
    [`${ed25519.slice(0, -4)}`, "ssh: invalid size for Ed25519 public key"],
    [`${ed25519}AAAA`, "ssh: trailing junk in public key"],
    [`ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIP${"/".repeat(42)}`, "invalid Ed25519 public key"],
    ["ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQDf", "ssh: short read"],
  ])("is not %j", async (text, message) => {
    expect(await failureOf(text)).toMatchObject({
      code: "INVALID_MASTER_KEY",
      message: expect.stringContaining(message),
    });
  });

  it("is not an RSA key that is too small", async () => {
    const { generateKeyPairSync } = await import("node:crypto");
    const { n = "" } = generateKeyPairSync("rsa", { modulusLength: 1024 }).publicKey.export({ format: "jwk" });
    const modulus = Buffer.concat([Buffer.of(0), Buffer.from(n, "base64url")]);
    const wire = Buffer.concat([frame(Buffer.from("ssh-rsa")), frame(Buffer.of(1, 0, 1)), frame(modulus)]);
    const error = await failureOf(`ssh-rsa ${wire.toString("base64")}`);
    expect(error).toMatchObject({ message: expect.stringContaining("RSA key size is too small") });
  });

  it("is not an identity, which no message repeats", async () => {
    const identity = /AGE-SECRET-KEY-\w+/.exec(corpusKey("alice.txt"))?.[0] ?? "";
    const sshKey = corpusKey("ssh_ed25519");
    for (const text of [identity, identity.toLowerCase(), identity.slice(0, -1), sshKey]) {
      const error = await failureOf(text);
      expect(error).toMatchObject({ message: expect.stringContaining("a secret key") });
      await expectNoSecrets([identity.slice(20), identity.toLowerCase().slice(20), sshKey.slice(100, 160)], {
        errors: [error],
      });
    }
  });
});

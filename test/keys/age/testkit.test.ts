import { createHash } from "node:crypto";
import { inflateSync } from "node:zlib";
import { armor } from "age-encryption";
import * as vectors from "cctv-age";
import { describe, expect, it } from "vitest";
import { cipher } from "../../../src/crypto/node.ts";
import { decryptAgeFile } from "../../../src/keys/age/age-file.ts";
import { parseIdentities } from "../../../src/keys/age/identity-text.ts";

/*
 * The public vectors of the age format (C2SP's CCTV), with our X25519 identity.
 */

interface Vector {
  readonly name: string;
  readonly fields: ReadonlyMap<string, string>;
  readonly identities: readonly string[];
  readonly file: Uint8Array;
}

function parseVector([name, bytes]: [string, Uint8Array]): Vector {
  const text = Buffer.from(bytes).toString("latin1");
  const end = text.indexOf("\n\n");
  const pairs = text
    .slice(0, end)
    .split("\n")
    .map((line) => line.split(": ") as [string, string]);
  const fields = new Map(pairs);
  const body = bytes.subarray(end + 2);
  const identities = pairs.filter(([key]) => key === "identity").map(([, value]) => value);
  return { name, fields, identities, file: fields.get("compressed") === "zlib" ? inflateSync(body) : body };
}

const all = Object.entries(vectors as unknown as Record<string, Uint8Array>)
  .filter(([, bytes]) => bytes instanceof Uint8Array)
  .map(parseVector);

/** Not ours to do: files for a passphrase. */
const forPassphrase = all.filter((vector) => vector.fields.has("passphrase"));

describe("the vectors of the age format", () => {
  it("are all there", () => {
    expect(all.length).toBeGreaterThan(120);
    expect(forPassphrase.length).toBeLessThan(30);
  });

  it.each(all.filter((vector) => !forPassphrase.includes(vector)))("$name", async ({ fields, identities, file }) => {
    const text = fields.get("armored") === "yes" ? Buffer.from(file).toString("latin1") : armor.encode(file);
    const { native } = parseIdentities(identities.join("\n"), "lines", "here", cipher);
    const result = await decryptAgeFile(text, native).then(
      (plaintext) => (plaintext === undefined ? "no match" : createHash("sha256").update(plaintext).digest("hex")),
      () => "failure",
    );
    const expected = fields.get("expect");
    if (expected === "success") expect(result).toBe(fields.get("payload"));
    else expect(result).toBe(expected === "no match" ? "no match" : "failure");
  });
});

import { cipher } from "#cipher";
import { armor } from "age-encryption";
import * as vectors from "cctv-age";
import { describe, expect, it } from "vitest";
import { cipher as noble } from "../../../src/crypto/noble.ts";
import type { Cipher } from "../../../src/crypto/cipher.ts";
import { SopsError } from "../../../src/errors.ts";
import { decryptAgeFile } from "../../../src/keys/age/age-file.ts";
import { parseIdentities } from "../../../src/keys/age/identity-file.ts";
import { scryptIdentity } from "../../../src/keys/age/scrypt.ts";
import { contextWith } from "../context.ts";

/*
 * The public vectors of the age format (C2SP's CCTV), with all native identities: as bytes, armored, and with both
 * backends.
 */

interface Vector {
  readonly name: string;
  readonly fields: ReadonlyMap<string, string>;
  readonly identities: readonly string[];
  readonly passphrases: readonly string[];
  readonly body: Uint8Array;
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
  const valuesOf = (field: string): string[] => pairs.filter(([key]) => key === field).map(([, value]) => value);
  const secrets = { identities: valuesOf("identity"), passphrases: valuesOf("passphrase") };
  return { name, fields, ...secrets, body };
}

/** The encrypted file of a vector. */
async function fileOf({ fields, body }: Vector): Promise<Uint8Array> {
  if (fields.get("compressed") !== "zlib") return body;
  const stream = new Blob([new Uint8Array(body)]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

const all = Object.entries(vectors as unknown as Record<string, Uint8Array>)
  .filter(([, bytes]) => bytes instanceof Uint8Array)
  .map(parseVector);

describe("the vectors of the age format", () => {
  it("are all there", () => {
    expect(all.length).toBeGreaterThan(120);
    expect(all.filter((vector) => vector.passphrases.length > 0).length).toBeGreaterThan(20);
  });

  it.each(all)("$name", async (vector) => {
    const { fields, identities, passphrases } = vector;
    const file = await fileOf(vector);
    const { native } = await parseIdentities(identities.join("\n"), "lines", "here", contextWith());
    const ours = [...native, ...passphrases.map((passphrase) => scryptIdentity(async () => passphrase))];
    const result = (input: string | Uint8Array, backend: Cipher): Promise<string> =>
      decryptAgeFile(input, ours, backend).then(
        (plaintext) => (plaintext === undefined ? "no match" : Buffer.from(cipher.sha256(plaintext)).toString("hex")),
        failureOf,
      );
    const inputs =
      fields.get("armored") === "yes" ? [Buffer.from(file).toString("latin1")] : [file, armor.encode(file)];
    const expected = fields.get("expect");
    for (const input of inputs) {
      for (const backend of passphrases.length > 0 ? [cipher] : [cipher, noble]) {
        expect(await result(input, backend)).toBe(expected === "success" ? fields.get("payload") : expected);
      }
    }
  });
});

/** The vectors' word for a failure. */
function failureOf(error: unknown): string {
  if (!(error instanceof SopsError)) throw error;
  if (error.message.startsWith("invalid armor: ")) return "armor failure";
  if (error.message.startsWith("invalid header HMAC")) return "HMAC failure";
  return error.message.startsWith("invalid payload") ? "payload failure" : "header failure";
}

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { inspect } from "node:util";
import { expect } from "vitest";

/** Where secrets must not occur. */
export interface CanaryPlaces {
  /** Anything thrown: its message, stack, fields and causes are searched. */
  readonly errors?: readonly unknown[];
  /** Text or bytes that a person or a log may see. */
  readonly output?: readonly (string | Uint8Array)[];
  /** Folders whose files are searched, with everything below them. */
  readonly folders?: readonly string[];
}

/**
 * Asserts that none of the secrets occurs in any place: neither as it is, nor as Base64 or hexadecimal.
 * A secret shorter than 6 bytes is refused, since it may occur by chance. A failure names the place, not the secret.
 */
export async function expectNoSecrets(secrets: readonly (string | Uint8Array)[], places: CanaryPlaces): Promise<void> {
  const needles = secrets.flatMap(formsOf);
  expect(needles.length, "a canary needs secrets").toBeGreaterThan(0);
  const leaks: string[] = [];
  const search = (place: string, haystack: Buffer): void => {
    if (needles.some((needle) => haystack.includes(needle))) leaks.push(place);
  };
  const errors = (places.errors ?? []).map(everythingOf);
  for (const [index, error] of errors.entries()) search(`error ${index}`, Buffer.from(error));
  for (const [index, output] of (places.output ?? []).entries()) search(`output ${index}`, Buffer.from(output));
  for (const folder of places.folders ?? []) {
    for (const path of await filesBelow(folder)) search(path, await readFile(path));
  }
  expect(leaks.join(", "), "places in which a secret occurs").toBe("");
}

function formsOf(secret: string | Uint8Array): Buffer[] {
  const bytes = Buffer.from(secret);
  if (bytes.length < 6) throw new TypeError("a canary has at least 6 bytes");
  const base64 = bytes.toString("base64").replace(/.?=*$/, "");
  return [bytes, Buffer.from(base64), Buffer.from(bytes.toString("hex"))];
}

/** What an error may show anywhere: `inspect` follows causes and own fields, hidden ones too. */
function everythingOf(error: unknown): string {
  const shown = inspect(error, { depth: 20, showHidden: true, maxStringLength: null, maxArrayLength: null });
  return error instanceof Error ? `${error.message}\n${error.stack}\n${shown}` : shown;
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

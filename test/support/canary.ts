import { expect } from "vitest";

/** Where secrets must not occur. */
export interface CanaryPlaces {
  /** Anything thrown: its message, stack, fields and causes are searched. */
  readonly errors?: readonly unknown[];
  /** Text or bytes that a person or a log may see. */
  readonly output?: readonly (string | Uint8Array)[];
  /** Contents of files, by path. */
  readonly files?: ReadonlyMap<string, Uint8Array>;
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
  for (const [index, error] of (places.errors ?? []).entries()) {
    for (const part of everythingOf(error)) search(`error ${index}`, Buffer.from(part));
  }
  for (const [index, output] of (places.output ?? []).entries()) search(`output ${index}`, Buffer.from(output));
  for (const [path, content] of places.files ?? []) search(path, Buffer.from(content));
  expect(leaks.join(", "), "places in which a secret occurs").toBe("");
}

function formsOf(secret: string | Uint8Array): Buffer[] {
  const bytes = Buffer.from(secret);
  if (bytes.length < 6) throw new TypeError("a canary has at least 6 bytes");
  const base64 = bytes.toString("base64").replace(/.?=*$/, "");
  return [bytes, Buffer.from(base64), Buffer.from(bytes.toString("hex"))];
}

/** What an error may show anywhere: every text and all bytes that it leads to, in fields that are hidden and in causes too. */
function everythingOf(value: unknown, seen = new Set<unknown>()): (string | Uint8Array)[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null || seen.has(value)) return [];
  seen.add(value);
  if (value instanceof ArrayBuffer) return [new Uint8Array(value)];
  if (ArrayBuffer.isView(value)) return [new Uint8Array(value.buffer, value.byteOffset, value.byteLength)];
  const parts: unknown[] = value instanceof Error ? [value.message, value.stack] : [];
  if (value instanceof Map || value instanceof Set) parts.push(...[...value].flat());
  for (const key of Reflect.ownKeys(value)) {
    parts.push(String(key), Object.getOwnPropertyDescriptor(value, key)?.value);
  }
  return parts.flatMap((part) => everythingOf(part, seen));
}

import { cipher } from "#cipher";
import type { KeyContext } from "../../src/keys/key-source.ts";
import { localKeyService } from "../../src/keys/local-key-service.ts";
import { fixtureText } from "../support/fixture-files.ts";
import { memoryPlatform } from "../support/memory-platform.ts";

/** A context of its own cache, without files and environment, that uses what the caller gives and nothing else. */
export function contextWith(fields: Partial<KeyContext> = {}): KeyContext {
  return {
    platform: memoryPlatform(),
    cipher,
    keyServices: [localKeyService],
    keySources: {},
    identities: [],
    onlyGivenIdentities: true,
    askSecret: undefined,
    cache: new Map(),
    warn: () => undefined,
    log: () => undefined,
    ...fields,
  };
}

/** The text of a key file that sops's own cases are made with. */
export function corpusKey(name: string): string {
  return fixtureText(`corpus/keys/${name}`);
}

/** The recipient of a key file, by the key's name. */
export function corpusRecipient(name: string): string {
  const keys = JSON.parse(corpusKey("keys.json")) as Record<string, { recipient: string }>;
  return keys[name]?.recipient ?? "";
}

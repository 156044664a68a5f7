import { cipher } from "#cipher";
import { type Config, parseConfig } from "../../src/config/config.ts";
import type { KeyOptions } from "../../src/config/key-groups.ts";
import { describeKey } from "../../src/core/master-key.ts";
import type { AgeKey, KeyGroup } from "../../src/core/metadata.ts";
import { SopsError } from "../../src/errors.ts";
import type { KeyContext, KeySource } from "../../src/keys/key-source.ts";
import type { Platform } from "../../src/platform/platform.ts";
import { localKeyService } from "../../src/keys/local-key-service.ts";
import { memoryPlatform } from "./memory-platform.ts";

/** Takes anything for a recipient that begins like one; what a recipient must be is tested with the real source. */
const lenientAge: KeySource<AgeKey> = {
  kind: "age",
  parse: (text) =>
    text.split(",").map((part) => {
      const recipient = part.trim();
      if (/^(?:age1|ssh-)/.test(recipient)) return { kind: "age", recipient, enc: "" };
      throw new SopsError("INVALID_MASTER_KEY", `failed to parse input, unknown recipient type: "${recipient}"`);
    }),
  wrap: () => Promise.reject(new SopsError("GENERIC", "not here")),
  unwrap: () => Promise.reject(new SopsError("GENERIC", "not here")),
};

/** What rules are made with in tests of the config. */
export function keyOptions(platform: Platform = memoryPlatform(), more: Partial<KeyOptions> = {}): KeyOptions {
  const keyContext: KeyContext = {
    platform,
    cipher,
    keyServices: [localKeyService],
    keySources: { age: lenientAge },
    identities: [],
    onlyGivenIdentities: true,
    askSecret: undefined,
    cache: new Map(),
    warn: () => undefined,
    log: () => undefined,
  };
  return { keyContext, ...more };
}

/** A config at `/work/.sops.yaml`, where the working directory is `/work`. */
export function configOf(text: string): Promise<Config> {
  return parseConfig(new TextEncoder().encode(text), ".sops.yaml", memoryPlatform());
}

/** Keys as `kind string-form`. */
export function described(groups: readonly KeyGroup[]): string[][] {
  return groups.map((group) => group.map((key) => `${key.kind} ${describeKey(key)}`));
}

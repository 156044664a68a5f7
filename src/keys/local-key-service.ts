import { sourceOf } from "./complete-keys.ts";
import type { KeyService } from "./key-source.ts";

/** The keys of this machine: the key source of each kind. */
export const localKeyService: KeyService = {
  wrap: async (key, dataKey, context) => (await sourceOf(key, context)).wrap(key, dataKey, context),
  unwrap: async (key, context) => (await sourceOf(key, context)).unwrap(key, context),
};

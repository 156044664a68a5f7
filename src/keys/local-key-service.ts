import { sourceOf } from "./complete-keys.ts";
import type { KeyService } from "./key-source.ts";

/**
 * The keys of this machine: the key source of each kind. In a list of several it says when this machine is asked.
 *
 * @example
 * ```ts
 * import { type KeyService, localKeyService, readValue, SopsError } from "sops-ts";
 *
 * const elsewhere: KeyService = {
 *   wrap: () => Promise.reject(new SopsError("GENERIC", "out of order")),
 *   unwrap: () => Promise.reject(new SopsError("GENERIC", "out of order")),
 * };
 * const keyServices = [elsewhere, localKeyService];
 * console.log(await readValue("secrets.yaml", ["database", "user"], { keyServices })); // app
 * ```
 */
export const localKeyService: KeyService = {
  wrap: async (key, dataKey, context) => (await sourceOf(key, context)).wrap(key, dataKey, context),
  unwrap: async (key, context) => (await sourceOf(key, context)).unwrap(key, context),
};

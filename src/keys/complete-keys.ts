import type { MasterKey } from "../core/metadata.ts";
import type { KeyContext, KeySource } from "./key-source.ts";
import { loadKeySource } from "./registry.ts";

/**
 * Keys with what only their services can tell, such as the version of an Azure key; the others are given back as they are. All
 * services are asked at the same time.
 *
 * @throws SopsError as {@link KeySource.complete}
 */
export function completeKeys(keys: readonly MasterKey[], context: KeyContext): Promise<MasterKey[]> {
  return Promise.all(keys.map((key) => completeKey(key, context)));
}

/** One key, as {@link completeKeys}. */
export async function completeKey(key: MasterKey, context: KeyContext): Promise<MasterKey> {
  const source = await sourceOf(key, context);
  return source.complete === undefined ? key : source.complete(key, context);
}

/** The source of a key's kind, which takes this very key: the registry pairs them, but the compiler cannot follow a union. */
export async function sourceOf(key: MasterKey, context: KeyContext): Promise<KeySource> {
  return (await loadKeySource(key.kind, context.keySources)) as KeySource;
}

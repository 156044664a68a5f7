import type { KmsKey, MasterKey, Metadata } from "../core/metadata.ts";
import { isNewerVersion } from "../core/version.ts";
import { unwrapDataKey } from "./data-key.ts";
import { DataKeyError } from "./data-key-error.ts";
import type { KeyContext } from "./key-source.ts";

/** The release of sops that wraps with the encryption context that it writes down. */
const repairedVersion = "3.3.0";

/** What tells how a file's data key is wrapped, and by which release. */
export type DatedDataKey = Pick<Metadata, "keyGroups" | "shamirThreshold" | "version">;

/**
 * Whether a file is of a release whose AWS KMS keys with several values in their encryption context were wrapped with one of these
 * values in the place of all.
 *
 * @see https://github.com/mozilla/sops/pull/435
 */
export function hasDoubtfulContext({ keyGroups, version }: DatedDataKey): boolean {
  return isNewerVersion(repairedVersion, version) && keyGroups.flat().some(isDoubtful);
}

function isDoubtful(key: MasterKey): key is KmsKey {
  return key.kind === "kms" && valuesOf(key).length > 1;
}

/** The different values of a key's encryption context. */
function valuesOf({ context }: KmsKey): string[] {
  return [...new Set(Object.values(context))];
}

/**
 * Recovers the data key of a file as {@link unwrapDataKey} does. When that fails, and the encryption contexts are doubtful, each of
 * their values is tried in the place of all.
 *
 * @throws as {@link unwrapDataKey}, the error for the contexts that the file has
 */
export async function unwrapDatedDataKey(
  metadata: DatedDataKey,
  context: KeyContext,
  decryptionOrder?: readonly string[],
): Promise<Uint8Array> {
  try {
    return await unwrapDataKey(metadata, context, decryptionOrder);
  } catch (error) {
    if (!(error instanceof DataKeyError) || !hasDoubtfulContext(metadata)) throw error;
    const doubtful = metadata.keyGroups.flat().filter(isDoubtful);
    for (const value of new Set(doubtful.flatMap(valuesOf))) {
      const dataKey = await tryValue(value, metadata, context, decryptionOrder);
      if (dataKey === undefined) continue;
      context.warn(
        "the data key was wrapped by a sops before 3.3.0, with a wrong encryption context for AWS KMS; " +
          "wrap it anew with: sops-ts rotate --in-place FILE",
      );
      return dataKey;
    }
    throw error;
  }
}

async function tryValue(
  value: string,
  metadata: DatedDataKey,
  context: KeyContext,
  decryptionOrder: readonly string[] | undefined,
): Promise<Uint8Array | undefined> {
  const keyGroups = metadata.keyGroups.map((group) =>
    group.map((key) => (isDoubtful(key) ? withValue(key, value) : key)),
  );
  try {
    return await unwrapDataKey({ ...metadata, keyGroups }, context, decryptionOrder);
  } catch (error) {
    if (error instanceof DataKeyError) return undefined;
    throw error;
  }
}

/** A key with one value in the place of all, if it is one of its own. */
function withValue(key: KmsKey, value: string): KmsKey {
  if (!valuesOf(key).includes(value)) return key;
  return { ...key, context: Object.fromEntries(Object.keys(key.context).map((name) => [name, value])) };
}

import { describeKey } from "../core/master-key.ts";
import type { MasterKey, Metadata } from "../core/metadata.ts";
import { messageOf, SopsError } from "../errors.ts";
import { DataKeyError, type GroupAttempt, type KeyAttempt } from "./data-key-error.ts";
import { completeKey } from "./complete-keys.ts";
import { attemptEntry } from "./key-log.ts";
import { checkDecryptionOrder, defaultDecryptionOrder, sortByDecryptionOrder } from "./decryption-order.ts";
import type { KeyContext } from "./key-source.ts";

/** The part of the metadata that tells how the data key is wrapped. */
export type WrappedDataKey = Pick<Metadata, "keyGroups" | "shamirThreshold">;

/** Bytes of a data key. */
export const dataKeyBytes = 32;

/**
 * Recovers the data key of a file. In each group the keys are tried one after the other until one succeeds. With one group
 * that is the data key; with several it is the group's share, all shares are combined, and at least `shamirThreshold` are
 * needed.
 *
 * @param decryptionOrder - kinds of keys in the order in which they are tried; the others follow in stored order
 * @returns 32 bytes
 * @throws DataKeyError (`COULD_NOT_RETRIEVE_KEY`) which says of every key why it failed; SopsError of the same code when the
 * shares do not fit together; SopsError `DUPLICATE_DECRYPTION_KEY_TYPE`
 * @see sops sops.go, `Metadata.GetDataKeyWithKeyServices`
 */
export async function unwrapDataKey(
  metadata: WrappedDataKey,
  context: KeyContext,
  decryptionOrder: readonly string[] = defaultDecryptionOrder,
): Promise<Uint8Array> {
  checkDecryptionOrder(decryptionOrder);
  const { keyGroups, shamirThreshold } = metadata;
  const attempts: GroupAttempt[] = [];
  const parts: Uint8Array[] = [];
  for (const group of keyGroups) {
    // One after the other: a key may ask for a passphrase.
    const { part, keys } = await unwrapGroup(sortByDecryptionOrder(group, decryptionOrder), context);
    if (part !== undefined) parts.push(part);
    attempts.push({ ok: part !== undefined, keys });
  }
  const needed = keyGroups.length > 1 ? shamirThreshold : 1;
  const [first] = parts;
  if (first === undefined || parts.length < needed) throw new DataKeyError(attempts, shamirThreshold);
  const dataKey = keyGroups.length > 1 ? await combineParts(parts) : first;
  if (dataKey.length !== dataKeyBytes) throw wrongLength(dataKey.length);
  context.log({ level: "info", part: "SOPS", message: "Data key recovered successfully" });
  return dataKey;
}

async function unwrapGroup(
  group: readonly MasterKey[],
  context: KeyContext,
): Promise<{ part: Uint8Array | undefined; keys: KeyAttempt[] }> {
  const keys: KeyAttempt[] = [];
  for (const key of group) {
    const attempt = await unwrapKey(key, context);
    const found = attempt.part !== undefined;
    context.log(attemptEntry(key, "Decryption", found));
    if (found) return { part: attempt.part, keys };
    keys.push({ key: describeKey(key), errors: attempt.errors });
  }
  return { part: undefined, keys };
}

/** Asks the key services one after the other. */
async function unwrapKey(
  key: MasterKey,
  context: KeyContext,
): Promise<{ part: Uint8Array | undefined; errors: readonly Error[] }> {
  const errors: Error[] = [];
  for (const service of context.keyServices) {
    try {
      return { part: await service.unwrap(key, context), errors };
    } catch (error) {
      errors.push(toError(error));
    }
  }
  return { part: undefined, errors };
}

async function combineParts(parts: readonly Uint8Array[]): Promise<Uint8Array> {
  const { combine } = await import("../shamir/shamir.ts");
  try {
    return combine(parts);
  } catch (error) {
    const message = `could not get data key from shamir parts: ${messageOf(error)}`;
    throw new SopsError("COULD_NOT_RETRIEVE_KEY", message, { cause: error });
  }
}

function wrongLength(length: number): SopsError {
  const message = `the recovered data key has ${length} bytes and not ${dataKeyBytes}`;
  return new SopsError("COULD_NOT_RETRIEVE_KEY", message, {
    hint: "The metadata was damaged, or made by another program.",
  });
}

/**
 * Wraps a data key for every master key: with one group the data key itself, with several one share a group. Sets the `enc` of
 * all keys (a key that was not complete makes room for a complete one), and `shamirThreshold` to the number of groups where it is
 * 0 and there are several; changes nothing when it fails.
 *
 * @param dataKey - 32 bytes
 * @throws SopsError `COULD_NOT_GENERATE_DATA_KEY`, which says of every key that failed why it did
 * @see sops sops.go, `Metadata.UpdateMasterKeysWithKeyServices`
 */
export async function wrapDataKey(metadata: WrappedDataKey, dataKey: Uint8Array, context: KeyContext): Promise<void> {
  const { keyGroups } = metadata;
  if (context.keyServices.length === 0) throw notGenerated(["no key services provided, cannot update master keys"]);
  // Without a hint: sops's own tests compare all that is printed.
  if (keyGroups.length === 0) throw notGenerated(["no key groups provided"]);
  if (keyGroups.some((group) => group.length === 0)) throw notGenerated(["empty key group provided"]);
  const threshold = keyGroups.length > 1 ? metadata.shamirThreshold || keyGroups.length : metadata.shamirThreshold;
  const parts = keyGroups.length > 1 ? await splitDataKey(dataKey, keyGroups.length, threshold, context) : [dataKey];
  const wrapped = await Promise.all(
    keyGroups.flatMap((group, index) => group.map((key) => wrapForKey(key, parts[index] ?? dataKey, context))),
  );
  for (const [index, key] of keyGroups.flat().entries()) {
    context.log(attemptEntry(key, "Encryption", wrapped[index]?.enc !== undefined));
  }
  const failures = wrapped.flatMap(({ enc, errors }) => (enc === undefined ? errors : []));
  if (wrapped.some(({ enc }) => enc === undefined)) throw notGenerated(failures.map(messageOf), failures);
  for (const { key, enc = "" } of wrapped) key.enc = enc;
  const complete = wrapped.map(({ key }) => key);
  for (const group of keyGroups) group.splice(0, group.length, ...complete.splice(0, group.length));
  metadata.shamirThreshold = threshold;
}

async function splitDataKey(
  dataKey: Uint8Array,
  parts: number,
  threshold: number,
  context: KeyContext,
): Promise<Uint8Array[]> {
  const { split } = await import("../shamir/shamir.ts");
  const message = "Splitting data key with Shamir Secret Sharing";
  context.log({ level: "info", part: "SOPS", message, fields: { parts: `${parts}`, quorum: `${threshold}` } });
  try {
    return split(dataKey, parts, threshold, context.cipher.randomBytes);
  } catch (error) {
    throw notGenerated([`could not split data key into parts for Shamir: ${messageOf(error)}`], [error]);
  }
}

/** One key with its new `enc`; without one when no key service wrapped it. */
interface WrapAttempt {
  readonly key: MasterKey;
  readonly enc?: string;
  readonly errors: readonly SopsError[];
}

/** Asks the key services one after the other. */
async function wrapForKey(key: MasterKey, part: Uint8Array, context: KeyContext): Promise<WrapAttempt> {
  const errors: SopsError[] = [];
  try {
    const complete = await completeKey(key, context);
    for (const service of context.keyServices) {
      try {
        return { key: complete, enc: await service.wrap(complete, part, context), errors };
      } catch (error) {
        errors.push(notWrapped(key, error));
      }
    }
  } catch (error) {
    errors.push(notWrapped(key, error));
  }
  return { key, errors };
}

function notWrapped(key: MasterKey, error: unknown): SopsError {
  const message = `failed to encrypt new data key with master key ${JSON.stringify(describeKey(key))}: ${messageOf(error)}`;
  return new SopsError("COULD_NOT_GENERATE_DATA_KEY", message, { cause: error, ...hintOf(error) });
}

function notGenerated(reasons: readonly string[], causes: readonly unknown[] = []): SopsError {
  const message = `Could not generate data key: [${reasons.join(" ")}]`;
  const cause = causes.length > 1 ? new AggregateError(causes, message) : causes[0];
  const hints = causes.map(hintOf).filter(({ hint }) => hint !== undefined);
  return new SopsError("COULD_NOT_GENERATE_DATA_KEY", message, { cause, ...hints[0] });
}

function hintOf(error: unknown): { readonly hint?: string } {
  return error instanceof SopsError && error.hint !== undefined ? { hint: error.hint } : {};
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new SopsError("COULD_NOT_RETRIEVE_KEY", messageOf(error));
}

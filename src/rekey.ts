import { describeKey } from "./core/master-key.ts";
import type { KeyGroup, MasterKey } from "./core/metadata.ts";
import { SopsError } from "./errors.ts";
import { unwrapDataKey, wrapDataKey } from "./keys/data-key.ts";
import { keyContextOf, openFile, type OperationOptions, sealFile } from "./sops.ts";
import { emitEncrypted, loadEncrypted } from "./stores/metadata-placement.ts";
import { loadStore } from "./stores/registry.ts";
import type { Format, StoreOptions } from "./stores/store.ts";

/** What the operations on an encrypted file's keys take. */
export interface RekeyOptions extends OperationOptions {
  /** Format of the encrypted file. */
  readonly format: Format;
  /** Format of the result. Default: `format`. */
  readonly outputFormat?: Format;
  /** Layout of the result. */
  readonly outputStore?: StoreOptions;
}

/** What {@link rotateFile} takes. */
export interface RotateOptions extends RekeyOptions {
  /** Master keys to add to the first group. Default: none. */
  readonly addKeys?: readonly MasterKey[];
  /** Master keys to remove from all groups; two are the same when their string forms are. Default: none. */
  readonly removeKeys?: readonly MasterKey[];
}

/**
 * Gives a file a new data key, and encrypts all its values anew with the IVs that they had. `version`, the selection rule, the
 * threshold and the `created_at` of keys that stay are kept.
 *
 * @returns the bytes of the file
 * @throws SopsError as `decryptBytes` and `encryptBytes`; `COULD_NOT_GENERATE_DATA_KEY` when a group is left empty
 * @see sops cmd/sops/rotate.go
 */
export async function rotateFile(file: Uint8Array, options: RotateOptions): Promise<Uint8Array> {
  const output = await loadStore(options.outputFormat ?? options.format, options.outputStore);
  const opened = await openFile(file, await loadStore(options.format), { ...options, keepIvs: true });
  const { metadata } = opened;
  const removed = new Set((options.removeKeys ?? []).map(describeKey));
  metadata.keyGroups = metadata.keyGroups
    .map((group, index) => (index === 0 ? [...group, ...(options.addKeys ?? [])] : group))
    .map((group) => group.filter((key) => !removed.has(describeKey(key))));
  const context = keyContextOf(options);
  const dataKey = context.cipher.randomBytes(32);
  await wrapDataKey(metadata, dataKey, context);
  return sealFile({ ...opened, dataKey }, output, options);
}

/** How a file's keys are to be: its groups and its threshold. */
export interface KeyPlan {
  readonly keyGroups: KeyGroup[];
  /** 0 where there is one group. */
  readonly shamirThreshold: number;
}

/**
 * Replaces the key groups of a file and wraps its data key again for all of them. Values, MAC, `lastmodified` and `version` stay.
 *
 * @param plan - what the file is to have, from what it has
 * @returns the bytes of the file
 * @throws SopsError `COULD_NOT_RETRIEVE_KEY`, `COULD_NOT_GENERATE_DATA_KEY`; what `plan` throws
 */
export async function replaceKeyGroups(
  file: Uint8Array,
  plan: (current: KeyPlan) => KeyPlan,
  options: RekeyOptions,
): Promise<Uint8Array> {
  const input = await loadStore(options.format);
  const output = await loadStore(options.outputFormat ?? options.format, options.outputStore);
  const { branches, metadata } = loadEncrypted(input.encryptedForm ?? input, file);
  const context = keyContextOf(options);
  const dataKey = await unwrapDataKey(metadata, context, options.decryptionOrder);
  const { keyGroups, shamirThreshold } = plan(metadata);
  const changed = { ...metadata, keyGroups, shamirThreshold };
  await wrapDataKey(changed, dataKey, context);
  return emitEncrypted(output.encryptedForm ?? output, { branches, metadata: changed });
}

/** The plan that appends a group; `threshold` 0 keeps the file's own. */
export function addingGroup(group: KeyGroup, threshold: number): (current: KeyPlan) => KeyPlan {
  return ({ keyGroups, shamirThreshold }) => ({
    keyGroups: [...keyGroups, group],
    shamirThreshold: threshold || shamirThreshold,
  });
}

/**
 * The plan that removes a group; `threshold` 0 keeps the file's own.
 *
 * @param index - counts from 0
 */
export function deletingGroup(index: number, threshold: number): (current: KeyPlan) => KeyPlan {
  return ({ keyGroups, shamirThreshold }) => {
    if (index < 0 || index >= keyGroups.length) {
      throw new SopsError("GENERIC", `there is no key group ${index}: the file has ${keyGroups.length}, counted from 0`);
    }
    const remaining = keyGroups.filter((_, position) => position !== index);
    const needed = threshold || shamirThreshold;
    if (remaining.length < needed) {
      throw new SopsError(
        "GENERIC",
        "removing this key group will make the Shamir threshold impossible to satisfy: " +
          `Shamir threshold is ${needed}, but we only have ${remaining.length} key groups`,
        { hint: "Lower the threshold with --shamir-secret-sharing-threshold." },
      );
    }
    return { keyGroups: remaining, shamirThreshold: needed };
  };
}

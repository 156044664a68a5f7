import { describeKey } from "./core/master-key.ts";
import type { KeyGroup, MasterKey } from "./core/metadata.ts";
import { sopsVersion } from "./core/version.ts";
import { SopsError } from "./errors.ts";
import { wrapDataKey } from "./keys/data-key.ts";
import { hasDoubtfulContext, unwrapDatedDataKey } from "./keys/encryption-context-repair.ts";
import { keyContextOf, openLoaded, type OperationOptions, sealFile } from "./sops.ts";
import { emitEncrypted, type EncryptedFile, loadEncrypted } from "./stores/metadata-placement.ts";
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
  /** Go on although the MAC does not fit. Default: false. */
  readonly ignoreMac?: boolean;
  /** Master keys to add to the first group. Default: none. */
  readonly addKeys?: readonly MasterKey[];
  /** Master keys to remove from all groups; two are the same when their string forms are. Default: none. */
  readonly removeKeys?: readonly MasterKey[];
}

/**
 * Gives a file a new data key, and encrypts all its values anew with the IVs that they had. `version`, the selection rule, the
 * threshold and the `created_at` of keys that stay are kept; but `version` changes where an old release may have wrapped the data
 * key with wrong encryption contexts, which is then repaired.
 *
 * @returns the bytes of the file
 * @throws SopsError as `decryptBytes` and `encryptBytes`; `COULD_NOT_GENERATE_DATA_KEY` when a group is left empty
 * @see sops cmd/sops/rotate.go
 */
export async function rotateFile(file: Uint8Array, options: RotateOptions): Promise<Uint8Array> {
  const output = await loadStore(options.outputFormat ?? options.format, options.outputStore);
  const encrypted = await readEncryptedFile(file, options.format);
  await options.audit?.("rotate");
  const opened = await openLoaded(encrypted, { ...options, keepIvs: true });
  const { metadata } = opened;
  const removed = new Set((options.removeKeys ?? []).map(describeKey));
  metadata.keyGroups = metadata.keyGroups
    .map((group, index) => (index === 0 ? [...group, ...(options.addKeys ?? [])] : group))
    .map((group) => group.filter((key) => !removed.has(describeKey(key))));
  const context = keyContextOf(options);
  const dataKey = context.cipher.randomBytes(32);
  await wrapDataKey(metadata, dataKey, context);
  // Now that each key is wrapped with its own context, nobody has to doubt it.
  if (hasDoubtfulContext(metadata)) metadata.version = sopsVersion;
  return sealFile({ ...opened, dataKey }, output, options);
}

/** How a file's keys are, or are to be: its groups and its threshold. */
export interface KeyPlan {
  readonly keyGroups: KeyGroup[];
  /** 0 where there is one group; 1 too, where there were more. */
  readonly shamirThreshold: number;
}

/**
 * Reads an encrypted file without any key, for {@link replaceKeyGroups}. Its metadata is its present {@link KeyPlan}.
 *
 * @throws SopsError `COULD_NOT_READ_INPUT_FILE`, `METADATA_NOT_FOUND`, `INVALID_METADATA`
 */
export async function readEncryptedFile(file: Uint8Array, format: Format): Promise<EncryptedFile> {
  const store = await loadStore(format);
  return loadEncrypted(store.encryptedForm ?? store, file);
}

/**
 * Replaces the key groups of a file and wraps its data key again for all of them. Values, MAC, `lastmodified` and `version` stay.
 *
 * @returns the bytes of the file
 * @throws SopsError `COULD_NOT_RETRIEVE_KEY`, `COULD_NOT_GENERATE_DATA_KEY`, `ERROR_DUMPING_TREE`
 */
export async function replaceKeyGroups(
  { branches, metadata }: EncryptedFile,
  { keyGroups, shamirThreshold }: KeyPlan,
  options: RekeyOptions,
): Promise<Uint8Array> {
  const output = await loadStore(options.outputFormat ?? options.format, options.outputStore);
  const context = keyContextOf(options);
  const dataKey = await unwrapDatedDataKey(metadata, context, options.decryptionOrder);
  const changed = { ...metadata, keyGroups, shamirThreshold };
  await wrapDataKey(changed, dataKey, context);
  return emitEncrypted(output.encryptedForm ?? output, { branches, metadata: changed });
}

/** The plan that appends a group; `threshold` 0 keeps the file's own. */
export function addingGroup({ keyGroups, shamirThreshold }: KeyPlan, group: KeyGroup, threshold: number): KeyPlan {
  const groups = [...keyGroups, group];
  return { keyGroups: groups, shamirThreshold: threshold || keptThreshold(shamirThreshold, groups.length) };
}

/**
 * The plan that removes a group; `threshold` 0 keeps the file's own.
 *
 * @param index - counts from 0
 * @throws SopsError `GENERIC` when there is no such group, or too few would stay
 */
export function deletingGroup({ keyGroups, shamirThreshold }: KeyPlan, index: number, threshold: number): KeyPlan {
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
}

/** The plan that takes the groups of a creation rule; the file's threshold is kept as far as there are groups for it. */
export function updatingGroups({ shamirThreshold }: KeyPlan, keyGroups: readonly KeyGroup[]): KeyPlan {
  const threshold = Math.min(shamirThreshold, keyGroups.length);
  return { keyGroups: [...keyGroups], shamirThreshold: keptThreshold(threshold, keyGroups.length) };
}

/** One of several groups cannot be enough: a file that was left with one group and grows again needs all of its groups. */
function keptThreshold(threshold: number, groups: number): number {
  return threshold === 1 && groups > 1 ? groups : threshold;
}

import type { Branch } from "./core/tree.ts";
import { SopsError } from "./errors.ts";
import { openFile, type OperationOptions, sealFile } from "./sops.ts";
import { loadStore } from "./stores/registry.ts";
import type { Format, StoreOptions } from "./stores/store.ts";

/** What {@link changeFile} takes. */
export interface ChangeOptions extends OperationOptions {
  /** Format of the encrypted file. */
  readonly format: Format;
  /** Format of the result. Default: `format`. */
  readonly outputFormat?: Format;
  /** Layout of the result. */
  readonly outputStore?: StoreOptions;
  /** Go on although the MAC does not fit. Default: false. */
  readonly ignoreMac?: boolean;
}

/**
 * Changes the first document of an encrypted file. What stays the same keeps its ciphertext; keys, rules and `version` are kept.
 *
 * @param change - changes the plain document in place
 * @returns the bytes of the file
 * @throws SopsError as `decryptBytes` and `encryptBytes`, and what `change` throws
 * @see sops cmd/sops/set.go
 */
export async function changeFile(
  file: Uint8Array,
  change: (root: Branch) => void,
  options: ChangeOptions,
): Promise<Uint8Array> {
  const output = await loadStore(options.outputFormat ?? options.format, options.outputStore);
  const opened = await openFile(file, await loadStore(options.format), { ...options, keepIvs: true });
  const [root] = opened.branches;
  if (root === undefined) throw new SopsError("NEED_AT_LEAST_ONE_DOCUMENT", "The file has no document to change");
  change(root);
  return sealFile(opened, output, options);
}

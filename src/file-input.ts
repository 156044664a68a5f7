import { platform as defaultPlatform } from "#platform";
import type { OperationOptions } from "./sops.ts";
import { formatForPath } from "./stores/format.ts";
import { loadStore } from "./stores/registry.ts";
import type { Format, Store, StoreOptions } from "./stores/store.ts";

/** A path (where there is a file system), or the bytes of a file. */
export type FileInput = string | Uint8Array;

/** The bytes of a file. */
export async function bytesOf(file: FileInput, options: OperationOptions): Promise<Uint8Array> {
  return typeof file === "string" ? await (options.platform ?? defaultPlatform).readFile(file) : file;
}

/**
 * The store of a file's format.
 *
 * @throws TypeError for bytes without `format`
 */
export async function storeFor(
  file: FileInput,
  options: { readonly format?: Format },
  layout: StoreOptions | undefined,
): Promise<Store> {
  const format = options.format ?? (typeof file === "string" ? formatForPath(file) : undefined);
  if (format === undefined) throw new TypeError("bytes have no name to tell their format: give options.format");
  return loadStore(format, layout ?? {});
}

import { SopsError } from "../errors.ts";
import { openFile, type OperationOptions } from "../sops.ts";
import { loadStore } from "../stores/registry.ts";
import type { Format } from "../stores/store.ts";
import type { Fault } from "./fault.ts";

/**
 * Decrypts a file in memory to see whether values and MAC belong together. Nothing of what it holds is kept or told.
 *
 * @returns the fault, if there is one; `no-identity` when no identity here opens the file
 */
export async function checkMac(
  file: string,
  content: Uint8Array,
  format: Format,
  options: OperationOptions,
): Promise<Fault | "no-identity" | undefined> {
  try {
    await openFile(content, await loadStore(format), options);
    return undefined;
  } catch (error) {
    if (!(error instanceof SopsError)) throw error;
    if (error.code === "COULD_NOT_RETRIEVE_KEY") return "no-identity";
    if (error.code === "AUDIT_FAILED") throw error;
    const hint = "Restore the file from version control.";
    const { path } = error;
    if (error.code !== "MAC_MISMATCH") {
      return { kind: "damaged-value", file, path, message: "a value cannot be decrypted", hint };
    }
    const message = "the MAC does not fit: values were added, removed, reordered or changed after encryption";
    return { kind: "mac", file, message, hint };
  }
}

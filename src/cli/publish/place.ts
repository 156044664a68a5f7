import type { Destination } from "../../config/destination-rule.ts";
import type { KeyContext } from "../../keys/key-source.ts";
import type { Platform } from "../../platform/platform.ts";

/** What is sent: the bytes of a file, or for Vault the values themselves as a JSON object. */
export interface Upload {
  readonly content: Uint8Array;
  /** The file's name at its destination, behind prefix or path. */
  readonly name: string;
  readonly context: KeyContext;
}

/** How long one upload may take, with all the requests that it needs. */
export const uploadMs = 120_000;

/** Where a file goes, as a person reads it. */
export function placeOf(destination: Destination, name: string, platform: Platform): string {
  switch (destination.kind) {
    case "s3":
    case "gcs":
      return `${destination.kind}://${destination.bucket}/${destination.prefix}${name}`;
    case "vault":
      return `${vaultAddress(destination, platform)}/v1/${vaultPath(destination, name)}`;
  }
}

/** A place in the KV engine of Vault. */
export type VaultDestination = Extract<Destination, { kind: "vault" }>;

/** The address of the rule, else that of the environment; without a slash at the end. */
export function vaultAddress({ address }: VaultDestination, platform: Platform): string {
  const found = address || platform.env("VAULT_AGENT_ADDR") || platform.env("VAULT_ADDR") || "https://127.0.0.1:8200";
  return found.replace(/\/+$/, "");
}

/** Where the engine has a secret. */
export function vaultPath({ mountName, path, version }: VaultDestination, name: string): string {
  return `${mountName}${version === 1 ? "" : "data/"}${path}${name}`;
}

import type { Destination } from "../../config/destination-rule.ts";
import type { Platform } from "../../platform/platform.ts";

/** What is sent: the bytes of a file, or for Vault the values themselves as a JSON object. */
export interface Upload {
  readonly content: Uint8Array;
  /** The file's name at its destination, behind prefix or path. */
  readonly name: string;
}

/** Where a file goes, as a person reads it. */
export function placeOf(destination: Destination, name: string, platform: Platform): string {
  switch (destination.kind) {
    case "s3":
    case "gcs":
      return `${destination.kind}://${destination.bucket}/${destination.prefix}${name}`;
    case "vault":
      return `${withoutUser(vaultAddress(destination, platform))}/v1/${vaultPath(destination, name)}`;
  }
}

/** Who asks may stand in an address, with a password that is nobody else's affair. */
export function withoutUser(address: string): string {
  return address.replace(/^(\w*:?\/\/)?[^/?#]*@/, "$1");
}

/** A place in the KV engine of Vault. */
export type VaultDestination = Extract<Destination, { kind: "vault" }>;

/** The address of the rule, else that of the environment. */
function vaultAddress({ address }: VaultDestination, platform: Platform): string {
  return address || platform.env("VAULT_ADDR") || "https://127.0.0.1:8200";
}

/** Whom to ask: an agent in the environment stands for the server there, but not for that of the rule. Ends without a slash. */
export function vaultServer(destination: VaultDestination, platform: Platform): string {
  const agent = destination.address === "" ? platform.env("VAULT_AGENT_ADDR") : undefined;
  return (agent || vaultAddress(destination, platform)).replace(/\/+$/, "");
}

/** Where the engine has a secret. */
export function vaultPath({ mountName, path, version }: VaultDestination, name: string): string {
  return `${mountName}${version === 1 ? "" : "data/"}${path}${name}`;
}

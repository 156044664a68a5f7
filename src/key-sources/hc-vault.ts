/**
 * The key source for HashiCorp Vault and OpenBao.
 *
 * @packageDocumentation
 */
export { hcVault, type HcVaultOptions } from "../keys/hc-vault.ts";
export type { RemoteOptions } from "../keys/remote-key-source.ts";

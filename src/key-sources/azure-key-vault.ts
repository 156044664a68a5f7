/**
 * The key source for Azure Key Vault.
 *
 * @packageDocumentation
 */
export { type AzureCredential, azureKeyVault, type AzureKeyVaultOptions } from "../keys/azure-kv.ts";
export type { RemoteOptions } from "../keys/remote-key-source.ts";

/**
 * Key sources for the keys of clouds, for `keySources` of an operation: with clients, credentials and time limits of the caller's. The
 * built-in ones are the same without any of these.
 *
 * @packageDocumentation
 */
export { type AwsCredentials, type AwsIdentity, awsKms, type AwsKmsOptions, type KmsClient } from "./keys/kms.ts";
export { gcpKms, type GcpKmsOptions } from "./keys/gcp-kms.ts";
export { type AzureCredential, azureKeyVault, type AzureKeyVaultOptions } from "./keys/azure-kv.ts";
export { hcVault, type HcVaultOptions } from "./keys/hc-vault.ts";
export { type HuaweiCredentials, huaweiKms, type HuaweiKmsOptions } from "./keys/hckms.ts";
export type { RemoteOptions } from "./keys/remote-key-source.ts";

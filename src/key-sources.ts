/**
 * Key sources, for `keySources` of an operation: those of clouds with clients, credentials and time limits of the caller's. The
 * built-in ones are the same without any of these. Each is also an entry of its own, such as `sops-ts/key-sources/aws-kms`.
 *
 * @packageDocumentation
 * @module sops-ts/key-sources
 */
export * from "./key-sources/age.ts";
export * from "./key-sources/pgp.ts";
export * from "./key-sources/aws-kms.ts";
export * from "./key-sources/gcp-kms.ts";
export * from "./key-sources/azure-key-vault.ts";
export * from "./key-sources/hc-vault.ts";
export * from "./key-sources/huawei-kms.ts";

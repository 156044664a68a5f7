/**
 * The key source for AWS KMS.
 *
 * @packageDocumentation
 */
export { type AwsCredentials, type AwsIdentity, awsKms, type AwsKmsOptions, type KmsClient } from "../keys/kms.ts";
export type { RemoteOptions } from "../keys/remote-key-source.ts";

/**
 * The key source for Google Cloud KMS.
 *
 * @packageDocumentation
 */
export { gcpKms, type GcpKmsOptions } from "../keys/gcp-kms.ts";
export type { RemoteOptions } from "../keys/remote-key-source.ts";

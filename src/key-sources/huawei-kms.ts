/**
 * The key source for Huawei Cloud KMS.
 *
 * @packageDocumentation
 */
export { type HuaweiCredentials, huaweiKms, type HuaweiKmsOptions } from "../keys/hckms.ts";
export type { RemoteOptions } from "../keys/remote-key-source.ts";

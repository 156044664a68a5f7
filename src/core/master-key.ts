import { compareByBytes } from "../bytes.ts";
import type { KmsKey, MasterKey } from "./metadata.ts";

/**
 * A key's string form: what messages, differences and reports show, and what two keys are compared by. Every kind has one,
 * whether or not there is a source for it.
 *
 * @see sops, each key source's `ToString`
 */
export function describeKey(key: MasterKey): string {
  switch (key.kind) {
    case "age":
      return key.recipient;
    case "pgp":
      return key.fingerprint;
    case "kms":
      return describeKmsKey(key);
    case "gcp_kms":
      return key.resourceId;
    case "azure_kv":
      return `${key.vaultUrl}/keys/${key.name}/${key.version}`;
    case "hc_vault":
      return `${key.vaultAddress}/v1/${key.enginePath}/keys/${key.keyName}`;
    case "hckms":
      return key.keyId;
  }
}

/** `ARN[+ROLE][|CONTEXT][|PROFILE]`; a profile keeps the place of an empty context. */
function describeKmsKey({ arn, role, context, awsProfile }: KmsKey): string {
  const pairs = Object.keys(context)
    .toSorted(compareByBytes)
    .map((name) => `${name}:${context[name]}`)
    .join(",");
  const start = role === "" ? arn : `${arn}+${role}`;
  if (awsProfile !== "") return `${start}|${pairs}|${awsProfile}`;
  return pairs === "" ? start : `${start}|${pairs}`;
}

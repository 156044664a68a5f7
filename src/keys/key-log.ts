import type { LogEntry } from "../core/log-entry.ts";
import type { MasterKey, MasterKeyKind } from "../core/metadata.ts";

/** What was tried with a master key. */
type Attempt = "Encryption" | "Decryption";

/** How sops calls the parts that speak of the kinds of keys. */
const parts: Readonly<Record<MasterKeyKind, string>> = {
  age: "AGE",
  pgp: "PGP",
  kms: "AWSKMS",
  gcp_kms: "GCPKMS",
  azure_kv: "AZKV",
  hc_vault: "VAULT_TRANSIT",
  hckms: "HCKMS",
};

/**
 * What the log says of a data key that was wrapped (encryption) or unwrapped (decryption) with a master key, or was not.
 *
 * @see sops, `Encrypt` and `Decrypt` of each key source
 */
export function attemptEntry(key: MasterKey, attempt: Attempt, succeeded: boolean): LogEntry {
  const success = key.kind === "hc_vault" ? "successful" : "succeeded";
  return {
    level: "info",
    part: parts[key.kind],
    message: `${attempt} ${succeeded ? success : "failed"}`,
    fields: fieldsOf(key, attempt),
  };
}

function fieldsOf(key: MasterKey, attempt: Attempt): Readonly<Record<string, string>> {
  switch (key.kind) {
    case "age":
      // Unwrapping tries every identity there is, whatever the recipient.
      return attempt === "Encryption" ? { recipient: key.recipient } : {};
    case "pgp":
      return { fingerprint: key.fingerprint };
    case "kms":
      return { arn: key.arn };
    case "gcp_kms":
      return { resourceID: key.resourceId };
    case "azure_kv":
      return { key: key.name, version: key.version };
    case "hc_vault":
      return { Path: `${key.enginePath}/${attempt === "Encryption" ? "encrypt" : "decrypt"}/${key.keyName}` };
    case "hckms":
      return { keyID: key.keyId };
  }
}

/** The kinds of master keys, named as in the metadata and in a decryption order. */
export type MasterKeyKind = "age" | "pgp" | "kms" | "gcp_kms" | "azure_kv" | "hc_vault" | "hckms";

interface MasterKeyBase {
  /** The wrapped data key (or share) as the file stores it; empty before wrapping. */
  enc: string;
}

interface DatedMasterKey extends MasterKeyBase {
  /** RFC 3339 UTC seconds, such as `2026-01-02T03:04:05Z`. */
  readonly createdAt: string;
}

export interface AgeKey extends MasterKeyBase {
  readonly kind: "age";
  readonly recipient: string;
}

export interface PgpKey extends DatedMasterKey {
  readonly kind: "pgp";
  readonly fingerprint: string;
}

export interface KmsKey extends DatedMasterKey {
  readonly kind: "kms";
  readonly arn: string;
  readonly role: string;
  /** Encryption context, in file order. */
  readonly context: Readonly<Record<string, string>>;
  readonly awsProfile: string;
}

export interface GcpKmsKey extends DatedMasterKey {
  readonly kind: "gcp_kms";
  readonly resourceId: string;
}

export interface AzureKeyVaultKey extends DatedMasterKey {
  readonly kind: "azure_kv";
  readonly vaultUrl: string;
  readonly name: string;
  readonly version: string;
}

export interface HcVaultKey extends DatedMasterKey {
  readonly kind: "hc_vault";
  readonly vaultAddress: string;
  readonly enginePath: string;
  readonly keyName: string;
}

export interface HckmsKey extends DatedMasterKey {
  readonly kind: "hckms";
  readonly keyId: string;
}

/** A key that wraps the data key, as plain data. */
export type MasterKey = AgeKey | PgpKey | KmsKey | GcpKmsKey | AzureKeyVaultKey | HcVaultKey | HckmsKey;

/** Master keys that all wrap the same data key, or the same share of it. */
export type KeyGroup = MasterKey[];

/** The six ways to say which leaves are encrypted. */
export type SelectionRuleName =
  | "unencryptedSuffix"
  | "encryptedSuffix"
  | "unencryptedRegex"
  | "encryptedRegex"
  | "unencryptedCommentRegex"
  | "encryptedCommentRegex";

/** One of the six rules; a suffix or the text of an RE2 regular expression. */
export interface SelectionRule {
  readonly name: SelectionRuleName;
  readonly value: string;
}

/** What a file says of its own encryption: the `sops` block. */
export interface Metadata {
  keyGroups: KeyGroup[];
  /** How many groups are needed; 0 when there is one group. */
  shamirThreshold: number;
  /** RFC 3339 seconds; the additional data of the MAC. */
  lastModified: string;
  /** The sealed MAC, an envelope; empty when the file has none. */
  mac: string;
  macOnlyEncrypted: boolean;
  /** Undefined: nothing stored, and `unencrypted_suffix: _unencrypted` applies. */
  selection: SelectionRule | undefined;
  /** The version of the program that encrypted the file. */
  version: string;
}

/** The suffix that applies when a file names no rule. */
export const defaultSelection: SelectionRule = { name: "unencryptedSuffix", value: "_unencrypted" };

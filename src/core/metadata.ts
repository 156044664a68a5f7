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

/** A recipient of age. `enc` is an armored age file. */
export interface AgeKey extends MasterKeyBase {
  /** Says what key this is. */
  readonly kind: "age";
  /** `age1…`, also of a plugin or post-quantum, or the line of an SSH public key, `ssh-ed25519 …` or `ssh-rsa …`. */
  readonly recipient: string;
}

/** An OpenPGP key. `enc` is an armored message. */
export interface PgpKey extends DatedMasterKey {
  /** Says what key this is. */
  readonly kind: "pgp";
  /** 40 hexadecimal digits, or what else gpg takes for a key. */
  readonly fingerprint: string;
}

/** A key of AWS KMS. `enc` is a ciphertext in Base64. */
export interface KmsKey extends DatedMasterKey {
  /** Says what key this is. */
  readonly kind: "kms";
  /** `arn:aws:kms:REGION:ACCOUNT:key/ID`, or `…:alias/NAME`. */
  readonly arn: string;
  /** The ARN of the role to take on; empty for none. */
  readonly role: string;
  /** Encryption context, in file order. */
  readonly context: Readonly<Record<string, string>>;
  /** The profile whose credentials are used; empty for the one of the environment. */
  readonly awsProfile: string;
}

/** A key of Google Cloud KMS. `enc` is a ciphertext in Base64. */
export interface GcpKmsKey extends DatedMasterKey {
  /** Says what key this is. */
  readonly kind: "gcp_kms";
  /** `projects/P/locations/L/keyRings/R/cryptoKeys/K`. */
  readonly resourceId: string;
}

/** A key of Azure Key Vault. `enc` is a ciphertext in Base64 for URLs. */
export interface AzureKeyVaultKey extends DatedMasterKey {
  /** Says what key this is. */
  readonly kind: "azure_kv";
  /** `https://NAME.vault.azure.net`. */
  readonly vaultUrl: string;
  /** The key's name in the vault. */
  readonly name: string;
  /** Its version, 32 hexadecimal digits; empty for the latest, until the key is used. */
  readonly version: string;
}

/** A key of a transit engine of HashiCorp Vault or OpenBao. `enc` is `vault:v1:…`. */
export interface HcVaultKey extends DatedMasterKey {
  /** Says what key this is. */
  readonly kind: "hc_vault";
  /** The server, such as `https://vault.example.org:8200`. */
  readonly vaultAddress: string;
  /** Where the engine is mounted, such as `transit`. */
  readonly enginePath: string;
  /** The key's name in the engine. */
  readonly keyName: string;
}

/** A key of Huawei Cloud KMS. `enc` is a ciphertext in Base64. */
export interface HckmsKey extends DatedMasterKey {
  /** Says what key this is. */
  readonly kind: "hckms";
  /** `REGION:UUID`. */
  readonly keyId: string;
}

/** A key that wraps the data key, as plain data. */
export type MasterKey = AgeKey | PgpKey | KmsKey | GcpKmsKey | AzureKeyVaultKey | HcVaultKey | HckmsKey;

/** The master keys of one kind. */
export type MasterKeyOf<Kind extends MasterKeyKind> = Extract<MasterKey, { kind: Kind }>;

/** Master keys that all wrap the same data key, or the same share of it. */
export type KeyGroup = MasterKey[];

/**
 * The six ways to say which leaves are encrypted. Rules of suffixes and of regular expressions look at each key on the path of a
 * leaf, those of comments at the comments before it and before what holds it.
 */
export type SelectionRuleName =
  | "unencryptedSuffix"
  | "encryptedSuffix"
  | "unencryptedRegex"
  | "encryptedRegex"
  | "unencryptedCommentRegex"
  | "encryptedCommentRegex";

/** One of the six rules; a suffix or the text of an RE2 regular expression. */
export interface SelectionRule {
  /** Which of the six it is. */
  readonly name: SelectionRuleName;
  /** The suffix, or the regular expression in RE2 syntax. */
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

import { goTypeOf } from "../core/value.ts";
import type { CollectionNode, ScalarNode } from "../stores/yaml/node.ts";
import {
  boolean,
  checkUntyped,
  type Decoding,
  type Decode,
  defaultsOf,
  type Fields,
  integer,
  list,
  record,
  text,
  textsByKey,
  valueOf,
} from "./decode.ts";

/*
 * The shape of `.sops.yaml`. Field names are the file's own in camel case; what is absent or null has its default.
 *
 * @see sops config/config.go
 */

/** A flat key field of a rule: a text with commas, or a list. A wrong type counts only when the rule is used. */
export type FlatKeys = { readonly entries: readonly string[] } | { readonly mistake: string };

/** An AWS KMS key in a key group. */
export interface KmsEntry {
  readonly arn: string;
  readonly role: string;
  /** A null counts only when the rule is used. */
  readonly context: Readonly<Record<string, string | null>>;
  readonly awsProfile: string;
}

/** An Azure key in a key group. */
export interface AzureEntry {
  readonly vaultUrl: string;
  readonly key: string;
  readonly version: string;
}

/** One of a rule's key groups, as written. */
export interface KeyGroupEntry {
  /** Groups whose keys come first. */
  readonly merge: readonly KeyGroupEntry[];
  readonly age: readonly string[];
  readonly pgp: readonly string[];
  readonly kms: readonly KmsEntry[];
  readonly gcpKms: readonly { readonly resourceId: string }[];
  readonly hckms: readonly { readonly keyId: string }[];
  readonly azureKeyvault: readonly AzureEntry[];
  readonly hcVault: readonly string[];
}

/** An entry of `creation_rules`, or the `recreation_rule` of a destination. */
export interface RuleEntry {
  readonly pathRegex: string;
  readonly age: FlatKeys;
  readonly pgp: FlatKeys;
  readonly kms: FlatKeys;
  readonly gcpKms: FlatKeys;
  readonly hckms: readonly string[];
  readonly azureKeyvault: FlatKeys;
  readonly hcVaultTransitUri: FlatKeys;
  readonly awsProfile: string;
  readonly keyGroups: readonly KeyGroupEntry[];
  readonly shamirThreshold: number;
  readonly unencryptedSuffix: string;
  readonly encryptedSuffix: string;
  readonly unencryptedRegex: string;
  readonly encryptedRegex: string;
  readonly unencryptedCommentRegex: string;
  readonly encryptedCommentRegex: string;
  readonly macOnlyEncrypted: boolean;
}

/** An entry of `destination_rules`. */
export interface DestinationEntry {
  readonly pathRegex: string;
  readonly s3Bucket: string;
  readonly s3Prefix: string;
  readonly gcsBucket: string;
  readonly gcsPrefix: string;
  readonly vaultPath: string;
  readonly vaultAddress: string;
  readonly vaultKvMountName: string;
  readonly vaultKvVersion: number;
  readonly recreationRule: RuleEntry;
  readonly omitExtensions: boolean;
}

/** The `indent` of each store that has one. */
export interface StoresEntry {
  readonly yaml: { readonly indent: number };
  readonly json: { readonly indent: number };
  readonly jsonBinary: { readonly indent: number };
}

/** The whole file. */
export interface ConfigEntries {
  /** Undefined: absent or null, which counts as no config at all. An empty list matches no file. */
  readonly creationRules: readonly RuleEntry[] | undefined;
  readonly destinationRules: readonly DestinationEntry[];
  readonly stores: StoresEntry;
}

const texts: Decode<readonly string[]> = list(text, "[]string");

const flatKeys: Decode<FlatKeys> = (node, decoding, where) => {
  checkUntyped(node, decoding, where);
  return decoding.visit<FlatKeys | undefined>(node, (resolved) => {
    if (resolved.kind === "sequence") return listedKeys(resolved, decoding);
    const value = textOrGoType(resolved);
    if (typeof value === "string") return { entries: trimmedParts(value) };
    if (value.goType === goTypeOf(null)) return undefined;
    return { mistake: `expected string, []string, or nil, got ${value.goType}` };
  });
};

function listedKeys(sequence: CollectionNode, decoding: Decoding): FlatKeys {
  const entries: string[] = [];
  for (const item of sequence.content) {
    const value = decoding.visit(item, textOrGoType);
    if (typeof value !== "string") return { mistake: `expected string in list, got ${value.goType}` };
    entries.push(value);
  }
  return { entries };
}

function textOrGoType(node: ScalarNode | CollectionNode): string | { readonly goType: string } {
  if (node.kind !== "scalar") return { goType: node.kind === "mapping" ? "map[string]interface {}" : "[]interface {}" };
  const value = valueOf(node);
  return typeof value === "string" ? value : { goType: goTypeOf(value) };
}

function trimmedParts(value: string): string[] {
  return value
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

const kmsEntry: Decode<KmsEntry> = record<KmsEntry>({
  arn: ["arn", text, ""],
  role: ["role", text, ""],
  context: ["context", textsByKey, {}],
  awsProfile: ["aws_profile", text, ""],
});

const azureEntry: Decode<AzureEntry> = record<AzureEntry>({
  vaultUrl: ["vaultUrl", text, ""],
  key: ["key", text, ""],
  version: ["version", text, ""],
});

const keyGroups: Decode<readonly KeyGroupEntry[]> = list(
  (node, decoding, where) => keyGroup(node, decoding, where),
  "[]config.keyGroup",
);

const keyGroup: Decode<KeyGroupEntry> = record<KeyGroupEntry>({
  merge: ["merge", keyGroups, []],
  age: ["age", texts, []],
  pgp: ["pgp", texts, []],
  kms: ["kms", list(kmsEntry, "[]config.kmsKey"), []],
  gcpKms: ["gcp_kms", list(record({ resourceId: ["resource_id", text, ""] }), "[]config.gcpKmsKey"), []],
  hckms: ["hckms", list(record({ keyId: ["key_id", text, ""] }), "[]config.hckmsKey"), []],
  azureKeyvault: ["azure_keyvault", list(azureEntry, "[]config.azureKVKey"), []],
  hcVault: ["hc_vault", texts, []],
});

const noKeys: FlatKeys = { entries: [] };

const ruleFields: Fields<RuleEntry> = {
  pathRegex: ["path_regex", text, ""],
  age: ["age", flatKeys, noKeys],
  pgp: ["pgp", flatKeys, noKeys],
  kms: ["kms", flatKeys, noKeys],
  gcpKms: ["gcp_kms", flatKeys, noKeys],
  hckms: ["hckms", texts, []],
  azureKeyvault: ["azure_keyvault", flatKeys, noKeys],
  hcVaultTransitUri: ["hc_vault_transit_uri", flatKeys, noKeys],
  awsProfile: ["aws_profile", text, ""],
  keyGroups: ["key_groups", keyGroups, []],
  shamirThreshold: ["shamir_threshold", integer, 0],
  unencryptedSuffix: ["unencrypted_suffix", text, ""],
  encryptedSuffix: ["encrypted_suffix", text, ""],
  unencryptedRegex: ["unencrypted_regex", text, ""],
  encryptedRegex: ["encrypted_regex", text, ""],
  unencryptedCommentRegex: ["unencrypted_comment_regex", text, ""],
  encryptedCommentRegex: ["encrypted_comment_regex", text, ""],
  macOnlyEncrypted: ["mac_only_encrypted", boolean, false],
};

const rule: Decode<RuleEntry> = record(ruleFields);

const destination: Decode<DestinationEntry> = record<DestinationEntry>({
  pathRegex: ["path_regex", text, ""],
  s3Bucket: ["s3_bucket", text, ""],
  s3Prefix: ["s3_prefix", text, ""],
  gcsBucket: ["gcs_bucket", text, ""],
  gcsPrefix: ["gcs_prefix", text, ""],
  vaultPath: ["vault_path", text, ""],
  vaultAddress: ["vault_address", text, ""],
  vaultKvMountName: ["vault_kv_mount_name", text, ""],
  vaultKvVersion: ["vault_kv_version", integer, 0],
  recreationRule: ["recreation_rule", rule, defaultsOf(ruleFields)],
  omitExtensions: ["omit_extensions", boolean, false],
});

/** Indents that the stores take for "as you like": YAML 4 spaces, JSON a tab. */
const defaultStores: StoresEntry = { yaml: { indent: 0 }, json: { indent: -1 }, jsonBinary: { indent: -1 } };

function indented(fallback: { readonly indent: number }): Decode<{ readonly indent: number }> {
  return record({ indent: ["indent", integer, fallback.indent] });
}

const withoutOptions: Decode<object> = record<object>({});

const stores: Decode<StoresEntry> = record<StoresEntry & { readonly dotenv: object; readonly ini: object }>({
  yaml: ["yaml", indented(defaultStores.yaml), defaultStores.yaml],
  json: ["json", indented(defaultStores.json), defaultStores.json],
  jsonBinary: ["json_binary", indented(defaultStores.jsonBinary), defaultStores.jsonBinary],
  dotenv: ["dotenv", withoutOptions, {}],
  ini: ["ini", withoutOptions, {}],
});

const configFields: Fields<ConfigEntries> = {
  creationRules: ["creation_rules", list(rule, "[]config.creationRule"), undefined],
  destinationRules: ["destination_rules", list(destination, "[]config.destinationRule"), []],
  stores: ["stores", stores, defaultStores],
};

/** Reads the top of the file. */
export const configEntries: Decode<ConfigEntries> = record(configFields);

/** What an empty file says. */
export const emptyConfig: ConfigEntries = defaultsOf(configFields);

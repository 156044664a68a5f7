import { SopsError } from "../errors.ts";
import {
  defaultSelection,
  type KeyGroup,
  type MasterKey,
  type MasterKeyKind,
  type MasterKeyOf,
  type Metadata,
  type SelectionRule,
  type SelectionRuleName,
} from "./metadata.ts";
import { selectionRules } from "./selection.ts";
import { formatRfc3339, parseRfc3339 } from "./timestamp.ts";
import { Branch, type Item, type Value } from "./tree.ts";
import { booleanField, branchesField, integerField, textField, textMapField } from "./weak-typing.ts";

/** How one kind of master key stands in the metadata. */
interface KeyCodec<Key extends MasterKey> {
  /** Its fields, in any order; those with undefined are left out. */
  readonly write: (key: Key) => Readonly<Record<string, Value | undefined>>;
  readonly read: (fields: Branch) => Key;
}

type KeyCodecs = { readonly [Kind in MasterKeyKind]: KeyCodec<MasterKeyOf<Kind>> };

const text = textField;
const dated = (fields: Branch): { createdAt: string; enc: string } => ({
  createdAt: timeField(fields, "created_at"),
  enc: text(fields, "enc"),
});

/** In the order in which sops lists the keys of a group that it reads. */
const keyCodecs: KeyCodecs = {
  kms: {
    write: ({ arn, role, context, createdAt, enc, awsProfile }) => ({
      arn,
      role: role === "" ? undefined : role,
      context: Object.keys(context).length === 0 ? undefined : sortedBranch(context),
      created_at: createdAt,
      enc,
      aws_profile: awsProfile,
    }),
    read: (fields) => ({
      kind: "kms",
      arn: text(fields, "arn"),
      role: text(fields, "role"),
      context: textMapField(fields, "context"),
      awsProfile: text(fields, "aws_profile"),
      ...dated(fields),
    }),
  },
  gcp_kms: {
    write: ({ resourceId, createdAt, enc }) => ({ resource_id: resourceId, created_at: createdAt, enc }),
    read: (fields) => ({ kind: "gcp_kms", resourceId: text(fields, "resource_id"), ...dated(fields) }),
  },
  hckms: {
    write: ({ keyId, createdAt, enc }) => ({ key_id: keyId, created_at: createdAt, enc }),
    read: (fields) => ({ kind: "hckms", keyId: text(fields, "key_id"), ...dated(fields) }),
  },
  azure_kv: {
    write: ({ vaultUrl, name, version, createdAt, enc }) => ({
      vault_url: vaultUrl,
      name,
      version,
      created_at: createdAt,
      enc,
    }),
    read: (fields) => ({
      kind: "azure_kv",
      vaultUrl: text(fields, "vault_url"),
      name: text(fields, "name"),
      version: text(fields, "version"),
      ...dated(fields),
    }),
  },
  hc_vault: {
    write: ({ vaultAddress, enginePath, keyName, createdAt, enc }) => ({
      vault_address: vaultAddress,
      engine_path: enginePath,
      key_name: keyName,
      created_at: createdAt,
      enc,
    }),
    read: (fields) => ({
      kind: "hc_vault",
      vaultAddress: text(fields, "vault_address"),
      enginePath: text(fields, "engine_path"),
      keyName: text(fields, "key_name"),
      ...dated(fields),
    }),
  },
  pgp: {
    write: ({ fingerprint, createdAt, enc }) => ({ fp: fingerprint, created_at: createdAt, enc }),
    read: (fields) => ({ kind: "pgp", fingerprint: text(fields, "fp"), ...dated(fields) }),
  },
  age: {
    write: ({ recipient, enc }) => ({ recipient, enc }),
    read: (fields) => ({ kind: "age", recipient: text(fields, "recipient"), enc: text(fields, "enc") }),
  },
};

const kinds = Object.keys(keyCodecs) as MasterKeyKind[];

/** Kinds whose list a group among several always has, even when it is empty. */
const alwaysListed: readonly MasterKeyKind[] = ["age", "hc_vault"];

/**
 * The metadata as a mapping with sops's field names: keys sorted at every level, fields that say nothing left out. One key
 * group lies directly in it, several in `key_groups`.
 */
export function metadataToBranch(metadata: Metadata): Branch {
  const { keyGroups, selection } = metadata;
  const [onlyGroup] = keyGroups;
  return sortedBranch({
    ...(keyGroups.length === 1 && onlyGroup !== undefined
      ? groupFields(onlyGroup, [])
      : { key_groups: keyGroups.map((group) => sortedBranch(groupFields(group, alwaysListed))) }),
    shamir_threshold: metadata.shamirThreshold === 0 ? undefined : BigInt(metadata.shamirThreshold),
    lastmodified: metadata.lastModified,
    mac: metadata.mac,
    mac_only_encrypted: metadata.macOnlyEncrypted ? true : undefined,
    version: metadata.version,
    ...(selection !== undefined && { [selectionRules[selection.name].field]: selection.value }),
  });
}

function groupFields(group: KeyGroup, always: readonly MasterKeyKind[]): Record<string, Value | undefined> {
  const fields: Record<string, Value | undefined> = {};
  for (const kind of kinds) {
    const keys = group.filter((key) => key.kind === kind).map((key) => sortedBranch(writeKey(key)));
    if (keys.length > 0 || always.includes(kind)) fields[kind] = keys;
  }
  return fields;
}

function writeKey(key: MasterKey): Readonly<Record<string, Value | undefined>> {
  // The codec is looked up by the key's own kind; the compiler cannot follow that through the union.
  return (keyCodecs[key.kind] as KeyCodec<MasterKey>).write(key);
}

function sortedBranch(fields: Readonly<Record<string, Value | undefined>>): Branch {
  const items: Item[] = [];
  for (const key of Object.keys(fields).sort(byCodePoint)) {
    const value = fields[key];
    if (value !== undefined) items.push({ key, value });
  }
  return new Branch(items);
}

/** Sorts as bytes of UTF-8 do. */
function byCodePoint(a: string, b: string): number {
  const [left, right] = [Array.from(a), Array.from(b)];
  for (let index = 0; index < Math.min(left.length, right.length); index++) {
    const difference = (left[index]?.codePointAt(0) ?? 0) - (right[index]?.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

/**
 * Reads the metadata of an encrypted file. Unknown fields are ignored; when a list of keys lies directly in it, `key_groups` is
 * ignored. A missing `version` or `mac` is "" here and found later. Without a selection rule the default one applies.
 *
 * @throws SopsError `INVALID_METADATA` for a wrong type, a time that is none, no keys, or two selection rules
 */
export function metadataFromBranch(branch: Branch): Metadata {
  const lastModified = timeField(branch, "lastmodified");
  const keyGroups = readKeyGroups(branch);
  return {
    keyGroups,
    shamirThreshold: integerField(branch, "shamir_threshold"),
    lastModified,
    mac: text(branch, "mac"),
    macOnlyEncrypted: booleanField(branch, "mac_only_encrypted"),
    selection: readSelection(branch),
    version: text(branch, "version"),
  };
}

function readKeyGroups(branch: Branch): KeyGroup[] {
  const direct = readGroup(branch);
  if (direct.length > 0) return [direct];
  const groups = branchesField(branch, "key_groups").map(readGroup);
  if (groups.length === 0) throw invalid("No keys found in file");
  return groups;
}

function readGroup(branch: Branch): KeyGroup {
  return kinds.flatMap((kind) => branchesField(branch, kind).map((fields): MasterKey => keyCodecs[kind].read(fields)));
}

function readSelection(branch: Branch): SelectionRule {
  const names = Object.keys(selectionRules) as SelectionRuleName[];
  const fields = names.map((name) => selectionRules[name].field);
  const rules = names
    .map((name) => ({ name, value: text(branch, selectionRules[name].field) }))
    .filter(({ value }) => value !== "");
  if (rules.length > 1) throw invalid(`Cannot use more than one of ${fields.join(", ")} in the same file`);
  return rules[0] ?? defaultSelection;
}

/** A time that sops wrote, normalised to RFC 3339 seconds: that form is what the MAC is bound to. */
function timeField(branch: Branch, name: string): string {
  const value = text(branch, name);
  const time = parseRfc3339(value);
  if (time === undefined) {
    throw invalid(`parsing time ${JSON.stringify(value)}: cannot parse \`${name}\` as RFC 3339`);
  }
  return formatRfc3339(time);
}

function invalid(reason: string): SopsError {
  return new SopsError("INVALID_METADATA", reason, {
    hint: "The `sops` block was changed by hand or damaged. Restore it from version control.",
  });
}

import { describeKey } from "../core/master-key.ts";
import type { AgeKey, KeyGroup } from "../core/metadata.ts";
import {
  azureKey,
  gcpKmsKey,
  hckmsKey,
  hcVaultKey,
  kmsKey,
  parseAzureKeys,
  parseGcpKmsKeys,
  parseHckmsKeys,
  parseHcVaultKeys,
  parseKmsKeys,
  parsePgpKeys,
  pgpKey,
} from "../core/parse-master-key.ts";
import { SopsError } from "../errors.ts";
import { completeKeys } from "../keys/complete-keys.ts";
import type { KeyContext } from "../keys/key-source.ts";
import { loadKeySource } from "../keys/registry.ts";
import type { FlatKeys, KeyGroupEntry, KmsEntry, RuleEntry } from "./schema.ts";

/** What keys are made with. */
export interface KeyOptions {
  readonly keyContext: KeyContext;
  /** The encryption context of flat `kms` keys, which have no place for it in the file. Default: none. */
  readonly encryptionContext?: Readonly<Record<string, string>>;
}

/**
 * The key groups of a rule: its `key_groups`, or else one group of its flat key fields. Azure is asked for the versions of its keys
 * where they are named without one.
 *
 * @throws SopsError `INVALID_CONFIG` for a field of the wrong type, `INVALID_MASTER_KEY` for a key that cannot be one, or what
 * became of asking
 * @see sops config/config.go, `getKeyGroupsFromCreationRule`
 */
export async function keyGroupsOf(rule: RuleEntry, options: KeyOptions): Promise<KeyGroup[]> {
  const groups: KeyGroup[] = [];
  if (rule.keyGroups.length === 0) groups.push(await flatGroup(rule, options));
  for (const entry of rule.keyGroups) groups.push(await keyGroup(entry, options));
  return groups;
}

async function flatGroup(rule: RuleEntry, options: KeyOptions): Promise<KeyGroup> {
  const context = options.encryptionContext ?? {};
  const group = [
    ...(await ageKeys(joined(rule.age, "age"), options)),
    ...parsePgpKeys(joined(rule.pgp, "pgp")),
    ...parseKmsKeys(joined(rule.kms, "kms"), { context, awsProfile: rule.awsProfile }),
    ...parseGcpKmsKeys(joined(rule.gcpKms, "gcp_kms")),
    ...parseHckmsKeys(rule.hckms.join(",")),
    ...parseAzureKeys(joined(rule.azureKeyvault, "azure_keyvault")),
    ...parseHcVaultKeys(joined(rule.hcVaultTransitUri, "hc_vault_transit_uri")),
  ];
  return completeKeys(group, options.keyContext);
}

/** A list's entries may hold commas too. */
function joined(keys: FlatKeys, field: string): string {
  if ("entries" in keys) return keys.entries.join(",");
  throw new SopsError("INVALID_CONFIG", `invalid ${field} key configuration: ${keys.mistake}`, {
    hint: `Write ${field} as one text with commas between the keys, or as a list of texts.`,
  });
}

/** A group's keys, those of the groups it merges first; each only once. */
async function keyGroup(entry: KeyGroupEntry, options: KeyOptions): Promise<KeyGroup> {
  const group: KeyGroup = [];
  for (const merged of entry.merge) group.push(...(await keyGroup(merged, options)));
  for (const recipients of entry.age) group.push(...(await ageKeys(recipients, options)));
  group.push(
    ...entry.pgp.map(pgpKey),
    ...entry.kms.map((fields) => kmsKey({ ...fields, context: contextOf(fields) })),
    ...entry.gcpKms.map(({ resourceId }) => gcpKmsKey(resourceId)),
    ...entry.hckms.map(({ keyId }) => hckmsKey(keyId)),
    ...entry.azureKeyvault.map(({ vaultUrl, key, version }) => azureKey({ vaultUrl, name: key, version })),
    ...entry.hcVault.map(hcVaultKey),
  );
  return withoutRepeats(await completeKeys(group, options.keyContext));
}

function contextOf({ arn, context }: KmsEntry): Record<string, string> {
  const pairs = Object.entries(context).map(([name, value]) => {
    if (value !== null) return [name, value] as const;
    throw new SopsError(
      "INVALID_CONFIG",
      `the encryption context of KMS key ${arn} has null for ${JSON.stringify(name)}`,
    );
  });
  return Object.fromEntries(pairs);
}

async function ageKeys(recipients: string, options: KeyOptions): Promise<AgeKey[]> {
  if (recipients === "") return [];
  const source = await loadKeySource("age", options.keyContext.keySources);
  return source.parse(recipients, options.keyContext);
}

function withoutRepeats(group: KeyGroup): KeyGroup {
  const seen = new Set<string>();
  return group.filter((key) => {
    const identity = `${key.kind}/${describeKey(key)}`;
    return !seen.has(identity) && seen.add(identity);
  });
}

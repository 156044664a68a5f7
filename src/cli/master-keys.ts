import type { KeyGroup } from "../core/metadata.ts";
import {
  parseAzureKeys,
  parseGcpKmsKeys,
  parseHckmsKeys,
  parseHcVaultKeys,
  parseKmsKeys,
  parsePgpKeys,
} from "../core/parse-master-key.ts";
import { SopsError } from "../errors.ts";
import { completeKeys } from "../keys/complete-keys.ts";
import { loadKeySource } from "../keys/registry.ts";
import { keyContextOf } from "../sops.ts";
import type { CommandContext } from "./command.ts";
import { operationOptions } from "./operation-options.ts";
import type { masterKeyFlagNames } from "./flag-table.ts";

type KeyFlag = (typeof masterKeyFlagNames)[number];

/** AWS encryption context: values by name. */
export type EncryptionContext = Readonly<Record<string, string>>;

/**
 * The master keys that flags name, as one text with commas or as a list, in the order of kinds that sops has. Azure is asked for the
 * versions of its keys where they are named without one.
 *
 * @param prefix - of the flags' names: `add-` for `--add-age`
 * @throws SopsError `INVALID_MASTER_KEY`, or what became of asking
 */
export async function masterKeysOfFlags(
  context: CommandContext,
  prefix: "" | "add-" | "rm-",
  encryptionContext: EncryptionContext,
): Promise<KeyGroup> {
  const { flags } = context;
  const named = (kind: KeyFlag): string => {
    const name = `${prefix}${kind}` as const;
    return flags.text(name) || flags.list(name).join(",");
  };
  const keyContext = keyContextOf(operationOptions(context));
  const group: KeyGroup = [];
  const kms = named("kms");
  if (kms !== "") {
    group.push(...parseKmsKeys(kms, { context: encryptionContext, awsProfile: flags.text("aws-profile") }));
  }
  const gcpKms = named("gcp-kms");
  if (gcpKms !== "") group.push(...parseGcpKmsKeys(gcpKms));
  const hckms = named("hckms");
  if (hckms !== "") group.push(...parseHckmsKeys(hckms));
  const azure = named("azure-kv");
  if (azure !== "") group.push(...parseAzureKeys(azure));
  const pgp = named("pgp");
  if (pgp !== "") group.push(...parsePgpKeys(pgp));
  const vault = named("hc-vault-transit");
  if (vault !== "") group.push(...parseHcVaultKeys(vault));
  const age = named("age");
  if (age !== "") {
    const source = await loadKeySource("age", {});
    group.push(...(await source.parse(age, keyContext)));
  }
  return completeKeys(group, keyContext);
}

/**
 * The pairs of an `--encryption-context`, such as `app:web,env:prod`; none for an empty text.
 *
 * @throws SopsError `INVALID_ENCRYPTION_CONTEXT_FORMAT`
 */
export function parseEncryptionContext(text: string): EncryptionContext {
  if (text === "") return {};
  const pairs = text.split(",").map((pair) => pair.split(":"));
  if (pairs.some((pair) => pair.length !== 2)) {
    throw new SopsError("INVALID_ENCRYPTION_CONTEXT_FORMAT", "Invalid KMS encryption context format", {
      hint: "Write pairs of name and value with one colon in each: --encryption-context app:web,env:prod",
    });
  }
  return Object.fromEntries(pairs.map(([name = "", value = ""]) => [name, value]));
}

import type { MasterKey, MasterKeyKind } from "../core/metadata.ts";
import { SopsError } from "../errors.ts";
import type { KeySource, KeySources } from "./key-source.ts";

/** The built-in key sources, each loaded when a file needs it. */
const loaders: { readonly [Kind in MasterKeyKind]?: () => Promise<KeySource<KeyOf<Kind>>> } = {
  age: async () => (await import("./age/age.ts")).age,
  pgp: async () => (await import("./pgp/pgp.ts")).pgp,
};

type KeyOf<Kind extends MasterKeyKind> = Extract<MasterKey, { kind: Kind }>;

/** What people call the kinds. */
const names: Readonly<Record<MasterKeyKind, string>> = {
  age: "age",
  pgp: "PGP",
  kms: "AWS KMS",
  gcp_kms: "GCP KMS",
  azure_kv: "Azure Key Vault",
  hc_vault: "HashiCorp Vault",
  hckms: "Huawei Cloud KMS",
};

/**
 * The source for one kind of master key.
 *
 * @param own - the caller's own sources, which go before the built-in ones
 * @throws SopsError `INVALID_MASTER_KEY` when there is none
 */
export async function loadKeySource<Kind extends MasterKeyKind>(
  kind: Kind,
  own: KeySources,
): Promise<KeySource<KeyOf<Kind>>> {
  const source = own[kind] ?? (await loaders[kind]?.());
  if (source === undefined) {
    throw new SopsError("INVALID_MASTER_KEY", `${names[kind]} keys (${kind}) are not available in sops-ts`, {
      hint: "A file keeps such keys, but another key of the same group has to open it.",
    });
  }
  return source;
}

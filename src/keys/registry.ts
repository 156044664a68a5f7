import type { MasterKeyKind, MasterKeyOf } from "../core/metadata.ts";
import type { KeySource, KeySources } from "./key-source.ts";

/** The built-in key sources, each loaded when a file needs it. */
const loaders: { readonly [Kind in MasterKeyKind]: () => Promise<KeySource<MasterKeyOf<Kind>>> } = {
  age: async () => (await import("./age/age.ts")).age,
  pgp: async () => (await import("./pgp/pgp.ts")).pgp,
  kms: async () => (await import("./kms.ts")).awsKms(),
  gcp_kms: async () => (await import("./gcp-kms.ts")).gcpKms(),
  azure_kv: async () => (await import("./azure-kv.ts")).azureKeyVault(),
  hc_vault: async () => (await import("./hc-vault.ts")).hcVault(),
  hckms: async () => (await import("./hckms.ts")).huaweiKms(),
};

/**
 * The source for one kind of master key.
 *
 * @param own - the caller's own sources, which go before the built-in ones
 */
export async function loadKeySource<Kind extends MasterKeyKind>(
  kind: Kind,
  own: KeySources,
): Promise<KeySource<MasterKeyOf<Kind>>> {
  return own[kind] ?? (await loaders[kind]());
}

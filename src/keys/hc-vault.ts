import type { HcVaultKey } from "../core/metadata.ts";
import { parseHcVaultKeys } from "../core/parse-master-key.ts";
import { decodeBase64, encodeBase64 } from "../crypto/base64.ts";
import { SopsError } from "../errors.ts";
import { checkAllowed } from "./hc-vault/allow-list.ts";
import { sendToVault, vaultJson, type VaultHints } from "./hc-vault/client.ts";
import { vaultFetch, vaultTimeoutMs, vaultToken } from "./hc-vault/environment.ts";
import { isObject, type JsonObject, textField } from "./http.ts";
import type { KeyContext, KeySource } from "./key-source.ts";
import { type RemoteOptions, remoteKeySource } from "./remote-key-source.ts";
import type { RemoteTask } from "./remote-task.ts";
import { ServiceError } from "./service-error.ts";

/** What {@link hcVault} takes; all fields optional. */
export interface HcVaultOptions extends RemoteOptions {
  /** The token. Default: `VAULT_TOKEN`, else the content of `~/.vault-token`. */
  readonly token?: string;
  /** The namespace. Default: `VAULT_NAMESPACE`, else none. */
  readonly namespace?: string;
}

/**
 * The key source for keys of a transit engine of HashiCorp Vault or OpenBao.
 *
 * @see sops hcvault/keysource.go
 */
export function hcVault(options: HcVaultOptions = {}): KeySource<HcVaultKey> {
  const call = async (key: HcVaultKey, verb: "encrypt" | "decrypt", input: JsonObject, task: RemoteTask) => {
    const allowList = task.context.platform.env("SOPS_HC_VAULT_ALLOWLIST");
    checkAllowed(key.vaultAddress, allowList);
    const url = `${addressOf(key, task)}/v1/${verbPath(key, verb)}`;
    const token = await tokenOf(options, task.context);
    const { namespace } = options;
    const request = { method: "PUT", url, body: JSON.stringify(input), token, namespace, allowList } as const;
    const answer = vaultJson(await sendToVault(request, task), request, hints);
    if (!isObject(answer["data"])) throw new ServiceError("transit backend is empty");
    return { data: answer["data"], url };
  };
  return remoteKeySource<HcVaultKey>(
    {
      kind: "hc_vault",
      wrapFailure: (key) => `failed to encrypt sops data key to Vault transit backend '${verbPath(key, "encrypt")}'`,
      unwrapFailure: (key) =>
        `failed to decrypt sops data key from Vault transit backend '${verbPath(key, "decrypt")}'`,
      parse: parseHcVaultKeys,
      fetchFor: vaultFetch,
      timeoutMs: ({ platform }) => vaultTimeoutMs(platform),
      async wrap(key, dataKey, task) {
        const { data, url } = await call(key, "encrypt", { plaintext: encodeBase64(dataKey) }, task);
        return textField(data, "ciphertext", url);
      },
      async unwrap(key, task) {
        const { data, url } = await call(key, "decrypt", { ciphertext: key.enc }, task);
        const dataKey = decodeBase64(textField(data, "plaintext", url));
        if (dataKey === undefined) throw new ServiceError("cannot decode base64 plaintext into data key bytes");
        return dataKey;
      },
    },
    options,
  );
}

/** Where the key's server is asked: at an agent, where there is one. */
function addressOf(key: HcVaultKey, { context: { platform } }: RemoteTask): string {
  const address = (platform.env("VAULT_AGENT_ADDR") || key.vaultAddress).replace(/\/+$/, "");
  if (/^https?:\/\//i.test(address) && URL.canParse(address)) return address;
  throw new SopsError("INVALID_MASTER_KEY", `${JSON.stringify(address)} is not an address of Vault that can be asked`, {
    hint: "Its form is https://HOST:PORT; sockets of the system are not supported.",
  });
}

function verbPath({ enginePath, keyName }: HcVaultKey, verb: "encrypt" | "decrypt"): string {
  return [...enginePath.split("/").filter((part) => part !== ""), verb, keyName].map(encodeURIComponent).join("/");
}

/** The caller's token, or what the environment or the home directory has; undefined: none, which an agent may fill in. */
async function tokenOf(
  { token }: HcVaultOptions,
  { platform, onlyGivenIdentities }: KeyContext,
): Promise<string | undefined> {
  return token !== undefined || onlyGivenIdentities ? token : vaultToken(platform);
}

const hints: VaultHints = {
  rights: "update",
  byStatus: {
    400: "The ciphertext may have been wrapped with another key.",
    404: "There is no transit engine at this path, or it is in another namespace (VAULT_NAMESPACE).",
  },
};

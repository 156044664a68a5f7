import type { HcVaultKey } from "../core/metadata.ts";
import { parseHcVaultKeys } from "../core/parse-master-key.ts";
import { decodeBase64, encodeBase64 } from "../crypto/base64.ts";
import { SopsError } from "../errors.ts";
import { checkAllowed } from "./hc-vault/allow-list.ts";
import { isTrue, vaultFetch, vaultHeaders, vaultRetries, vaultTimeoutMs, vaultToken } from "./hc-vault/environment.ts";
import { isObject, type JsonObject, jsonOf, send, type ServiceAnswer, type ServiceRequest, textField } from "./http.ts";
import type { KeyContext, KeySource } from "./key-source.ts";
import { type RemoteOptions, remoteKeySource, type RemoteTask } from "./remote-key-source.ts";
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
    const { platform } = task.context;
    checkAllowed(key.vaultAddress, platform.env("SOPS_HC_VAULT_ALLOWLIST"));
    const url = `${addressOf(key, task)}/v1/${verbPath(key, verb)}`;
    const token = await tokenOf(options, task.context);
    task.hide(token ?? "");
    const namespace = options.namespace ?? platform.env("VAULT_NAMESPACE");
    const headers = {
      ...vaultHeaders(platform),
      "content-type": "application/json",
      "x-vault-request": "true",
      ...(token ? { "x-vault-token": token } : {}),
      ...(namespace ? { "x-vault-namespace": namespace } : {}),
    };
    const request = {
      method: "PUT",
      url,
      headers,
      body: JSON.stringify(input),
      maxRetries: vaultRetries(platform),
    } as const;
    const answer = jsonWithHint(await sendToActiveNode(request, task), url, token !== undefined);
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

/** A standby node may name the active one, which is then asked: once, and not without TLS when the first one had it. */
async function sendToActiveNode(request: ServiceRequest, task: RemoteTask): Promise<ServiceAnswer> {
  const answer = await send(request, task);
  const { platform } = task.context;
  if (![301, 302, 307].includes(answer.status) || isTrue(platform.env("VAULT_DISABLE_REDIRECTS"))) return answer;
  const location = answer.headers.get("location") ?? "";
  if (!URL.canParse(location, request.url)) return answer;
  const url = new URL(location, request.url);
  if (request.url.startsWith("https:") && url.protocol !== "https:") {
    throw new ServiceError("redirect would cause protocol downgrade");
  }
  checkAllowed(url.origin, platform.env("SOPS_HC_VAULT_ALLOWLIST"));
  return send({ ...request, url: url.href }, task);
}

function jsonWithHint(answer: ServiceAnswer, url: string, hasToken: boolean): JsonObject {
  try {
    return jsonOf(answer, url);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    const hint = hintFor(answer.status, hasToken);
    throw new ServiceError(error.message, { status: answer.status, ...(hint === undefined ? {} : { hint }) });
  }
}

function hintFor(status: number, hasToken: boolean): string | undefined {
  if (status === 400) return "The ciphertext may have been wrapped with another key.";
  if (status === 404) {
    return "There is no transit engine at this path, or it is in another namespace (VAULT_NAMESPACE).";
  }
  if (status !== 403) return undefined;
  return hasToken
    ? "The token is out of date, or its policies lack update on this path."
    : "There is no token: set VAULT_TOKEN, or log in with vault login or bao login.";
}

import type { AzureKeyVaultKey } from "../core/metadata.ts";
import { describeKey } from "../core/master-key.ts";
import { azureKey, parseAzureKeys } from "../core/parse-master-key.ts";
import { decodeBase64, encodeBase64 } from "../crypto/base64.ts";
import { SopsError } from "../errors.ts";
import { askOnce } from "./ask-once.ts";
import { environmentCertificates } from "./environment-fetch.ts";
import { isObject, type JsonObject, jsonOf, send, type ServiceAnswer, type ServiceRequest, textField } from "./http.ts";
import type { KeySource } from "./key-source.ts";
import { missingPackage } from "./missing-package.ts";
import { type RemoteOptions, remoteKeySource } from "./remote-key-source.ts";
import type { RemoteTask } from "./remote-task.ts";
import { reasonOf, ServiceError } from "./service-error.ts";

/** What is used of a credential of `@azure/identity`. */
export interface AzureCredential {
  /** An access token for the scopes. */
  getToken(
    scopes: string | string[],
    options?: { abortSignal?: AbortSignal; tenantId?: string },
  ): Promise<{
    /** A bearer token. */
    readonly token: string;
  } | null>;
}

/** What {@link azureKeyVault} takes; all fields optional. */
export interface AzureKeyVaultOptions extends RemoteOptions {
  /** Who asks. Default: the `DefaultAzureCredential` of the package `@azure/identity`. */
  readonly credential?: AzureCredential;
}

/**
 * The key source for keys in an Azure Key Vault or managed HSM, by URL. It needs the package `@azure/identity` unless a credential is
 * given.
 *
 * @see sops azkv/keysource.go
 */
export function azureKeyVault(options: AzureKeyVaultOptions = {}): KeySource<AzureKeyVaultKey> {
  const call = async (key: AzureKeyVaultKey, verb: "encrypt" | "decrypt", value: Uint8Array, task: RemoteTask) => {
    const version = key.version === "" ? "" : `/${encodeURIComponent(key.version)}`;
    const url = `${urlOf(key)}${version}/${verb}?api-version=${apiVersion}`;
    const body = JSON.stringify({ alg: "RSA-OAEP-256", value: encodeBase64Url(value) });
    const answer = await ask(
      { method: "POST", url, headers: { "content-type": "application/json" }, body },
      options,
      task,
    );
    const bytes = decodeBase64Url(textField(answer, "value", url));
    if (bytes === undefined) throw new ServiceError(`${key.vaultUrl} answered with a value that is not Base64`);
    return bytes;
  };
  const complete = async (key: AzureKeyVaultKey, task: RemoteTask): Promise<AzureKeyVaultKey> => {
    if (key.version !== "") return key;
    const url = `${urlOf(key)}/?api-version=${apiVersion}`;
    const answer = await ask({ method: "GET", url }, options, task);
    const version = textField(answer["key"], "kid", url).split("/").at(-1) ?? "";
    return { ...azureKey({ ...key, version }), createdAt: key.createdAt, enc: key.enc };
  };
  return remoteKeySource<AzureKeyVaultKey>(
    {
      kind: "azure_kv",
      wrapFailure: (key) =>
        key.version === ""
          ? `failed to fetch Azure Key to retrieve key version of ${key.vaultUrl}/keys/${key.name}`
          : `failed to encrypt sops data key with Azure Key Vault key '${describeKey(key)}'`,
      unwrapFailure: (key) => `failed to decrypt sops data key with Azure Key Vault key '${describeKey(key)}'`,
      parse: parseAzureKeys,
      complete,
      wrap: async (key, dataKey, task) => encodeBase64Url(await call(key, "encrypt", dataKey, task)),
      async unwrap(key, task) {
        const ciphertext = decodeBase64Url(key.enc);
        if (ciphertext === undefined || ciphertext.length === 0) throw notBase64();
        return call(key, "decrypt", ciphertext, task);
      },
    },
    options,
  );
}

const apiVersion = "7.4";

/** @throws SopsError `INVALID_MASTER_KEY` for what is no HTTPS URL: credentials don't go over open lines */
function urlOf({ vaultUrl, name }: AzureKeyVaultKey): string {
  if (/^https:\/\/[^/?#@]+\/?$/.test(vaultUrl)) {
    return `${vaultUrl.replace(/\/$/, "")}/keys/${encodeURIComponent(name)}`;
  }
  throw new SopsError("INVALID_MASTER_KEY", `${JSON.stringify(vaultUrl)} is not the URL of an Azure Key Vault`, {
    hint: "Its form is https://NAME.vault.azure.net.",
  });
}

function notBase64(): SopsError {
  return new SopsError("COULD_NOT_RETRIEVE_KEY", "failed to base64 decode Azure Key Vault encrypted key", {
    hint: "The key's `enc` in the file's metadata was damaged.",
  });
}

/**
 * Asks a vault. The first time it is asked without a token and without content: it answers whose token it wants.
 *
 * @throws ServiceError
 */
async function ask(
  request: ServiceRequest,
  { credential }: AzureKeyVaultOptions,
  task: RemoteTask,
): Promise<JsonObject> {
  const { origin } = new URL(request.url);
  const challenge = await askOnce(task.context, `azure_kv: challenge of ${origin}`, () => challengeOf(request, task));
  const token = await tokenFor(challenge, credential, task);
  task.hide(token);
  const headers = { ...request.headers, authorization: `Bearer ${token}` };
  const answer = await send({ ...request, headers }, task);
  try {
    return jsonOf(answer, request.url);
  } catch (error) {
    const hint = hints[answer.status];
    if (!(error instanceof ServiceError) || hint === undefined) throw error;
    throw new ServiceError(error.message, { status: answer.status, hint });
  }
}

const hints: Readonly<Record<number, string>> = {
  400: "The ciphertext may have been wrapped with another key.",
  401: "The credentials are wrong or out of date. Log in: az login",
  403: "Who asks needs the role Key Vault Crypto User, or the permissions get, encrypt and decrypt for keys.",
  404: "There is no such key or version in this vault.",
};

/** Whose token a vault wants, and from whom. */
interface Challenge {
  readonly scope: string;
  readonly tenantId: string | undefined;
}

async function challengeOf({ method, url }: ServiceRequest, task: RemoteTask): Promise<Challenge> {
  const answer = await send({ method, url }, task);
  const { origin, host } = new URL(url);
  const header = answer.headers.get("www-authenticate");
  if (answer.status !== 401 || header === null) throw noChallenge(answer, url, origin);
  const parameters = new Map(
    [...header.matchAll(/(\w+)="?([^",\s]*)"?/g)].map(([, name = "", value = ""]) => [name, value]),
  );
  const resource = (parameters.get("scope") || parameters.get("resource")) ?? "";
  if (!URL.canParse(resource)) throw new ServiceError(`${origin} does not say whose token it wants`);
  // Otherwise a server of anyone's could collect tokens for a vault.
  if (!host.endsWith(`.${new URL(resource).host}`)) {
    throw new ServiceError(`${origin} wants a token for ${resource}, which it does not belong to`);
  }
  const authority = parameters.get("authorization") ?? "";
  return {
    scope: resource.endsWith("/.default") ? resource : `${resource}/.default`,
    tenantId: URL.canParse(authority) ? new URL(authority).pathname.split("/")[1] || undefined : undefined,
  };
}

function noChallenge(answer: ServiceAnswer, url: string, origin: string): ServiceError {
  try {
    jsonOf(answer, url);
  } catch (error) {
    if (error instanceof ServiceError) return error;
    throw error;
  }
  return new ServiceError(`${origin} asks for no token, so it is no Azure Key Vault`);
}

async function tokenFor(
  { scope, tenantId }: Challenge,
  given: AzureCredential | undefined,
  task: RemoteTask,
): Promise<string> {
  if (given === undefined && task.context.onlyGivenIdentities) throw noneGiven();
  const credential = given ?? (await askOnce(task.context, "azure_kv: credential", () => defaultCredential(task)));
  try {
    const options = { abortSignal: task.signal, ...(tenantId === undefined ? {} : { tenantId }) };
    const answer = await credential.getToken([scope], options);
    if (isObject(answer) && typeof answer.token === "string") return answer.token;
    throw new ServiceError("the credential gave no token");
  } catch (error) {
    if (error instanceof SopsError) throw error;
    throw new ServiceError(`there are no credentials for Azure: ${reasonOf(error)}`, {
      hint: "Log in with az login, or set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET.",
    });
  }
}

async function defaultCredential({ context }: RemoteTask): Promise<AzureCredential> {
  const { DefaultAzureCredential } = await loadIdentity();
  const ca = await environmentCertificates(context.platform);
  return new DefaultAzureCredential(ca === undefined ? {} : { tlsOptions: { ca: ca.join("\n") } });
}

/** What is used of `@azure/identity`. */
export interface AzureIdentityPackage {
  readonly DefaultAzureCredential: new (options: { tlsOptions?: { ca: string } }) => AzureCredential;
}

async function loadIdentity(): Promise<AzureIdentityPackage> {
  try {
    return (await import("@azure/identity" as string)) as AzureIdentityPackage;
  } catch (error) {
    throw missingPackage("@azure/identity", "Azure Key Vault keys", error);
  }
}

function noneGiven(): SopsError {
  return new SopsError("GENERIC", "no Azure credential was given, and only given ones may be used", {
    hint: 'Pass keySources: { azure_kv: azureKeyVault({ credential }) } of "sops-ts/key-sources".',
  });
}

/** Base64 for URLs, without padding (RFC 4648, section 5). */
function encodeBase64Url(bytes: Uint8Array): string {
  return encodeBase64(bytes).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

function decodeBase64Url(text: string): Uint8Array | undefined {
  if (!/^[\w-]*$/.test(text)) return undefined;
  const padding = "=".repeat((4 - (text.length % 4)) % 4);
  return decodeBase64(text.replaceAll("-", "+").replaceAll("_", "/") + padding);
}

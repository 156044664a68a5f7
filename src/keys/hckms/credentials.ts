import { decodeUtf8Replacing } from "../../bytes.ts";
import { SopsError } from "../../errors.ts";
import { isObject, jsonOf, send, sendForJson, textField } from "../http.ts";
import type { RemoteTask } from "../remote-task.ts";
import { ServiceError } from "../service-error.ts";
import { iamEndpoint } from "./regions.ts";
import type { SigningKey } from "./signature.ts";

/** Who asks Huawei Cloud. */
export interface HuaweiCredentials extends SigningKey {
  /** The project that the key belongs to. Default: the only one that the account has in the key's region. */
  readonly projectId?: string;
  /** Where IAM is. Default: by the region. */
  readonly iamEndpoint?: string;
}

/**
 * The credentials of the caller or else those of the environment, the credentials file, the machine's metadata service or the pod:
 * the first that there are.
 *
 * @throws SopsError with what each of them had
 */
export async function findCredentials(
  given: HuaweiCredentials | undefined,
  task: RemoteTask,
): Promise<HuaweiCredentials> {
  if (given !== undefined) return given;
  if (task.context.onlyGivenIdentities) throw noneGiven();
  const reasons: string[] = [];
  for (const [place, find] of places) {
    try {
      return await find(task);
    } catch (error) {
      task.signal.throwIfAborted();
      if (!(error instanceof ServiceError)) throw error;
      reasons.push(`${place}: ${error.message}`);
    }
  }
  throw new ServiceError(`failed to get HuaweiCloud credentials: ${reasons.join("; ")}`, {
    hint: "Set HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK.",
  });
}

function noneGiven(): SopsError {
  return new SopsError("GENERIC", "no Huawei Cloud credentials were given, and only given ones may be used", {
    hint: 'Pass keySources: { hckms: huaweiKms({ credentials }) } of "sops-ts/key-sources".',
  });
}

const places: readonly (readonly [place: string, find: (task: RemoteTask) => Promise<HuaweiCredentials>])[] = [
  [
    "environment",
    (task) => fromSettings((name) => task.context.platform.env(`HUAWEICLOUD_SDK_${name.toUpperCase()}`), task),
  ],
  ["credentials file", fromFile],
  ["metadata service", fromMetadata],
  ["pod", fromPod],
];

/** @param setting - by its name in the credentials file, such as `project_id` */
async function fromSettings(
  setting: (name: string) => string | undefined,
  task: RemoteTask,
): Promise<HuaweiCredentials> {
  const [idpId, idTokenFile, accessKey, secretKey] = ["idp_id", "id_token_file", "ak", "sk"].map(
    (name) => setting(name) || undefined,
  );
  const [projectId, endpoint, securityToken] = ["project_id", "iam_endpoint", "security_token"].map(
    (name) => setting(name) || undefined,
  );
  const place = {
    ...(projectId === undefined ? {} : { projectId }),
    ...(endpoint === undefined ? {} : { iamEndpoint: endpoint }),
  };
  if (idpId !== undefined && idTokenFile !== undefined) {
    return { ...(await fromIdentityProvider(idpId, idTokenFile, endpoint, task)), ...place };
  }
  if (accessKey === undefined || secretKey === undefined) {
    throw new ServiceError("AK&SK or IdpId&IdTokenFile does not exist");
  }
  return { accessKey, secretKey, ...(securityToken === undefined ? {} : { securityToken }), ...place };
}

/** The section `basic` of an INI file. */
async function fromFile(task: RemoteTask): Promise<HuaweiCredentials> {
  const { platform } = task.context;
  const home = platform.homeDirectory();
  const path = platform.env("HUAWEICLOUD_SDK_CREDENTIALS_FILE") || (home && `${home}/.huaweicloud/credentials`);
  const bytes = path ? await platform.readFileIfExists(path) : undefined;
  if (bytes === undefined) throw new ServiceError(path ? `open ${path}: no such file` : "there is no home directory");
  const settings = new Map<string, string>();
  let section = "";
  for (const line of decodeUtf8Replacing(bytes).split(/\r?\n/)) {
    section = /^\s*\[(.*)\]/.exec(line)?.[1]?.trim() ?? section;
    const [, name, value = ""] = /^\s*(\w+)\s*[=:]\s*(.*?)\s*$/.exec(line) ?? [];
    if (section === "basic" && name !== undefined) settings.set(name, value.replace(/^(["'])(.*)\1$/, "$2"));
  }
  return fromSettings((name) => settings.get(name), task);
}

const sessionSeconds = 6 * 60 * 60;

/** Exchanges the token of an identity provider for temporary credentials. */
async function fromIdentityProvider(
  idpId: string,
  idTokenFile: string,
  endpoint: string | undefined,
  task: RemoteTask,
): Promise<SigningKey> {
  const iam = iamEndpoint(endpoint, undefined, task);
  const content = await task.context.platform.readFileIfExists(idTokenFile);
  if (content === undefined) throw new ServiceError(`open ${idTokenFile}: no such file`);
  const id = decodeUtf8Replacing(content).trim();
  task.hide(id);
  const url = `${iam}/v3.0/OS-AUTH/id-token/tokens`;
  const headers = { "content-type": "application/json;charset=UTF-8" };
  const body = JSON.stringify({ auth: { id_token: { id } } });
  const answer = await send({ method: "POST", url, headers: { ...headers, "x-idp-id": idpId }, body }, task);
  jsonOf(answer, url);
  const token = answer.headers.get("x-subject-token") ?? "";
  if (token === "") throw new ServiceError("failed to get X-Auth-Token");
  task.hide(token);
  const identity = { methods: ["token"], token: { id: token, duration_seconds: sessionSeconds } };
  const keysUrl = `${iam}/v3.0/OS-CREDENTIAL/securitytokens`;
  const request = { method: "POST", url: keysUrl, headers, body: JSON.stringify({ auth: { identity } }) } as const;
  return temporaryKey((await sendForJson(request, task))["credential"], keysUrl);
}

const metadataUrl = "http://169.254.169.254";
const metadataTimeoutMs = 3000;

/** The credentials of the agency that a cloud server has. */
async function fromMetadata(task: RemoteTask): Promise<SigningKey> {
  const requester = {
    fetch: task.fetch,
    signal: AbortSignal.any([task.signal, AbortSignal.timeout(metadataTimeoutMs)]),
  };
  const url = `${metadataUrl}/openstack/latest/securitykey`;
  try {
    const tokenHeaders = { "x-metadata-token-ttl-seconds": String(sessionSeconds) };
    const token = await send(
      { method: "PUT", url: `${metadataUrl}/meta-data/latest/api/token`, headers: tokenHeaders, maxRetries: 0 },
      requester,
    );
    const headers = token.status === 200 ? { "x-metadata-token": token.text } : {};
    const answer = await sendForJson({ method: "GET", url, headers, maxRetries: 0 }, requester);
    return temporaryKey(answer["credential"], url);
  } catch (error) {
    if (error instanceof SopsError) throw error;
    throw new ServiceError(`${metadataUrl} does not answer`);
  }
}

/** The credentials of a pod, from the agent that its variables name. */
async function fromPod(task: RemoteTask): Promise<SigningKey> {
  const { platform } = task.context;
  const url = platform.env("HC_CONTAINER_CREDENTIALS_FULL_URI");
  const tokenFile = platform.env("HC_CONTAINER_AUTHORIZATION_TOKEN_FILE");
  if (!url || !tokenFile) {
    throw new ServiceError("HC_CONTAINER_CREDENTIALS_FULL_URI and HC_CONTAINER_AUTHORIZATION_TOKEN_FILE are not set");
  }
  const content = await platform.readFileIfExists(tokenFile);
  if (content === undefined) throw new ServiceError(`open ${tokenFile}: no such file`);
  const authorization = decodeUtf8Replacing(content).trim();
  task.hide(authorization);
  const headers = { "content-type": "application/json; charset=utf-8", authorization };
  const answer = await sendForJson({ method: "POST", url, headers, body: "{}" }, task);
  return temporaryKey(answer["credentials"], url);
}

/** Temporary credentials, under either of the names that the services have for their parts. */
function temporaryKey(credential: unknown, url: string): SigningKey {
  const field = (name: string, other: string): string =>
    textField(credential, isObject(credential) && name in credential ? name : other, url);
  return {
    accessKey: field("access", "accessKeyId"),
    secretKey: field("secret", "secretAccessKey"),
    securityToken: field("securitytoken", "securityToken"),
  };
}

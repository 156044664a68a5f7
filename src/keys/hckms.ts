import type { HckmsKey } from "../core/metadata.ts";
import { parseHckmsKeys } from "../core/parse-master-key.ts";
import { decodeBase64, encodeBase64 } from "../crypto/base64.ts";
import { SopsError } from "../errors.ts";
import { askOnce } from "./ask-once.ts";
import { findCredentials, type HuaweiCredentials } from "./hckms/credentials.ts";
import { iamEndpoint, kmsEndpoint } from "./hckms/regions.ts";
import { signedHeaders } from "./hckms/signature.ts";
import { isObject, type JsonObject, sendForJson, textField } from "./http.ts";
import type { KeySource } from "./key-source.ts";
import { type RemoteOptions, remoteKeySource } from "./remote-key-source.ts";
import type { RemoteTask } from "./remote-task.ts";
import { ServiceError } from "./service-error.ts";

export type { HuaweiCredentials } from "./hckms/credentials.ts";

/** What {@link huaweiKms} takes; all fields optional. */
export interface HuaweiKmsOptions extends RemoteOptions {
  /** Who asks. Default: whom the environment, `~/.huaweicloud/credentials` or the machine says. */
  readonly credentials?: HuaweiCredentials;
  /** Where the service is. Default: by the key's region. */
  readonly endpoint?: string;
}

/**
 * The key source for keys of Huawei Cloud KMS (DEW), by `region:uuid`.
 *
 * @see sops hckms/keysource.go
 */
export function huaweiKms(options: HuaweiKmsOptions = {}): KeySource<HckmsKey> {
  const call = async (key: HckmsKey, action: "encrypt-data" | "decrypt-data", input: JsonObject, task: RemoteTask) => {
    const [region, keyId] = partsOf(key);
    const endpoint = options.endpoint ?? (await kmsEndpoint(region, task));
    const { identity, projectId } = await askOnce(task.context, `hckms: project in ${region}`, () =>
      projectIn(region, task),
    );
    const path = `/v1.0/${encodeURIComponent(projectId)}/kms/${action}`;
    const body = JSON.stringify({ key_id: keyId, encryption_algorithm: "SYMMETRIC_DEFAULT", ...input });
    const signed = signedHeaders(
      { method: "POST", path, query: {}, headers: { "x-project-id": projectId }, body },
      identity,
      { cipher: task.context.cipher, now: new Date() },
    );
    const url = `${endpoint.replace(/\/+$/, "")}${path}`;
    const headers = { ...signed, "content-type": "application/json" };
    return { answer: await sendForJson({ method: "POST", url, headers, body }, task).catch(withHint), url };
  };
  const projectIn = async (
    region: string,
    task: RemoteTask,
  ): Promise<{ identity: HuaweiCredentials; projectId: string }> => {
    const identity = await askOnce(task.context, "hckms: credentials", () =>
      findCredentials(options.credentials, task),
    );
    task.hide(identity.secretKey);
    task.hide(identity.securityToken ?? "");
    return { identity, projectId: identity.projectId ?? (await findProject(region, identity, task)) };
  };
  return remoteKeySource<HckmsKey>(
    {
      kind: "hckms",
      wrapFailure: () => "failed to encrypt sops data key with HuaweiCloud KMS",
      unwrapFailure: () => "failed to decrypt sops data key with HuaweiCloud KMS",
      parse: parseHckmsKeys,
      async wrap(key, dataKey, task) {
        const { answer, url } = await call(key, "encrypt-data", { plain_text: encodeBase64(dataKey) }, task);
        return textField(answer, "cipher_text", url);
      },
      async unwrap(key, task) {
        const { answer, url } = await call(key, "decrypt-data", { cipher_text: key.enc }, task);
        const dataKey = decodeBase64(textField(answer, "plain_text", url));
        if (dataKey === undefined) throw new ServiceError("failed to base64 decode decrypted data key");
        return dataKey;
      },
    },
    options,
  );
}

function partsOf({ keyId }: HckmsKey): [region: string, keyId: string] {
  const colon = keyId.indexOf(":");
  const [region, id] = [keyId.slice(0, colon).trim(), keyId.slice(colon + 1).trim()];
  if (colon > 0 && /^[a-z0-9-]+$/i.test(region) && id !== "") return [region, id];
  throw new SopsError(
    "INVALID_MASTER_KEY",
    `invalid key ID format: expected 'region:key-uuid', got ${JSON.stringify(keyId)}`,
  );
}

/** The id of the account's project in a region, where the credentials don't name one. */
async function findProject(region: string, identity: HuaweiCredentials, task: RemoteTask): Promise<string> {
  const path = "/v3/projects";
  const signed = signedHeaders({ method: "GET", path, query: { name: region }, headers: {}, body: "" }, identity, {
    cipher: task.context.cipher,
    now: new Date(),
  });
  const url = `${iamEndpoint(identity.iamEndpoint, region, task)}${path}?name=${encodeURIComponent(region)}`;
  const { projects } = await sendForJson({ method: "GET", url, headers: signed }, task).catch(withHint);
  const ids = (Array.isArray(projects) ? projects : []).map((project: unknown) => isObject(project) && project["id"]);
  const [id] = ids;
  if (ids.length === 1 && typeof id === "string") return id;
  const found = ids.length === 0 ? "there is none" : `there are ${ids.length}`;
  throw new ServiceError(`failed to get project id of region '${region}' automatically: ${found}`, {
    hint: "Set HUAWEICLOUD_SDK_PROJECT_ID.",
  });
}

/** @throws the same error, with what may help */
function withHint(error: unknown): never {
  if (!(error instanceof ServiceError) || error.status === undefined) throw error;
  const hint = hints[error.status];
  throw hint === undefined ? error : new ServiceError(error.message, { status: error.status, hint });
}

const hints: Readonly<Record<number, string>> = {
  401: "The access key is wrong or out of date.",
  403: "Who asks needs kms:dek:encrypt and kms:dek:decrypt rights for this key, and the access key has to be right.",
  404: "There is no such key in this region and project.",
};

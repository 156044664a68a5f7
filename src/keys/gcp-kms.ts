import { decodeUtf8Replacing } from "../bytes.ts";
import type { GcpKmsKey } from "../core/metadata.ts";
import { parseGcpKmsKeys } from "../core/parse-master-key.ts";
import { decodeBase64, encodeBase64 } from "../crypto/base64.ts";
import { SopsError } from "../errors.ts";
import { googleHeaders } from "./google-credentials.ts";
import { type JsonObject, parseJson, sendForJson, textField } from "./http.ts";
import type { KeySource } from "./key-source.ts";
import { type RemoteOptions, remoteKeySource } from "./remote-key-source.ts";
import type { RemoteTask } from "./remote-task.ts";
import { ServiceError } from "./service-error.ts";

/** What {@link gcpKms} takes; all fields optional. */
export interface GcpKmsOptions extends RemoteOptions {
  /** An OAuth 2.0 access token, or what gives one. Default: as {@link gcpKms} says. */
  readonly accessToken?: string | (() => Promise<string>);
  /** A credentials file's content, such as a service account's. Needs the package google-auth-library. Default: as {@link gcpKms} says. */
  readonly credentials?: object;
  /** Where the service is, such as `https://cloudkms.googleapis.com`. Default: by the environment, else Google's. */
  readonly endpoint?: string;
}

/**
 * The key source for GCP KMS keys, by resource id. Who asks is, in this order: `accessToken` or `credentials`, `GOOGLE_CREDENTIALS`
 * (a path, or the JSON itself), `GOOGLE_OAUTH_ACCESS_TOKEN`, the application default credentials. All but access tokens need the
 * package google-auth-library.
 *
 * @see sops gcpkms/keysource.go
 */
export function gcpKms(options: GcpKmsOptions = {}): KeySource<GcpKmsKey> {
  const call = async (key: GcpKmsKey, verb: "encrypt" | "decrypt", input: JsonObject, task: RemoteTask) => {
    const url = `${endpointOf(options, task)}/v1/${pathOf(key)}:${verb}`;
    const headers = { ...(await authorization(options, task)), "content-type": "application/json" };
    const answer = await sendForJson({ method: "POST", url, headers, body: JSON.stringify(input) }, task).catch(
      withHint,
    );
    return { answer, url };
  };
  return remoteKeySource<GcpKmsKey>(
    {
      kind: "gcp_kms",
      wrapFailure: () => "failed to encrypt sops data key with GCP KMS key",
      unwrapFailure: () => "failed to decrypt sops data key with GCP KMS key",
      parse: parseGcpKmsKeys,
      async wrap(key, dataKey, task) {
        const { answer, url } = await call(key, "encrypt", { plaintext: encodeBase64(dataKey) }, task);
        return textField(answer, "ciphertext", url);
      },
      async unwrap(key, task) {
        const ciphertext = decodeBase64(key.enc);
        if (ciphertext === undefined || ciphertext.length === 0) throw notBase64();
        const { answer, url } = await call(key, "decrypt", { ciphertext: encodeBase64(ciphertext) }, task);
        const dataKey = decodeBase64(textField(answer, "plaintext", url));
        if (dataKey === undefined) throw new ServiceError(`${url} answered with a plaintext that is not Base64`);
        return dataKey;
      },
    },
    options,
  );
}

/** @throws SopsError `INVALID_MASTER_KEY` */
function pathOf({ resourceId }: GcpKmsKey): string {
  if (/^projects\/[^/]+\/locations\/[^/]+\/keyRings\/[^/]+\/cryptoKeys\/[^/]+$/.test(resourceId)) {
    return resourceId.split("/").map(encodeURIComponent).join("/");
  }
  throw new SopsError("INVALID_MASTER_KEY", `no valid resource ID found in ${JSON.stringify(resourceId)}`, {
    hint: "Its form is projects/PROJECT/locations/LOCATION/keyRings/RING/cryptoKeys/KEY.",
  });
}

function notBase64(): SopsError {
  return new SopsError("COULD_NOT_RETRIEVE_KEY", "the GCP KMS ciphertext of the data key is not Base64", {
    hint: "The key's `enc` in the file's metadata was damaged.",
  });
}

/** Where the service is, without a slash at the end. */
function endpointOf({ endpoint }: GcpKmsOptions, { context: { platform } }: RemoteTask): string {
  const named = endpoint ?? (platform.env("SOPS_GCP_KMS_ENDPOINT") || undefined);
  const universe =
    platform.env("SOPS_GCP_KMS_UNIVERSE_DOMAIN") || platform.env("GOOGLE_CLOUD_UNIVERSE_DOMAIN") || "googleapis.com";
  const text = named ?? `https://cloudkms.${universe}`;
  const url = /^https?:\/\//.test(text) ? text : `https://${text}`;
  if (!URL.canParse(url)) {
    throw new SopsError("INVALID_MASTER_KEY", `${JSON.stringify(text)} is no endpoint of GCP KMS`);
  }
  return url.replace(/\/+$/, "");
}

/** The headers that say who asks. */
async function authorization(options: GcpKmsOptions, task: RemoteTask): Promise<Record<string, string>> {
  const { accessToken, credentials } = options;
  const token = typeof accessToken === "function" ? await accessToken() : accessToken;
  if (token !== undefined) return bearer(token, task);
  if (credentials !== undefined) return kmsHeaders(credentials, task);
  const { onlyGivenIdentities, platform } = task.context;
  if (onlyGivenIdentities) throw noneGiven();
  const text = platform.env("GOOGLE_CREDENTIALS");
  if (text) return kmsHeaders(await readCredentials(text, task), task);
  const ready = platform.env("GOOGLE_OAUTH_ACCESS_TOKEN");
  return ready ? bearer(ready, task) : kmsHeaders(undefined, task);
}

function bearer(token: string, task: RemoteTask): Record<string, string> {
  task.hide(token);
  return { authorization: `Bearer ${token}` };
}

/** The credentials in a file, or in the text itself. */
async function readCredentials(text: string, { context: { platform } }: RemoteTask): Promise<object> {
  // A path has no such length, and no file system takes a brace at its start for anything but a name.
  const file = text.trimStart().startsWith("{") ? undefined : await platform.readFileIfExists(text);
  const json = parseJson(file === undefined ? text : decodeUtf8Replacing(file));
  if (json !== undefined) return json;
  const problem = file === undefined ? "neither the path of a file nor JSON" : "the path of a file that is not JSON";
  throw new SopsError("GENERIC", `credentials: GOOGLE_CREDENTIALS is ${problem}`);
}

const scopes = ["https://www.googleapis.com/auth/cloud-platform", "https://www.googleapis.com/auth/cloudkms"];

/** @param credentials - undefined: the application default credentials */
function kmsHeaders(credentials: object | undefined, task: RemoteTask): Promise<Record<string, string>> {
  return googleHeaders({ scopes, credentials, user: "GCP KMS keys", hint: howToLogIn }, task);
}

const howToLogIn =
  "Log in with gcloud auth application-default login, or set GOOGLE_CREDENTIALS to a credentials file, " +
  "or GOOGLE_OAUTH_ACCESS_TOKEN to a token.";

function noneGiven(): SopsError {
  return new SopsError("GENERIC", "no Google Cloud credentials were given, and only given ones may be used", {
    hint: 'Pass keySources: { gcp_kms: gcpKms({ accessToken }) } of "sops-ts/key-sources".',
  });
}

/** @throws the same error, with what may help */
function withHint(error: unknown): never {
  if (!(error instanceof ServiceError) || error.status === undefined) throw error;
  const hint = hints[error.status];
  throw hint === undefined ? error : new ServiceError(error.message, { status: error.status, hint });
}

const hints: Readonly<Record<number, string>> = {
  400: "The ciphertext may have been wrapped with another key.",
  401: `The credentials are wrong or out of date. ${howToLogIn}`,
  403: "Who asks needs the role roles/cloudkms.cryptoKeyEncrypterDecrypter for this key.",
  404: "The resource ID names another project, location, ring or key than the one that there is.",
};

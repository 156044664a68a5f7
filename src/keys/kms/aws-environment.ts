import { SopsError } from "../../errors.ts";
import { askOnce } from "../ask-once.ts";
import { environmentFetch, fileNamedBy } from "../environment-fetch.ts";
import type { Fetch } from "../http.ts";
import type { KeyContext } from "../key-source.ts";
import type { RemoteTask } from "../remote-task.ts";

/*
 * The variables by which the AWS SDK is set up, as far as it does not read them itself as sops's does.
 */

/** The credentials of an AWS account, or what gives them, such as a provider of the AWS SDK. */
export type AwsCredentials = AwsIdentity | (() => Promise<AwsIdentity>);

/** An access key of AWS. */
export interface AwsIdentity {
  /** `AKIA…`, or `ASIA…` for temporary ones. */
  readonly accessKeyId: string;
  /** The secret that belongs to it. */
  readonly secretAccessKey: string;
  /** The token of temporary credentials. Default: none. */
  readonly sessionToken?: string;
}

/** The SDK warns on the console otherwise. */
export const silence = { debug: nothing, info: nothing, warn: nothing, error: nothing };

function nothing(): void {}

/** Keys in the environment, which go before `AWS_PROFILE` as they do with sops. */
export function environmentIdentity({ context }: RemoteTask): AwsIdentity | undefined {
  if (context.onlyGivenIdentities) return undefined;
  const env = (name: string): string | undefined => context.platform.env(name) || undefined;
  const [accessKeyId, secretAccessKey] = [env("AWS_ACCESS_KEY_ID"), env("AWS_SECRET_ACCESS_KEY")];
  const sessionToken = env("AWS_SESSION_TOKEN");
  if (accessKeyId === undefined || secretAccessKey === undefined) return undefined;
  return { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) };
}

/** The same credentials, kept out of messages from the moment that they are known. */
export function hiding(credentials: AwsCredentials, task: RemoteTask): () => Promise<AwsIdentity> {
  return async () => {
    const identity = typeof credentials === "function" ? await credentials() : credentials;
    task.hide(identity.secretAccessKey);
    task.hide(identity.sessionToken ?? "");
    return identity;
  };
}

/** `fetch` that trusts the certificates of `AWS_CA_BUNDLE`, where that is set. */
export function awsFetch(context: KeyContext): Promise<Fetch> {
  return askOnce(context, "aws: fetch", async () => {
    const ca = await fileNamedBy("AWS_CA_BUNDLE", context.platform);
    return environmentFetch(context, ca === undefined ? {} : { tls: { ca: [ca] } });
  });
}

/**
 * Where `AWS_ENDPOINT_URL` says that a service is; none where the SDK is to find it out.
 *
 * @throws SopsError when it says no URL
 */
export function endpointOf(
  service: "KMS" | "S3" | "STS",
  { context: { platform } }: RemoteTask,
): { readonly endpoint?: string } {
  if (platform.env("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS") === "true") return {};
  const names = [`AWS_ENDPOINT_URL_${service}`, "AWS_ENDPOINT_URL"];
  const name = names.find((variable) => platform.env(variable)) ?? "";
  const endpoint = platform.env(name);
  if (!endpoint) return {};
  if (/^https?:\/\//i.test(endpoint) && URL.canParse(endpoint)) return { endpoint };
  throw new SopsError("GENERIC", `${name} is no URL: ${JSON.stringify(endpoint)}`, {
    hint: "Its form is https://HOST:PORT.",
  });
}

import type { KmsKey } from "../../core/metadata.ts";
import { SopsError } from "../../errors.ts";
import { askOnce } from "../ask-once.ts";
import { missingPackage } from "../missing-package.ts";
import type { RemoteTask } from "../remote-task.ts";
import { ServiceError } from "../service-error.ts";
import {
  type AwsCredentials,
  type AwsIdentity,
  endpointOf,
  environmentIdentity,
  hiding,
  silence,
} from "./aws-environment.ts";
import { awsFailure, type AwsHints, profileHints } from "./aws-failure.ts";
import { fetchHandler } from "./fetch-handler.ts";

/** What is used of the AWS SDK's `KMS`. */
export interface KmsClient {
  /** Wraps a data key, and gives the `CiphertextBlob`. */
  encrypt(
    input: { KeyId: string; Plaintext: Uint8Array; EncryptionContext: Record<string, string> },
    options: { abortSignal: AbortSignal },
  ): Promise<{
    /** The wrapped data key. */
    CiphertextBlob?: Uint8Array | undefined;
  }>;
  /** Unwraps a data key, and gives the `Plaintext`. */
  decrypt(
    input: { KeyId: string; CiphertextBlob: Uint8Array; EncryptionContext: Record<string, string> },
    options: { abortSignal: AbortSignal },
  ): Promise<{
    /** The data key. */
    Plaintext?: Uint8Array | undefined;
  }>;
}

/** What is used of `@aws-sdk/client-kms`. */
export interface KmsPackage {
  readonly KMS: new (settings: ClientSettings) => KmsClient;
}

/** What is used of `@aws-sdk/client-sts`. */
export interface StsPackage {
  readonly STS: new (settings: ClientSettings) => {
    assumeRole(
      input: { RoleArn: string; RoleSessionName: string },
      options: { abortSignal: AbortSignal },
    ): Promise<{ Credentials?: AssumedCredentials | undefined }>;
  };
}

interface AssumedCredentials {
  AccessKeyId?: string | undefined;
  SecretAccessKey?: string | undefined;
  SessionToken?: string | undefined;
}

/** What both clients are made with. */
interface ClientSettings {
  readonly region: string;
  readonly requestHandler: ReturnType<typeof fetchHandler>;
  readonly credentials?: AwsCredentials;
  readonly profile?: string;
  readonly endpoint?: string;
  readonly logger: typeof silence;
}

/** A client for the key's region and profile, in the key's role. One serves all keys of an operation that agree in these. */
export function kmsClientFor(
  key: KmsKey,
  region: string,
  task: RemoteTask,
  credentials: AwsCredentials | undefined,
): Promise<KmsClient> {
  const name = `kms: client ${JSON.stringify([region, key.role, key.awsProfile])}`;
  return askOnce(task.context, name, () => makeClient(key, region, task, credentials));
}

async function makeClient(
  key: KmsKey,
  region: string,
  task: RemoteTask,
  given: AwsCredentials | undefined,
): Promise<KmsClient> {
  const { role, awsProfile } = key;
  const { KMS } = await loadKms();
  const credentials = given ?? (awsProfile === "" ? environmentIdentity(task) : undefined);
  if (credentials === undefined && task.context.onlyGivenIdentities) throw noneGiven();
  const settings: ClientSettings = {
    region,
    requestHandler: fetchHandler(task.fetch),
    logger: silence,
    ...(credentials === undefined ? {} : { credentials: hiding(credentials, task) }),
    ...(awsProfile === "" ? {} : { profile: awsProfile }),
  };
  const assumed = role === "" ? settings : { ...settings, credentials: await assumeRole(key, settings, task) };
  return new KMS({ ...assumed, ...endpointOf("KMS", task) });
}

async function assumeRole(key: KmsKey, settings: ClientSettings, task: RemoteTask): Promise<AwsIdentity> {
  const { role } = key;
  const { STS } = await loadSts();
  const client = new STS({ ...settings, ...endpointOf("STS", task) });
  const input = { RoleArn: role, RoleSessionName: sessionName(task.context.platform.hostName()) };
  try {
    const { Credentials: assumed } = await client.assumeRole(input, { abortSignal: task.signal });
    const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, SessionToken: sessionToken } = assumed ?? {};
    if (accessKeyId === undefined || secretAccessKey === undefined || sessionToken === undefined) {
      throw new ServiceError("AWS STS answered without credentials");
    }
    task.hide(secretAccessKey);
    task.hide(sessionToken);
    return { accessKeyId, secretAccessKey, sessionToken };
  } catch (error) {
    const { message, hint } =
      error instanceof ServiceError ? error : awsFailure(error, [...profileHintsOf(key, task), ...stsHints]);
    throw new SopsError("GENERIC", `failed to assume role '${role}': ${message}`, hint === undefined ? {} : { hint });
  }
}

const sessionNameCharacters = 64;

/**
 * The name of a session in an assumed role, `sops@HOST`.
 *
 * @see sops kms/keysource.go, `stsSessionName`
 */
export function sessionName(host = ""): string {
  // What stays of the host's name has no hyphen: in the pattern of sops one stands for a range.
  return `sops@${host.replaceAll(/[^a-zA-Z0-9=,.@-_]+/g, "")}`.slice(0, sessionNameCharacters);
}

// Each import stands in its own try: bundlers then let the package be missing.
async function loadKms(): Promise<KmsPackage> {
  try {
    return (await import("@aws-sdk/client-kms" as string)) as KmsPackage;
  } catch (error) {
    throw missingPackage("@aws-sdk/client-kms", "AWS KMS keys", error);
  }
}

async function loadSts(): Promise<StsPackage> {
  try {
    return (await import("@aws-sdk/client-sts" as string)) as StsPackage;
  } catch (error) {
    throw missingPackage("@aws-sdk/client-sts", "AWS KMS keys with a role", error);
  }
}

function noneGiven(): SopsError {
  return new SopsError("GENERIC", "no AWS credentials were given, and only given ones may be used", {
    hint: 'Pass keySources: { kms: awsKms({ credentials }) } of "sops-ts/key-sources".',
  });
}

const kmsHints: AwsHints = [
  [/^AccessDenied/, "Who asks needs kms:Encrypt and kms:Decrypt for this key, from the key's policy or an IAM policy."],
  [
    /^(?:InvalidCiphertextException|IncorrectKeyException):/,
    "The key or its encryption context is not the one that the data key was wrapped with.",
  ],
  [/^NotFoundException:/, "The ARN names another region, account or key than the one that there is."],
];

const stsHints: AwsHints = [
  [/^AccessDenied/, "Who asks needs sts:AssumeRole for the role, from its trust policy too."],
];

/** Why KMS failed for a key, in one line. */
export function kmsFailure(error: unknown, key: KmsKey, task: RemoteTask): SopsError {
  return awsFailure(error, [...profileHintsOf(key, task), ...kmsHints]);
}

function profileHintsOf({ awsProfile }: KmsKey, { context }: RemoteTask): AwsHints {
  return profileHints(awsProfile || context.platform.env("AWS_PROFILE"));
}

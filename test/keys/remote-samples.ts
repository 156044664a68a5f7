import type { MasterKey } from "../../src/core/metadata.ts";
import { azureKeyVault } from "../../src/keys/azure-kv.ts";
import { gcpKms } from "../../src/keys/gcp-kms.ts";
import { hcVault } from "../../src/keys/hc-vault.ts";
import { huaweiKms } from "../../src/keys/hckms.ts";
import type { KeyContext, KeySource } from "../../src/keys/key-source.ts";
import { awsKms } from "../../src/keys/kms.ts";
import type { RemoteOptions } from "../../src/keys/remote-key-source.ts";
import { aws } from "../support/cloud/aws.ts";
import { azure, challenge } from "../support/cloud/azure.ts";
import { gcp } from "../support/cloud/gcp.ts";
import { huawei } from "../support/cloud/huawei.ts";
import { type Cloud, type CloudAnswer, encryptOnly } from "../support/cloud/stand-in.ts";
import { vault } from "../support/cloud/vault.ts";
import { memoryPlatform } from "../support/memory-platform.ts";
import { contextWith } from "./context.ts";

/** A key source on the network, with a stand-in for its service, and how the two are brought together. */
export interface RemoteSample {
  readonly name: string;
  readonly cloud: () => Cloud;
  /** What the service answers first to whoever has not said who asks. Default: nothing of its own. */
  readonly challenge?: CloudAnswer;
  /** The source as it is when the caller gives nothing but these options. */
  readonly source: (url: () => string, options?: RemoteOptions) => KeySource;
  /** A key, its string form, one that may only be wrapped for, texts that are no keys. */
  readonly text: (url: string) => string;
  readonly otherText: (url: string) => string;
  readonly malformed: readonly string[];
  /** The environment of somebody who may use the key, and of somebody whose credentials are wrong. */
  readonly env: (url: string) => Readonly<Record<string, string>>;
  readonly wrongEnv: (url: string) => Readonly<Record<string, string>>;
  /** What must not get into a message. */
  readonly secrets: readonly string[];
}

/** A context with this environment and no more. */
export function contextIn(env: Readonly<Record<string, string>>): KeyContext {
  return contextWith({ platform: memoryPlatform({ env, hostName: "a-host" }), onlyGivenIdentities: false });
}

/** Says "any" where the type of keys cannot be known. */
function anyKind<Key extends MasterKey>(source: KeySource<Key>): KeySource {
  return source as unknown as KeySource;
}

export const awsAccess = {
  accessKeyId: "AKIDTESTTESTTEST",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG/secret",
  sessionToken: "FwoGZXIvYXdzEBYaD/session/token",
};

export const awsEnv = (url: string, secretAccessKey: string): Record<string, string> => ({
  AWS_ENDPOINT_URL: url,
  AWS_ACCESS_KEY_ID: awsAccess.accessKeyId,
  AWS_SECRET_ACCESS_KEY: secretAccessKey,
  AWS_SESSION_TOKEN: awsAccess.sessionToken,
});

const gcpToken = "ya29.a-google-access-token";
const vaultToken = "hvs.CAESIJ-a-vault-token";
const azureToken = "eyJ0eXAi.an-azure-token";

const huaweiAccess = {
  accessKey: "HPUATESTTEST",
  secretKey: "a-huawei-secret-key",
  securityToken: "a-huawei-security-token",
  projectIds: ["0a1b2c3d4e5f"],
};

const huaweiEnv = (url: string, secretKey: string): Record<string, string> => ({
  HUAWEICLOUD_SDK_REGION_KMS_CN_NORTH_4: url,
  HUAWEICLOUD_SDK_IAM_ENDPOINT: url,
  HUAWEICLOUD_SDK_AK: huaweiAccess.accessKey,
  HUAWEICLOUD_SDK_SK: secretKey,
  HUAWEICLOUD_SDK_SECURITY_TOKEN: huaweiAccess.securityToken,
});

const ring = "projects/p/locations/europe-west1/keyRings/r/cryptoKeys";

export const remoteSamples: readonly RemoteSample[] = [
  {
    name: "AWS KMS",
    cloud: () => aws({ access: [awsAccess] }),
    source: (_, options) => anyKind(awsKms(options)),
    text: () => "arn:aws:kms:eu-west-1:111122223333:key/1234abcd",
    otherText: () => `arn:aws:kms:eu-west-1:111122223333:alias/${encryptOnly}`,
    malformed: ["arn:aws:kms:eu-west-1:111122223333:key/1,"],
    env: (url) => awsEnv(url, awsAccess.secretAccessKey),
    wrongEnv: (url) => awsEnv(url, "a-secret-that-is-wrong"),
    secrets: [awsAccess.secretAccessKey, awsAccess.sessionToken, "a-secret-that-is-wrong"],
  },
  {
    name: "GCP KMS",
    cloud: () => gcp([gcpToken]),
    source: (_, options) => anyKind(gcpKms(options)),
    text: () => `${ring}/k1`,
    otherText: () => `${ring}/${encryptOnly}`,
    malformed: [`${ring}/k1,`],
    env: (url) => ({ SOPS_GCP_KMS_ENDPOINT: url, GOOGLE_OAUTH_ACCESS_TOKEN: gcpToken }),
    wrongEnv: (url) => ({ SOPS_GCP_KMS_ENDPOINT: url, GOOGLE_OAUTH_ACCESS_TOKEN: "ya29.a-wrong-token" }),
    secrets: [gcpToken, "ya29.a-wrong-token"],
  },
  {
    name: "Azure Key Vault",
    cloud: () => azure([azureToken]),
    challenge,
    source: (url, options) =>
      anyKind(azureKeyVault({ credential: environmentCredential(), fetch: toStandIn(url), ...options })),
    text: () => "https://v.vault.azure.net/keys/k1/0123456789abcdef",
    otherText: () => `https://v.vault.azure.net/keys/${encryptOnly}/fedcba9876543210`,
    malformed: ["https://v.vault.azure.net/secrets/k1", "http://v.vault.azure.net/keys/k1/1", "x"],
    env: () => setAzureToken(azureToken),
    wrongEnv: () => setAzureToken("eyJ0eXAi.a-wrong-token"),
    secrets: [azureToken, "eyJ0eXAi.a-wrong-token"],
  },
  {
    name: "HashiCorp Vault",
    cloud: () => vault({ tokens: [vaultToken] }),
    source: (_, options) => anyKind(hcVault(options)),
    text: (url) => `${url}/v1/transit/keys/k1`,
    otherText: (url) => `${url}/v1/deep/transit/keys/${encryptOnly}`,
    malformed: ["127.0.0.1:8200/v1/transit/keys/k1", "https://h/transit/keys/k1", "https://h/p/v1/transit/keys/k1"],
    env: () => ({ VAULT_TOKEN: vaultToken }),
    wrongEnv: () => ({ VAULT_TOKEN: "hvs.a-wrong-token" }),
    secrets: [vaultToken, "hvs.a-wrong-token"],
  },
  {
    name: "Huawei Cloud KMS",
    cloud: () => huawei(huaweiAccess),
    source: (_, options) => anyKind(huaweiKms(options)),
    text: () => "cn-north-4:01234567-89ab",
    otherText: () => `cn-north-4:${encryptOnly}`,
    malformed: ["cn-north-4", ":k", "cn-north-4:"],
    env: (url) => huaweiEnv(url, huaweiAccess.secretKey),
    wrongEnv: (url) => huaweiEnv(url, "a-wrong-secret-key"),
    secrets: [huaweiAccess.secretKey, huaweiAccess.securityToken, "a-wrong-secret-key"],
  },
];

/** What the credential of the sample for Azure gives: it has no variables of its own. */
let currentAzureToken = azureToken;

function setAzureToken(token: string): Record<string, string> {
  currentAzureToken = token;
  return {};
}

function environmentCredential(): { getToken(): Promise<{ token: string }> } {
  return { getToken: async () => ({ token: currentAzureToken }) };
}

/** Takes requests for vaults of Azure to a stand-in, which has no certificate for their names. */
function toStandIn(url: () => string): typeof fetch {
  return (input, init) => {
    const vaultUrl = new URL(String(input));
    const headers = { ...(init?.headers as Record<string, string>), host: vaultUrl.host };
    return fetch(`${url()}${vaultUrl.pathname}${vaultUrl.search}`, { ...init, headers });
  };
}

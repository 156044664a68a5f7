import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { vi } from "vitest";
import { type CommandRunner, programRunner } from "../command-runner.ts";
import { corpusText } from "../cli-case.ts";
import { runSopsTs } from "../sops-ts.ts";
import type { Programs } from "../programs.ts";
import { type AwsAccounts, guardMoto } from "./aws-accounts.ts";
import { azure, identityToken } from "./azure.ts";
import { gcp } from "./gcp.ts";
import { huawei } from "./huawei.ts";
import { type RealBao, baoToken, startBao, startMoto } from "./real-servers.ts";
import type { Cloud } from "./stand-in.ts";
import { serveUnderNames } from "./tls-proxy.ts";

/** The programs that a world of keys needs. */
export const keyWorldPrograms = ["sops", "moto_server", "bao", "openssl"] as const;

/** Services for keys of all clouds, and who may use them. */
export interface KeyWorld {
  /** The home directory of whoever uses the keys. */
  readonly home: string;
  /** The whole environment of somebody who may use every key; age keys of alice's. */
  readonly env: Readonly<Record<string, string>>;
  readonly region: string;
  /** A role that may do everything, by its ARN. */
  readonly role: string;
  /** Two keys of KMS by their ARNs; `alias/sops` is the first. */
  readonly kmsKeys: readonly [string, string];
  readonly accounts: AwsAccounts;
  readonly bao: RealBao;
  readonly sops: CommandRunner;
  /** sops-ts, in this process unless another is named. */
  readonly sopsTs: CommandRunner;
  stop(): Promise<void>;
}

const region = "eu-west-1";
const gcpToken = "ya29.a-token-of-a-test";
const huaweiAccess = { accessKey: "HPUATEST", secretKey: "a-secret-of-a-test", projectIds: ["p1"] };

/** Starts moto, which then checks who asks, OpenBao, and stand-ins for the other clouds. Undo `vi.stubEnv` after its end. */
export async function startKeyWorld(programs: Programs<(typeof keyWorldPrograms)[number]>): Promise<KeyWorld> {
  const home = await mkdtemp(join(tmpdir(), "sops-ts-clouds-"));
  const [moto, bao, clouds] = await Promise.all([
    startMoto(programs.moto_server),
    startBao(programs.bao),
    serveUnderNames(threeClouds(), {
      names: ["*.vault.azure.net", "login.microsoftonline.com"],
      folder: home,
      openssl: programs.openssl,
    }),
  ]);
  const accounts = await guardMoto(moto.url, "deploy");
  const env = {
    HOME: home,
    PATH: process.env["PATH"] ?? "",
    SOPS_AGE_KEY: corpusText("keys/alice.txt"),
    AWS_ENDPOINT_URL: moto.url,
    ...accounts.owner,
    AWS_EC2_METADATA_DISABLED: "true",
    SOPS_GCP_KMS_CLIENT_TYPE: "rest",
    SOPS_GCP_KMS_ENDPOINT: clouds.url,
    GOOGLE_OAUTH_ACCESS_TOKEN: gcpToken,
    HTTPS_PROXY: clouds.url,
    SSL_CERT_FILE: clouds.authority,
    IDENTITY_ENDPOINT: `${clouds.url}/token`,
    IDENTITY_HEADER: "x",
    VAULT_TOKEN: baoToken,
    HUAWEICLOUD_SDK_AK: huaweiAccess.accessKey,
    HUAWEICLOUD_SDK_SK: huaweiAccess.secretKey,
    HUAWEICLOUD_SDK_PROJECT_ID: "p1",
    HUAWEICLOUD_SDK_REGION_KMS_CN_NORTH_4: clouds.url,
  };
  // What SDKs read by themselves, where sops-ts runs in this process; the file before anything else, as it is read once.
  await mkdir(join(home, ".aws"));
  await writeFile(join(home, ".aws/credentials"), profileOf("team", accounts));
  for (const [name, value] of Object.entries(env)) if (/^AWS_|^IDENTITY_|^HOME$/.test(name)) vi.stubEnv(name, value);
  return {
    home,
    env,
    region,
    role: "arn:aws:iam::123456789012:role/deploy",
    kmsKeys: await makeKmsKeys(moto.url, accounts),
    accounts,
    bao,
    sops: programRunner([programs.sops]),
    sopsTs: runSopsTs,
    async stop() {
      await Promise.all([moto.stop(), bao.stop(), clouds.stop()]);
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** GCP, Azure and Huawei at one place: their paths and hosts tell them apart. */
function threeClouds(): Cloud {
  const [gcpCloud, azureCloud, huaweiCloud] = [gcp([gcpToken]), azure([identityToken]), huawei(huaweiAccess)];
  return (request) => {
    if (request.host.endsWith(".vault.azure.net") || request.path === "/token") return azureCloud(request);
    return request.path.startsWith("/v1/projects/") ? gcpCloud(request) : huaweiCloud(request);
  };
}

function profileOf(name: string, { owner }: AwsAccounts): string {
  const { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret } = owner;
  return `[${name}]\naws_access_key_id = ${id}\naws_secret_access_key = ${secret}\n`;
}

async function makeKmsKeys(url: string, { owner }: AwsAccounts): Promise<[string, string]> {
  const { KMS } = await import("@aws-sdk/client-kms");
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = owner;
  const client = new KMS({ region, endpoint: url, credentials: { accessKeyId, secretAccessKey } });
  const first = (await client.createKey()).KeyMetadata;
  const second = (await client.createKey()).KeyMetadata;
  await client.createAlias({ AliasName: "alias/sops", TargetKeyId: first?.KeyId ?? "" });
  client.destroy();
  return [first?.Arn ?? "", second?.Arn ?? ""];
}

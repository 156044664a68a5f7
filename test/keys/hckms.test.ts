import { cipher } from "#cipher";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { hckmsKey } from "../../src/core/parse-master-key.ts";
import { huaweiKms } from "../../src/keys/hckms.ts";
import { signedHeaders } from "../../src/keys/hckms/signature.ts";
import { huawei } from "../support/cloud/huawei.ts";
import { type RunningServer, serve } from "../support/cloud/server.ts";
import { type Cloud } from "../support/cloud/stand-in.ts";
import { memoryPlatform } from "../support/memory-platform.ts";
import { contextWith } from "./context.ts";
import { contextIn } from "./remote-samples.ts";

const dataKey = new Uint8Array(32).fill(4);
const access = { accessKey: "HPUAKEY", secretKey: "the-secret-of-the-key" };
const temporary = { access: "HSTAKEY", secret: "a-temporary-secret", securitytoken: "a-token-of-a-session" };

describe("Huawei Cloud KMS", () => {
  let server: RunningServer;
  let cloud: Cloud;
  beforeEach(async () => {
    cloud = huawei({ ...access, projectIds: ["p1"] });
    server = await serve((request) => cloud(request));
  });
  afterEach(() => server.stop());

  const env = (fields: Record<string, string> = {}): Record<string, string> => ({
    HUAWEICLOUD_SDK_REGION_KMS_TR_WEST_1: server.url,
    HUAWEICLOUD_SDK_IAM_ENDPOINT: server.url,
    ...fields,
  });
  const keys = { HUAWEICLOUD_SDK_AK: access.accessKey, HUAWEICLOUD_SDK_SK: access.secretKey };

  async function roundTrip(context: ReturnType<typeof contextIn>, source = huaweiKms()): Promise<void> {
    const key = hckmsKey("tr-west-1:0123-abcd");
    key.enc = await source.wrap(key, dataKey, context);
    expect(await source.unwrap(key, context)).toEqual(dataKey);
  }

  it("looks the project up once when none is named", async () => {
    await roundTrip(contextIn(env(keys)));
    expect(server.requests.map(({ path }) => path)).toEqual([
      "/v3/projects",
      "/v1.0/p1/kms/encrypt-data",
      "/v1.0/p1/kms/decrypt-data",
    ]);
    expect(server.requests[0]?.query.get("name")).toBe("tr-west-1");
  });

  it("does not look it up when it is named", async () => {
    await roundTrip(contextIn(env({ ...keys, HUAWEICLOUD_SDK_PROJECT_ID: "p1" })));
    expect(server.requests).toHaveLength(2);
  });

  it.each([
    [[], "there is none"],
    [["p1", "p2"], "there are 2"],
  ])("says that the project cannot be told from %j", async (projectIds, words) => {
    cloud = huawei({ ...access, projectIds });
    await expect(roundTrip(contextIn(env(keys)))).rejects.toMatchObject({
      message: expect.stringContaining(
        `failed to get project id of region 'tr-west-1' automatically: ${words}`,
      ) as string,
      hint: "Set HUAWEICLOUD_SDK_PROJECT_ID.",
    });
  });

  it("takes credentials that it is given", async () => {
    const source = huaweiKms({ credentials: { ...access, projectId: "p1" }, endpoint: server.url });
    await roundTrip(contextWith(), source);
  });

  it("looks for no credentials when only given ones may be used", async () => {
    await expect(roundTrip(contextWith({ platform: memoryPlatform({ env: env(keys) }) }))).rejects.toThrow(
      "no Huawei Cloud credentials were given",
    );
  });

  it.each([
    ["/home/me/.huaweicloud/credentials", {}],
    ["/elsewhere", { HUAWEICLOUD_SDK_CREDENTIALS_FILE: "/elsewhere" }],
  ])("takes the credentials in %s", async (path, fields) => {
    const text = `[global]\nak = wrong\n\n[basic]\nak = ${access.accessKey}\nsk: "${access.secretKey}"\nproject_id=p1\n[other]\nsk=x`;
    const platform = memoryPlatform({ env: env(fields), files: { [path]: text }, homeDirectory: "/home/me" });
    await roundTrip(contextWith({ platform, onlyGivenIdentities: false }));
  });

  it("takes the endpoint in the regions file", async () => {
    const text =
      `ECS:\n  - id: tr-west-1\n    endpoint: https://ecs.example\nkms: # ours\n  - id: 'other-1'\n    endpoint: https://other.example\n` +
      `  - id: "tr-west-1"\n    endpoints:\n      - ${server.url} # first\n      - https://second.example\n`;
    const platform = memoryPlatform({
      env: { ...keys, HUAWEICLOUD_SDK_PROJECT_ID: "p1", HUAWEICLOUD_SDK_REGIONS_FILE: "/regions.yaml" },
      files: { "/regions.yaml": text },
    });
    await roundTrip(contextWith({ platform, onlyGivenIdentities: false }));
  });

  it("says that there is no such region", async () => {
    const key = hckmsKey("mars-1:0123");
    await expect(huaweiKms().wrap(key, dataKey, contextIn(keys))).rejects.toMatchObject({
      code: "INVALID_MASTER_KEY",
      message: expect.stringMatching(/^invalid region "mars-1": .*\[ae-ad-1, af-north-1, .*, tr-west-1\]$/) as string,
    });
  });

  it.each([
    ["cn-north-4", "https://kms.cn-north-4.myhuaweicloud.com", "https://iam.cn-north-4.myhuaweicloud.com"],
    ["eu-west-101", "https://kms.eu-west-101.myhuaweicloud.eu", "https://iam.myhuaweicloud.com"],
  ])("asks in %s", async (region, kms, iam) => {
    const asked: string[] = [];
    const fetch = async (url: string | URL | Request): Promise<Response> => {
      asked.push(new URL(String(url)).origin);
      return Response.json({ projects: [{ id: "p" }], cipher_text: "AAAA" });
    };
    await huaweiKms({ fetch }).wrap(hckmsKey(`${region}:0123`), dataKey, contextIn(keys));
    expect(asked).toEqual([iam, kms]);
  });

  it("exchanges the token of an identity provider", async () => {
    const kms = huawei({
      accessKey: temporary.access,
      secretKey: temporary.secret,
      securityToken: temporary.securitytoken,
      projectIds: ["p1"],
    });
    cloud = (request) => {
      if (request.path === "/v3.0/OS-AUTH/id-token/tokens") {
        expect([request.headers["x-idp-id"], request.body]).toEqual([
          "idp",
          '{"auth":{"id_token":{"id":"an-id-token"}}}',
        ]);
        return { status: 201, body: { token: {} }, headers: { "x-subject-token": "an-unscoped-token" } };
      }
      if (request.path !== "/v3.0/OS-CREDENTIAL/securitytokens") return kms(request);
      expect(request.body).toContain('"methods":["token"],"token":{"id":"an-unscoped-token"');
      return { status: 201, body: { credential: { ...temporary, expires_at: "2099-01-01T00:00:00Z" } } };
    };
    const fields = { HUAWEICLOUD_SDK_IDP_ID: "idp", HUAWEICLOUD_SDK_ID_TOKEN_FILE: "/token" };
    const platform = memoryPlatform({ env: env(fields), files: { "/token": "an-id-token\n" } });
    await roundTrip(contextWith({ platform, onlyGivenIdentities: false }));
  });

  /** Takes requests to the metadata service to the stand-in, or to nobody. */
  const redirecting =
    (reachable: boolean): typeof fetch =>
    async (url, init) => {
      const text = String(url);
      if (!text.startsWith("http://169.254.169.254")) return fetch(url, init);
      if (reachable) return fetch(text.replace("http://169.254.169.254", server.url), init);
      throw Object.assign(new TypeError("fetch failed"), { code: "EHOSTUNREACH" });
    };

  it("takes the credentials of the machine", async () => {
    const kms = huawei({
      accessKey: temporary.access,
      secretKey: temporary.secret,
      securityToken: temporary.securitytoken,
      projectIds: ["p1"],
    });
    cloud = (request) => {
      if (request.path === "/meta-data/latest/api/token") return { status: 200, body: "a-metadata-token" };
      if (request.path !== "/openstack/latest/securitykey") return kms(request);
      return request.headers["x-metadata-token"] === "a-metadata-token"
        ? { status: 200, body: { credential: temporary } }
        : { status: 401, body: {} };
    };
    await roundTrip(contextIn(env()), huaweiKms({ fetch: redirecting(true) }));
  });

  it("takes the credentials of the pod", async () => {
    const kms = huawei({
      accessKey: temporary.access,
      secretKey: temporary.secret,
      securityToken: temporary.securitytoken,
      projectIds: ["p1"],
    });
    const credentials = {
      accessKeyId: temporary.access,
      secretAccessKey: temporary.secret,
      securityToken: temporary.securitytoken,
    };
    cloud = (request) => {
      if (request.path !== "/pod") return kms(request);
      return request.headers.authorization === "a-pod-token"
        ? { status: 200, body: { credentials } }
        : { status: 401, body: {} };
    };
    const fields = {
      HC_CONTAINER_CREDENTIALS_FULL_URI: `${server.url}/pod`,
      HC_CONTAINER_AUTHORIZATION_TOKEN_FILE: "/pod-token",
    };
    const platform = memoryPlatform({ env: env(fields), files: { "/pod-token": "a-pod-token" } });
    const context = contextWith({ platform, onlyGivenIdentities: false });
    await roundTrip(context, huaweiKms({ fetch: redirecting(false) }));
  });

  it("says of each place why it has no credentials", async () => {
    const failure = roundTrip(contextIn(env()), huaweiKms({ fetch: redirecting(false) }));
    await expect(failure).rejects.toMatchObject({
      message:
        "failed to encrypt sops data key with HuaweiCloud KMS: failed to get HuaweiCloud credentials: " +
        "environment: AK&SK or IdpId&IdTokenFile does not exist; credentials file: there is no home directory; " +
        "metadata service: http://169.254.169.254 cannot be reached (EHOSTUNREACH); " +
        "pod: HC_CONTAINER_CREDENTIALS_FULL_URI and HC_CONTAINER_AUTHORIZATION_TOKEN_FILE are not set",
      hint: "Set HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK.",
    });
  });
});

describe("the signature SDK-HMAC-SHA256", () => {
  // Requests and signatures that Huawei's SDK for Go is tested with.
  it.each([
    ["GET", { limit: "1" }, "", "5a2ce64c865e0e6046321c6f3d5a77ba8413eeaf355c3166c03d58d02ac79624"],
    [
      "POST",
      { key: "value" },
      '{"Name":"test","Id":1}\n',
      "cecc2af119b18ab70b4d094c0750f3b42c02f254903179a0fc2cc72fc9db4f59",
    ],
  ] as const)("of a %s request is the published one", (method, query, body, signature) => {
    const key = { accessKey: "AccessKey", secretKey: "SecretKey" };
    const now = new Date("2006-01-02T15:04:05Z");
    expect(signedHeaders({ method, path: "/path", query, headers: {}, body }, key, { cipher, now })).toEqual({
      "x-sdk-date": "20060102T150405Z",
      authorization: `SDK-HMAC-SHA256 Access=AccessKey, SignedHeaders=x-sdk-date, Signature=${signature}`,
    });
  });
});

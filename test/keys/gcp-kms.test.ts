import { generateKeyPairSync } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { gcpKmsKey } from "../../src/core/parse-master-key.ts";
import { gcpKms, type GcpKmsOptions } from "../../src/keys/gcp-kms.ts";
import { expectNoSecrets } from "../support/canary.ts";
import { gcp } from "../support/cloud/gcp.ts";
import { type RunningServer, serve } from "../support/cloud/server.ts";
import { type Cloud } from "../support/cloud/stand-in.ts";
import { memoryPlatform } from "../support/memory-platform.ts";
import { contextWith } from "./context.ts";
import { contextIn } from "./remote-samples.ts";

const dataKey = new Uint8Array(32).fill(5);
const id = "projects/p/locations/global/keyRings/r/cryptoKeys/k";
const token = "ya29.the-right-token";
const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const pem = privateKey.export({ type: "pkcs8", format: "pem" }) as string;

describe("GCP KMS", () => {
  let server: RunningServer;
  beforeEach(async () => {
    const kms = gcp([token]);
    const cloud: Cloud = (request) =>
      request.path === "/oauth"
        ? { status: 200, body: { access_token: token, expires_in: 3600, token_type: "Bearer" } }
        : kms(request);
    server = await serve(cloud);
  });
  afterEach(() => server.stop());

  const serviceAccount = (): Record<string, string> => ({
    type: "service_account",
    client_email: "deploy@p.iam.gserviceaccount.com",
    private_key: pem,
  });

  /** Takes requests for Google's tokens to the stand-in. */
  const fetchTokens: typeof fetch = (url, init) => {
    const text = String(url);
    return fetch(text.startsWith("https://oauth2.googleapis.com/") ? `${server.url}/oauth` : text, init);
  };

  async function roundTrip(options: GcpKmsOptions, context: ReturnType<typeof contextIn>): Promise<void> {
    const source = gcpKms(options);
    const key = gcpKmsKey(id);
    key.enc = await source.wrap(key, dataKey, context);
    expect(await source.unwrap(key, context)).toEqual(dataKey);
  }

  it.each([
    "",
    "projects/p",
    `${id}/cryptoKeyVersions/1`,
    id.slice(1),
    "projects//locations/l/keyRings/r/cryptoKeys/k",
  ])("refuses the resource id %j when it is used", async (resourceId) => {
    const failure = gcpKms({ accessToken: token }).wrap({ ...gcpKmsKey(id), resourceId }, dataKey, contextIn({}));
    await expect(failure).rejects.toMatchObject({
      code: "INVALID_MASTER_KEY",
      message: `no valid resource ID found in ${JSON.stringify(resourceId)}`,
    });
  });

  it.each([
    ["nothing is said", {}, "https://cloudkms.googleapis.com"],
    ["there is a universe", { SOPS_GCP_KMS_UNIVERSE_DOMAIN: "s3nsapis.fr" }, "https://cloudkms.s3nsapis.fr"],
    [
      "Google's variable names a universe",
      { GOOGLE_CLOUD_UNIVERSE_DOMAIN: "apis.example" },
      "https://cloudkms.apis.example",
    ],
    [
      "there is an endpoint",
      { SOPS_GCP_KMS_ENDPOINT: "https://kms.example/", SOPS_GCP_KMS_UNIVERSE_DOMAIN: "other" },
      "https://kms.example",
    ],
    ["the endpoint has no scheme", { SOPS_GCP_KMS_ENDPOINT: "kms.example:443" }, "https://kms.example:443"],
  ])("is asked at the right place when %s", async (_, env, place) => {
    const asked: string[] = [];
    const fetch = async (url: string | URL | Request): Promise<Response> => {
      asked.push(String(url));
      return Response.json({ ciphertext: "AAAA" });
    };
    await gcpKms({ accessToken: token, fetch }).wrap(gcpKmsKey(id), dataKey, contextIn(env));
    expect(asked).toEqual([`${place}/v1/${id}:encrypt`]);
  });

  it("takes a token, or what gives one", async () => {
    const context = (): ReturnType<typeof contextIn> => contextIn({ GOOGLE_OAUTH_ACCESS_TOKEN: "not this" });
    await roundTrip({ accessToken: token, endpoint: server.url }, context());
    await roundTrip({ accessToken: async () => token, endpoint: server.url }, context());
  });

  it("takes the token of the environment", async () => {
    await roundTrip({}, contextIn({ SOPS_GCP_KMS_ENDPOINT: server.url, GOOGLE_OAUTH_ACCESS_TOKEN: token }));
  });

  it("takes credentials in GOOGLE_CREDENTIALS, and asks for one token with them", async () => {
    const env = { SOPS_GCP_KMS_ENDPOINT: server.url, GOOGLE_CREDENTIALS: JSON.stringify(serviceAccount()) };
    await roundTrip({ fetch: fetchTokens }, contextIn({ ...env, GOOGLE_OAUTH_ACCESS_TOKEN: "not this" }));
    expect(server.requests.map(({ path }) => path.split(":").at(-1))).toEqual(["/oauth", "encrypt", "decrypt"]);
  });

  it("takes credentials in the file that GOOGLE_CREDENTIALS names", async () => {
    const env = { SOPS_GCP_KMS_ENDPOINT: server.url, GOOGLE_CREDENTIALS: "/secrets/account.json" };
    const files = { "/secrets/account.json": JSON.stringify(serviceAccount()) };
    await roundTrip(
      { fetch: fetchTokens },
      contextWith({ platform: memoryPlatform({ env, files }), onlyGivenIdentities: false }),
    );
  });

  it("takes credentials that it is given", async () => {
    await roundTrip({ credentials: serviceAccount(), endpoint: server.url, fetch: fetchTokens }, contextWith());
  });

  it.each([
    [
      "neither a file nor JSON",
      "/missing/account.json",
      "credentials: GOOGLE_CREDENTIALS is neither the path of a file nor JSON",
    ],
    ["JSON that is cut off", `{"private_key":"${pem.slice(0, 100)}`, "credentials: GOOGLE_CREDENTIALS is neither"],
    [
      "a file that is not JSON",
      "/broken.json",
      "credentials: GOOGLE_CREDENTIALS is the path of a file that is not JSON",
    ],
    ["credentials of an unknown type", '{"type":"magic"}', "there are no credentials for Google Cloud:"],
    [
      "a private key that is none",
      JSON.stringify({ type: "service_account", client_email: "a@b", private_key: `x${pem.slice(40, 400)}` }),
      "there are no credentials for Google Cloud:",
    ],
  ])("says that GOOGLE_CREDENTIALS has %s", async (_, credentials, message) => {
    const env = { SOPS_GCP_KMS_ENDPOINT: server.url, GOOGLE_CREDENTIALS: credentials };
    const platform = memoryPlatform({ env, files: { "/broken.json": `{"private_key":"${pem}` } });
    const context = contextWith({ platform, onlyGivenIdentities: false });
    const error: unknown = await gcpKms()
      .wrap(gcpKmsKey(id), dataKey, context)
      .catch((thrown: unknown) => thrown);
    expect((error as Error).message).toContain(message);
    await expectNoSecrets([pem.slice(40, 90), pem.slice(60, 80)], { errors: [error] });
  });

  it.each([
    [
      "refused",
      async () =>
        Response.json({ error: "invalid_grant", error_description: "Invalid JWT Signature." }, { status: 400 }),
      /invalid_grant/,
    ],
    [
      "not reached",
      async () => {
        throw Object.assign(new TypeError("fetch failed"), {
          cause: Object.assign(new TypeError("no such host"), { code: "ENOTFOUND" }),
        });
      },
      /fetch failed \(ENOTFOUND\)/,
    ],
  ])("says why it got no token when it is %s", async (_, answer, reason) => {
    const options = { credentials: serviceAccount(), endpoint: server.url, fetch: answer };
    const error: unknown = await gcpKms(options)
      .wrap(gcpKmsKey(id), dataKey, contextWith())
      .catch((thrown: unknown) => thrown);
    expect((error as Error).message).toMatch(/^failed to encrypt .*: there are no credentials for Google Cloud: /);
    expect((error as Error).message).toMatch(reason);
    expect((error as { hint: string }).hint).toContain("gcloud auth application-default login");
  });

  it("looks for no credentials when only given ones may be used", async () => {
    const failure = gcpKms().wrap(gcpKmsKey(id), dataKey, contextWith());
    await expect(failure).rejects.toThrow("no Google Cloud credentials were given");
  });
});

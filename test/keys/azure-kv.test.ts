import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { AzureKeyVaultKey, KeyGroup } from "../../src/core/metadata.ts";
import { azureKey } from "../../src/core/parse-master-key.ts";
import { azureKeyVault, type AzureKeyVaultOptions } from "../../src/keys/azure-kv.ts";
import { completeKeys } from "../../src/keys/complete-keys.ts";
import { unwrapDataKey, wrapDataKey } from "../../src/keys/data-key.ts";
import type { KeySource } from "../../src/keys/key-source.ts";
import { azure, challenge, latestVersion } from "../support/cloud/azure.ts";
import { type RunningServer, serve } from "../support/cloud/server.ts";
import { type Cloud } from "../support/cloud/stand-in.ts";
import { contextWith } from "./context.ts";

const dataKey = new Uint8Array(32).fill(3);
const token = "an-azure-token";

describe("Azure Key Vault", () => {
  let server: RunningServer;
  let cloud: Cloud;
  beforeEach(async () => {
    cloud = azure([token]);
    server = await serve((request) => cloud(request));
  });
  afterEach(() => server.stop());

  interface Asked {
    readonly scopes: string | string[];
    readonly tenantId: string | undefined;
  }

  function source(options: AzureKeyVaultOptions = {}, asked: Asked[] = []): KeySource<AzureKeyVaultKey> {
    const credential = {
      getToken: async (scopes: string | string[], settings: { tenantId?: string } = {}) => {
        asked.push({ scopes, tenantId: settings.tenantId });
        return { token };
      },
    };
    const fetch = (input: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
      const url = new URL(String(input));
      return globalThis.fetch(`${server.url}${url.pathname}${url.search}`, {
        ...init,
        headers: { ...(init.headers as Record<string, string>), "x-vault": url.host },
      });
    };
    return azureKeyVault({ credential, fetch, ...options });
  }

  const key = (version: string): AzureKeyVaultKey =>
    azureKey({ vaultUrl: "https://team.vault.azure.net", name: "sops", version });

  it("sends the data key to nobody before it knows whose token is wanted", async () => {
    const asked: Asked[] = [];
    const context = contextWith();
    await source({}, asked).wrap(key("1"), dataKey, context);
    expect(server.requests.map(({ body, headers }) => [body === "", headers.authorization])).toEqual([
      [true, undefined],
      [false, `Bearer ${token}`],
    ]);
    expect(asked).toEqual([
      { scopes: ["https://vault.azure.net/.default"], tenantId: "00000000-0000-0000-0000-000000000000" },
    ]);
    await source({}, asked).wrap(key("1"), dataKey, context);
    expect(server.requests).toHaveLength(3);
  });

  it.each([
    [
      "of another service",
      'Bearer authorization="https://login.example/t", resource="https://storage.azure.com"',
      "wants a token for",
    ],
    [
      "of a domain that only ends alike",
      'Bearer resource="https://azure.net.example"',
      "wants a token for https://azure.net.example",
    ],
    ["that is none", 'Bearer resource="x"', "does not say whose token it wants"],
    ["without a resource", "Bearer", "does not say whose token it wants"],
  ])("gives no token to a server that wants one %s", async (_, header, message) => {
    cloud = () => ({ status: 401, body: {}, headers: { "www-authenticate": header } });
    await expect(source().wrap(key("1"), dataKey, contextWith())).rejects.toThrow(message);
    expect(server.requests.every(({ headers }) => headers.authorization === undefined)).toBe(true);
  });

  it("takes a managed HSM's challenge too", async () => {
    const scope = "https://managedhsm.azure.net/.default";
    const inner = azure([token]);
    cloud = (request) => {
      const answer = inner(request);
      return answer === challenge ? { ...answer, headers: { "www-authenticate": `Bearer scope="${scope}"` } } : answer;
    };
    const asked: Asked[] = [];
    const hsm = azureKey({ vaultUrl: "https://team.managedhsm.azure.net", name: "sops", version: "1" });
    await source({}, asked).wrap(hsm, dataKey, contextWith());
    expect(asked).toEqual([{ scopes: [scope], tenantId: undefined }]);
  });

  it.each([
    "http://team.vault.azure.net",
    "https://user@team.vault.azure.net",
    "https://team.vault.azure.net/x",
    "team",
  ])("does not ask at %s", async (vaultUrl) => {
    const failure = source().wrap({ ...key("1"), vaultUrl }, dataKey, contextWith());
    await expect(failure).rejects.toMatchObject({ code: "INVALID_MASTER_KEY" });
    expect(server.requests).toEqual([]);
  });

  it("completes a key without a version, and leaves others alone", async () => {
    const context = contextWith({ keySources: { azure_kv: source() } });
    const [completed, same] = await completeKeys([key(""), key("7")], context);
    expect(completed).toMatchObject({ version: latestVersion, name: "sops", enc: "" });
    expect(same).toMatchObject({ version: "7" });
    expect(server.requests.filter(({ method }) => method === "GET")).toHaveLength(2);
  });

  it("wraps with the version that it writes into the metadata", async () => {
    const group: KeyGroup = [key("")];
    const context = contextWith({ keySources: { azure_kv: source() } });
    const metadata = { keyGroups: [group], shamirThreshold: 0 };
    await wrapDataKey(metadata, dataKey, context);
    expect(group).toMatchObject([{ version: latestVersion, enc: expect.stringMatching(/^[\w-]{80}$/) as string }]);
    expect(await unwrapDataKey(metadata, context)).toEqual(dataKey);
  });

  it("leaves a key as it was when its version cannot be found", async () => {
    cloud = () => ({
      status: 404,
      body: { error: { code: "KeyNotFound", message: "A key with this name was not found" } },
    });
    const group: KeyGroup = [key("")];
    const context = contextWith({ keySources: { azure_kv: source() } });
    await expect(wrapDataKey({ keyGroups: [group], shamirThreshold: 0 }, dataKey, context)).rejects.toThrow(
      "failed to fetch Azure Key to retrieve key version of https://team.vault.azure.net/keys/sops: " +
        "https://team.vault.azure.net answered with status 404: KeyNotFound: A key with this name was not found",
    );
    expect(group).toMatchObject([{ version: "", enc: "" }]);
  });

  it.each([
    ["gives nothing", async () => null, "the credential gave no token"],
    [
      "fails",
      async () => {
        throw new TypeError("AADSTS700016: Application was not found\r\nTrace ID: 1");
      },
      "there are no credentials for Azure: AADSTS700016: Application was not found Trace ID: 1",
    ],
  ])("says what is wrong when the credential %s", async (_, getToken, message) => {
    const failure = source({ credential: { getToken } }).wrap(key("1"), dataKey, contextWith());
    await expect(failure).rejects.toThrow(message);
  });

  it("refuses what is not Base64 without asking", async () => {
    for (const enc of ["", "a+b", "a/b", "a=="]) {
      await expect(source().unwrap({ ...key("1"), enc }, contextWith())).rejects.toThrow("failed to base64 decode");
    }
    expect(server.requests).toEqual([]);
  });

  it("looks for no credentials when only given ones may be used", async () => {
    const { fetch } = { fetch: async () => new Response("{}", { status: 401, headers: challenge.headers ?? {} }) };
    const failure = azureKeyVault({ fetch }).wrap(key("1"), dataKey, contextWith());
    await expect(failure).rejects.toThrow("no Azure credential was given");
  });
});

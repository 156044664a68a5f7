import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { HcVaultKey } from "../../src/core/metadata.ts";
import { hcVaultKey } from "../../src/core/parse-master-key.ts";
import { hcVault } from "../../src/keys/hc-vault.ts";
import { checkAllowed } from "../../src/keys/hc-vault/allow-list.ts";
import { vaultHeaders, vaultRetries, vaultTimeoutMs } from "../../src/keys/hc-vault/environment.ts";
import { type RunningServer, serve } from "../support/cloud/server.ts";
import { type Cloud } from "../support/cloud/stand-in.ts";
import { vault } from "../support/cloud/vault.ts";
import { memoryPlatform } from "../support/memory-platform.ts";
import { contextWith } from "./context.ts";
import { contextIn } from "./remote-samples.ts";

const dataKey = new Uint8Array(32).fill(1);
const token = "hvs.the-token";

describe("Vault", () => {
  let server: RunningServer;
  let cloud: Cloud;
  beforeEach(async () => {
    cloud = vault({ tokens: [token] });
    server = await serve((request) => cloud(request));
  });
  afterEach(() => server.stop());

  const key = (path = "v1/transit/keys/k1"): HcVaultKey => hcVaultKey(`${server.url}/${path}`);

  it("takes a token that it is given, that of the environment, or that of the home directory", async () => {
    const source = hcVault();
    const files = { "/home/me/.vault-token": ` ${token}\n` };
    const platform = memoryPlatform({ files, homeDirectory: "/home/me" });
    const wrapped = key();
    wrapped.enc = await hcVault({ token }).wrap(wrapped, dataKey, contextIn({ VAULT_TOKEN: "not this" }));
    expect(await source.unwrap(wrapped, contextIn({ VAULT_TOKEN: token }))).toEqual(dataKey);
    expect(await source.unwrap(wrapped, contextWith({ platform, onlyGivenIdentities: false }))).toEqual(dataKey);
    await expect(source.unwrap(wrapped, contextWith({ platform, onlyGivenIdentities: true }))).rejects.toMatchObject({
      hint: "There is no token: set VAULT_TOKEN, or log in with vault login or bao login.",
    });
  });

  it("asks in a namespace", async () => {
    cloud = vault({ tokens: [token], namespace: "team/a" });
    const wrapped = key("v1/deep/transit/keys/k1");
    wrapped.enc = await hcVault({ namespace: "team/a" }).wrap(wrapped, dataKey, contextIn({ VAULT_TOKEN: token }));
    const env = { VAULT_TOKEN: token, VAULT_NAMESPACE: "team/a" };
    expect(await hcVault().unwrap(wrapped, contextIn(env))).toEqual(dataKey);
    await expect(hcVault().unwrap(wrapped, contextIn({ VAULT_TOKEN: token }))).rejects.toMatchObject({
      message:
        "failed to decrypt sops data key from Vault transit backend 'deep/transit/decrypt/k1': " +
        `${server.url} answered with status 404: no handler for route`,
      hint: "There is no transit engine at this path, or it is in another namespace (VAULT_NAMESPACE).",
    });
  });

  it("asks nobody that the allow-list does not name", async () => {
    const failure = hcVault({ token }).wrap(
      key(),
      dataKey,
      contextIn({ SOPS_HC_VAULT_ALLOWLIST: "https://vault.example" }),
    );
    await expect(failure).rejects.toMatchObject({
      code: "COULD_NOT_GENERATE_DATA_KEY",
      message: `Allowlist does not allow ${server.url}`,
    });
    expect(server.requests).toEqual([]);
  });

  it("asks an agent in place of the key's server", async () => {
    const far = { ...key(), vaultAddress: "https://vault.example:8200" };
    far.enc = await hcVault({ token }).wrap(far, dataKey, contextIn({ VAULT_AGENT_ADDR: `${server.url}/` }));
    expect(server.requests.map(({ path }) => path)).toEqual(["/v1/transit/encrypt/k1"]);
    const failure = hcVault({ token }).wrap(far, dataKey, contextIn({ VAULT_AGENT_ADDR: "unix:///run/agent.sock" }));
    await expect(failure).rejects.toMatchObject({ code: "INVALID_MASTER_KEY" });
  });

  it("follows a standby node to the active one, once, to whom the allow-list names", async () => {
    const active = await serve(vault({ tokens: [token] }));
    try {
      cloud = ({ path }) => ({ status: 307, body: "", headers: { location: `${active.url}${path}` } });
      const wrapped = key();
      wrapped.enc = await hcVault({ token }).wrap(wrapped, dataKey, contextIn({}));
      expect(await hcVault({ token }).unwrap(wrapped, contextIn({}))).toEqual(dataKey);
      await expect(
        hcVault({ token }).unwrap(wrapped, contextIn({ SOPS_HC_VAULT_ALLOWLIST: server.url })),
      ).rejects.toThrow(`Allowlist does not allow ${active.url}`);
      await expect(hcVault({ token }).unwrap(wrapped, contextIn({ VAULT_DISABLE_REDIRECTS: "true" }))).rejects.toThrow(
        "307",
      );
      cloud = ({ path }) => ({ status: 307, body: "", headers: { location: path } });
      await expect(hcVault({ token }).unwrap(wrapped, contextIn({}))).rejects.toThrow(
        "answered with a redirect (status 307)",
      );
    } finally {
      await active.stop();
    }
  });

  it("takes token and body along to the active node, and goes nowhere without TLS when it began with it", async () => {
    const asked: { url: unknown; token: string | null; body: unknown; redirect: unknown }[] = [];
    const redirecting = (location: string) =>
      hcVault({
        token,
        fetch: async (url, init) => {
          asked.push({
            ...{ url, body: init?.body, redirect: init?.redirect },
            token: new Headers(init?.headers).get("x-vault-token"),
          });
          if (asked.length === 1) return new Response("", { status: 307, headers: { location } });
          return Response.json({ data: { ciphertext: "vault:v1:x" } });
        },
      });
    const secured = hcVaultKey("https://standby.example:8200/v1/transit/keys/k1");
    await redirecting("https://active.example:8200/v1/transit/encrypt/k1").wrap(secured, dataKey, contextIn({}));
    const [standby, active] = asked.splice(0);
    expect(active).toEqual({ ...standby, url: "https://active.example:8200/v1/transit/encrypt/k1" });
    expect(active).toMatchObject({ token, redirect: "manual" });

    const downgrade = redirecting("http://active.example:8200/v1/transit/encrypt/k1");
    await expect(downgrade.wrap(secured, dataKey, contextIn({}))).rejects.toThrow(
      "redirect would cause protocol downgrade",
    );
    expect(asked).toHaveLength(1);
  });

  it("is tried again when the server fails, as often as it may be", async () => {
    const healthy = vault({ tokens: [token] });
    let failures = 2;
    cloud = (request) => (failures-- > 0 ? { status: 503, body: { errors: ["Vault is sealed"] } } : healthy(request));
    const wrapped = key();
    wrapped.enc = await hcVault({ token }).wrap(wrapped, dataKey, contextIn({}));
    expect(server.requests).toHaveLength(3);
    failures = 1;
    const failure = hcVault({ token }).unwrap(wrapped, contextIn({ VAULT_MAX_RETRIES: "0" }));
    await expect(failure).rejects.toThrow("answered with status 503: Vault is sealed");
  });

  it("sends the headers of the environment", async () => {
    const env = { VAULT_HEADERS: '{"X-Team":"a"}' };
    await hcVault({ token }).wrap(key(), dataKey, contextIn(env));
    expect(server.requests[0]?.headers["x-team"]).toBe("a");
  });
});

describe("the allow-list", () => {
  it.each([
    ["http://h:8200", undefined],
    ["http://h:8200", ""],
    ["http://h:8200", "all"],
    ["http://h:8200", "http://h:8200"],
    ["http://h:8200", "http://h:8200/"],
    ["http://h:8200/", "http://h:8200"],
    ["http://h:8200", "https://other, http://h:8200"],
  ])("allows %s when it is %j", (address, list) => {
    expect(() => checkAllowed(address, list)).not.toThrow();
  });

  it.each([
    ["http://h:8200", "none"],
    ["http://h:8200", "http://h"],
    ["http://h:8200", "http://h:82"],
    ["http://h:8200", "https://h:8200"],
    ["http://h.evil.example", "http://h"],
    ["http://h:8200", "all,none"],
  ])("does not allow %s when it is %j", (address, list) => {
    expect(() => checkAllowed(address, list)).toThrow(`Allowlist does not allow ${address}`);
  });

  it("has no empty entry", () => {
    expect(() => checkAllowed("http://h", "http://h,,http://i")).toThrow("SOPS_HC_VAULT_ALLOWLIST's entry 2 is empty");
  });
});

describe("the variables of Vault's client", () => {
  const platformWith = (name: string, value: string) => memoryPlatform({ env: { [name]: value } });

  it.each([
    ["", undefined],
    ["0", undefined],
    ["5", 5000],
    ["250ms", 250],
    ["1.5s", 1500],
    ["1m30s", 90_000],
    ["2h", 7_200_000],
  ])("VAULT_CLIENT_TIMEOUT=%s", (text, milliseconds) => {
    expect(vaultTimeoutMs(platformWith("VAULT_CLIENT_TIMEOUT", text))).toBe(milliseconds);
  });

  it.each(["x", "-1", "1d", "1 s", "s"])("VAULT_CLIENT_TIMEOUT=%s is refused", (text) => {
    expect(() => vaultTimeoutMs(platformWith("VAULT_CLIENT_TIMEOUT", text))).toThrow("VAULT_CLIENT_TIMEOUT");
  });

  it.each([
    ["", 2],
    ["0", 0],
    ["7", 7],
  ])("VAULT_MAX_RETRIES=%s", (text, retries) => {
    expect(vaultRetries(platformWith("VAULT_MAX_RETRIES", text))).toBe(retries);
  });

  it.each(["x", "[]", '"x"', '{"a":1}', '{"":"a"}', '{"X-Vault-Token":"a"}', '{"x-vault-token":"a"}'])(
    "VAULT_HEADERS=%s is refused",
    (text) => {
      expect(() => vaultHeaders(platformWith("VAULT_HEADERS", text))).toThrow("VAULT_HEADERS is not a JSON object");
    },
  );

  it.each([
    ["VAULT_CACERT", "/missing.pem", "VAULT_CACERT names /missing.pem, and there is no such file"],
    ["VAULT_CLIENT_KEY", "/missing.pem", "VAULT_CLIENT_KEY names /missing.pem"],
    ["VAULT_CAPATH", "/certificates", "VAULT_CAPATH names a folder of certificates, which sops-ts cannot read"],
  ])("%s=%s is said to be wrong", async (name, value, message) => {
    const failure = hcVault({ token }).wrap(
      hcVaultKey("https://h/v1/transit/keys/k"),
      dataKey,
      contextIn({ [name]: value }),
    );
    await expect(failure).rejects.toThrow(message);
  });
});

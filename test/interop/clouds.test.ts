import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { sopsTsCommand } from "../support/built-program.ts";
import { azure, identityToken, latestVersion } from "../support/cloud/azure.ts";
import { gcp } from "../support/cloud/gcp.ts";
import { huawei } from "../support/cloud/huawei.ts";
import { baoToken, type RealServer, startBao, startMoto } from "../support/cloud/real-servers.ts";
import type { Cloud } from "../support/cloud/stand-in.ts";
import { type NamedServer, serveUnderNames } from "../support/cloud/tls-proxy.ts";
import { type CommandRunner, programRunner } from "../support/command-runner.ts";
import { runSopsTs } from "../support/sops-ts.ts";
import { describeWithPrograms } from "../support/programs.ts";
import { withoutChance } from "../support/without-chance.ts";

const gcpToken = "ya29.a-token-of-a-test";
const huaweiAccess = { accessKey: "HPUATEST", secretKey: "a-secret-of-a-test", projectIds: ["p1"] };

/** GCP, Azure and Huawei at one place: their paths and hosts tell them apart. */
function threeClouds(): Cloud {
  const [gcpCloud, azureCloud, huaweiCloud] = [gcp([gcpToken]), azure([identityToken]), huawei(huaweiAccess)];
  return (request) => {
    if (request.host.endsWith(".vault.azure.net") || request.path === "/token") return azureCloud(request);
    return request.path.startsWith("/v1/projects/") ? gcpCloud(request) : huaweiCloud(request);
  };
}

const region = "eu-west-1";
const role = "arn:aws:iam::123456789012:role/deploy";
const azureUrl = "https://team.vault.azure.net/keys/sops";

describeWithPrograms(["sops", "moto_server", "bao", "openssl"], "keys of clouds", (programs) => {
  let home: string;
  let moto: RealServer;
  let bao: RealServer;
  let clouds: NamedServer;
  let kmsKeys: string[];
  let env: Record<string, string>;

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), "sops-ts-clouds-"));
    // Before anything else: the SDK reads it once.
    await mkdir(join(home, ".aws"));
    const profile = "[team]\naws_access_key_id = other\naws_secret_access_key = other\n";
    await writeFile(join(home, ".aws/credentials"), profile);
    const { openssl } = programs;
    [moto, bao, clouds] = await Promise.all([
      startMoto(programs.moto_server),
      startBao(programs.bao),
      serveUnderNames(threeClouds(), {
        names: ["*.vault.azure.net", "login.microsoftonline.com"],
        folder: home,
        openssl,
      }),
    ]);
    env = {
      HOME: home,
      PATH: process.env["PATH"] ?? "",
      AWS_ENDPOINT_URL: moto.url,
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
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
    // What SDKs read by themselves, where sops-ts runs in this process.
    for (const [name, value] of Object.entries(env)) if (/^AWS_|^IDENTITY_/.test(name)) vi.stubEnv(name, value);
    vi.stubEnv("HOME", home);
    kmsKeys = await makeKmsKeys(moto.url);
  }, 120_000);

  afterAll(async () => {
    vi.unstubAllEnvs();
    await Promise.all([moto?.stop(), bao?.stop(), clouds?.stop()]);
    await rm(home, { recursive: true, force: true });
  });

  const sops = programRunner([programs.sops]);

  /** The flags that name a key of each kind; titles that begin alike are of one kind. */
  const kinds: readonly (readonly [title: string, flags: () => string[]])[] = [
    ["AWS KMS", () => ["--kms", kmsKeys[0] ?? ""]],
    ["AWS KMS by alias", () => ["--kms", `arn:aws:kms:${region}:123456789012:alias/sops`]],
    ["AWS KMS in a role", () => ["--kms", `${kmsKeys[0]}+${role}`]],
    [
      "AWS KMS with an encryption context",
      () => ["--kms", kmsKeys[1] ?? "", "--encryption-context", "env:prod,app:web"],
    ],
    ["GCP KMS", () => ["--gcp-kms", "projects/p/locations/global/keyRings/r/cryptoKeys/k"]],
    ["Azure Key Vault", () => ["--azure-kv", `${azureUrl}/0123456789abcdef`]],
    ["Azure Key Vault without a version", () => ["--azure-kv", azureUrl]],
    ["HashiCorp Vault", () => ["--hc-vault-transit", `${bao.url}/v1/transit/keys/k1`]],
    ["HashiCorp Vault, deep", () => ["--hc-vault-transit", `${bao.url}/v1/deep/transit/keys/k1/`]],
    ["Huawei Cloud KMS", () => ["--hckms", "cn-north-4:0123-abcd"]],
  ];

  const plain: Readonly<Record<string, string>> = {
    "f.yaml": "a: secret\nb:\n    - 1\n    - true\n",
    "f.json": '{\n\t"a": "secret",\n\t"b": [\n\t\t1\n\t]\n}\n',
    "f.env": "A=secret\n",
    "f.ini": "[s]\na = secret\n",
    "f.bin": "secret",
  };

  /** Runs a command that has to succeed in the folder of all tests. */
  async function succeed(
    run: CommandRunner,
    args: readonly string[],
    fields: Record<string, string> = {},
  ): Promise<string> {
    const outcome = await run({ args, directory: home, env: { ...env, ...fields } });
    expect(outcome.stderr).toBe("");
    expect(outcome.status).toBe(0);
    return Buffer.from(outcome.stdout).toString();
  }

  /** Encrypts with one program, decrypts with the other. */
  async function fromTo(
    from: CommandRunner,
    to: CommandRunner,
    name: string,
    flags: readonly string[],
  ): Promise<string> {
    const folder = await mkdtemp(join(home, "case-"));
    await writeFile(join(folder, name), plain[name] ?? "");
    await succeed(from, ["encrypt", "--in-place", ...flags, join(folder, name)]);
    const encrypted = await readFile(join(folder, name), "utf8");
    expect(encrypted).not.toContain("secret");
    expect(await succeed(to, ["decrypt", join(folder, name)])).toBe(plain[name]);
    return encrypted;
  }

  describe.each(kinds)("%s", (title, flags) => {
    // How a key is named makes no difference to the format.
    const names = / (?:by|in|with|without) |, deep/.test(title) ? ["f.yaml"] : Object.keys(plain);
    it.each(names)("in %s: each program opens what the other made, and their metadata are alike", async (name) => {
      const theirs = await fromTo(sops, runSopsTs, name, flags());
      const ours = await fromTo(runSopsTs, sops, name, flags());
      expect(withoutChance(ours)).toBe(withoutChance(theirs));
    });
  });

  it.each(kinds)("sops-ts as a program opens what sops made: %s", async (_, flags) => {
    const sopsTs = programRunner(sopsTsCommand());
    await fromTo(sops, sopsTs, "f.yaml", flags());
  });

  it("writes the version of an Azure key that was named without one", async () => {
    expect(await fromTo(runSopsTs, sops, "f.json", ["--azure-kv", azureUrl])).toContain(
      `"version": "${latestVersion}"`,
    );
  });

  it.each([
    ["sops", sops, runSopsTs],
    ["sops-ts", runSopsTs, sops],
  ] as const)("two of three groups of different kinds open a file of %s", async (_, from, to) => {
    const folder = await mkdtemp(join(home, "groups-"));
    const groups = [
      { kms: [{ arn: kmsKeys[0], context: { app: "web" } }], age: [] },
      { hc_vault: [`${bao.url}/v1/transit/keys/k1`], hckms: [{ key_id: "cn-north-4:0123" }] },
      {
        gcp_kms: [{ resource_id: "projects/p/locations/l/keyRings/r/cryptoKeys/k" }],
        azure_keyvault: [{ vaultUrl: "https://team.vault.azure.net", key: "sops", version: "" }],
      },
    ];
    await writeFile(
      join(folder, ".sops.yaml"),
      JSON.stringify({ creation_rules: [{ shamir_threshold: 2, key_groups: groups }] }),
    );
    await writeFile(join(folder, "f.yaml"), plain["f.yaml"] ?? "");
    await succeed(from, ["--config", join(folder, ".sops.yaml"), "encrypt", "--in-place", join(folder, "f.yaml")]);

    const file = join(folder, "f.yaml");
    const withoutAws = { AWS_ENDPOINT_URL: "http://127.0.0.1:9" };
    expect(await succeed(to, ["decrypt", file], withoutAws)).toBe(plain["f.yaml"]);
    const withoutTwo = { ...withoutAws, VAULT_TOKEN: "wrong", HUAWEICLOUD_SDK_SK: "wrong" };
    for (const run of [to, from]) {
      const { status, stderr } = await run({
        args: ["decrypt", file],
        directory: home,
        env: { ...env, ...withoutTwo },
      });
      expect(status).toBe(128);
      expect(stderr).toMatch(/Group 0: FAILED[^]*Group 1: FAILED[^]*Group 2: SUCCESS[^]*only 1\s+part/);
    }
  });

  it("rotates: adds and removes keys of every kind as sops does", async () => {
    const folder = await mkdtemp(join(home, "rotate-"));
    const changes = [
      ["--add-kms", kmsKeys[1] ?? "", "--encryption-context", "app:web"],
      ["--add-azure-kv", azureUrl, "--add-gcp-kms", "projects/p/locations/l/keyRings/r/cryptoKeys/k"],
      ["--add-hckms", "cn-north-4:0123", "--add-hc-vault-transit", `${bao.url}/v1/deep/transit/keys/k1`],
      ["--rm-kms", kmsKeys[0] ?? ""],
      ["--rm-kms", kmsKeys[1] ?? "", "--encryption-context", "app:web"],
      ["--rm-azure-kv", azureUrl],
      ["--rm-gcp-kms", "projects/p/locations/l/keyRings/r/cryptoKeys/k", "--rm-hckms", "cn-north-4:0123"],
    ];
    const files = { theirs: join(folder, "theirs.yaml"), ours: join(folder, "ours.yaml") };
    await writeFile(files.theirs, plain["f.yaml"] ?? "");
    await succeed(sops, ["encrypt", "--in-place", "--kms", kmsKeys[0] ?? "", files.theirs]);
    await writeFile(files.ours, await readFile(files.theirs));
    for (const change of changes) {
      await succeed(sops, ["rotate", "--in-place", ...change, files.theirs]);
      await succeed(runSopsTs, ["rotate", "--in-place", ...change, files.ours]);
      const [theirs, ours] = await Promise.all([readFile(files.theirs, "utf8"), readFile(files.ours, "utf8")]);
      expect(withoutChance(ours), change.join(" ")).toBe(withoutChance(theirs));
    }
    expect(await succeed(sops, ["decrypt", files.ours])).toBe(plain["f.yaml"]);
    expect(await succeed(runSopsTs, ["decrypt", files.theirs])).toBe(plain["f.yaml"]);
  });

  /** One key of each kind, by the field of a rule. */
  const flat = (): Record<string, string> => ({
    kms: kmsKeys.join(","),
    gcp_kms: "projects/p/locations/l/keyRings/r/cryptoKeys/k",
    azure_keyvault: `${azureUrl},${azureUrl}/0123456789abcdef`,
    hc_vault_transit_uri: `${bao.url}/v1/transit/keys/k1`,
  });

  it("takes the keys of a creation rule as sops does, and updates the keys of a file", async () => {
    const folder = await mkdtemp(join(home, "rules-"));
    const config = join(folder, ".sops.yaml");
    const written: string[] = [];
    for (const [run, other] of [
      [sops, runSopsTs],
      [runSopsTs, sops],
    ] as const) {
      const file = join(folder, "f.yaml");
      await writeFile(file, plain["f.yaml"] ?? "");
      await writeFile(config, JSON.stringify({ creation_rules: [{ ...flat(), hckms: ["cn-north-4:0123"] }] }));
      await succeed(run, ["--config", config, "encrypt", "--in-place", file]);
      written.push(withoutChance(await readFile(file, "utf8")));
      await writeFile(
        config,
        JSON.stringify({ creation_rules: [{ azure_keyvault: azureUrl, gcp_kms: flat()["gcp_kms"] }] }),
      );
      await run({ args: ["--config", config, "updatekeys", "--yes", file], directory: home, env });
      written.push(withoutChance(await readFile(file, "utf8")));
      expect(await succeed(other, ["decrypt", file])).toBe(plain["f.yaml"]);
    }
    expect(written.slice(2)).toEqual(written.slice(0, 2));
    expect(written[1]).not.toContain("hc_vault");
  });

  it("takes the keys that the environment names as sops does", async () => {
    const variables = {
      SOPS_KMS_ARN: flat()["kms"] ?? "",
      SOPS_GCP_KMS_IDS: flat()["gcp_kms"] ?? "",
      SOPS_AZURE_KEYVAULT_URLS: flat()["azure_keyvault"] ?? "",
      SOPS_VAULT_URIS: flat()["hc_vault_transit_uri"] ?? "",
      SOPS_HUAWEICLOUD_KMS_IDS: "cn-north-4:0123, cn-north-4:4567",
    };
    const folder = await mkdtemp(join(home, "variables-"));
    const file = join(folder, "f.json");
    await writeFile(file, plain["f.json"] ?? "");
    const theirs = await succeed(sops, ["encrypt", file], variables);
    const ours = await succeed(runSopsTs, ["encrypt", file], variables);
    expect(withoutChance(ours)).toBe(withoutChance(theirs));
  });

  it("takes a profile as sops does", async () => {
    const file = await fromTo(runSopsTs, sops, "f.yaml", ["--kms", kmsKeys[0] ?? "", "--aws-profile", "team"]);
    expect(file).toContain("aws_profile: team");
    await fromTo(sops, runSopsTs, "f.yaml", ["--kms", kmsKeys[0] ?? "", "--aws-profile", "team"]);
  });

  const wrongs: readonly (readonly [title: string, flags: () => string[], env: Record<string, string>])[] = [
    ["AWS is down", () => ["--kms", kmsKeys[0] ?? ""], { AWS_ENDPOINT_URL: "http://127.0.0.1:9" }],
    [
      "GCP's token is wrong",
      () => ["--gcp-kms", "projects/p/locations/l/keyRings/r/cryptoKeys/k"],
      { GOOGLE_OAUTH_ACCESS_TOKEN: "ya29.wrong" },
    ],
    [
      "Vault's token is wrong",
      () => ["--hc-vault-transit", `${bao.url}/v1/transit/keys/k1`],
      { VAULT_TOKEN: "wrong-token" },
    ],
    [
      "Vault is not on the allow-list",
      () => ["--hc-vault-transit", `${bao.url}/v1/transit/keys/k1`],
      { SOPS_HC_VAULT_ALLOWLIST: "none" },
    ],
    ["Huawei's secret is wrong", () => ["--hckms", "cn-north-4:0123-abcd"], { HUAWEICLOUD_SDK_SK: "wrong-secret" }],
  ];

  it.each(wrongs)(
    "gives up as sops does when %s: the same exit status, the file untouched",
    async (_, flags, fields) => {
      const folder = await mkdtemp(join(home, "wrong-"));
      const file = join(folder, "f.yaml");
      for (const run of [sops, runSopsTs]) {
        await writeFile(file, plain["f.yaml"] ?? "");
        const encrypting = await run({
          args: ["encrypt", "--in-place", ...flags(), file],
          directory: home,
          env: { ...env, ...fields },
        });
        expect(encrypting.status).toBe(1);
        expect(encrypting.stderr).toContain(
          "Could not generate data key: [failed to encrypt new data key with master key",
        );
        expect(await readFile(file, "utf8")).toBe(plain["f.yaml"]);
        await succeed(sops, ["encrypt", "--in-place", ...flags(), file]);
        const encrypted = await readFile(file, "utf8");
        const decrypting = await run({
          args: ["decrypt", "--in-place", file],
          directory: home,
          env: { ...env, ...fields },
        });
        expect(decrypting.status).toBe(128);
        expect(decrypting.stderr).toMatch(/Group 0: FAILED\n {2}\S+: FAILED\n {4}- \| /);
        for (const secret of Object.values(fields)) {
          if (/wrong/.test(secret)) expect(decrypting.stderr + encrypting.stderr).not.toContain(secret);
        }
        expect(await readFile(file, "utf8")).toBe(encrypted);
      }
    },
  );

  it("opens a file of an old release whose encryption context is wrong, as sops does, and rotates it right", async () => {
    const folder = await mkdtemp(join(home, "old-"));
    const file = join(folder, "f.yaml");
    await writeFile(file, plain["f.yaml"] ?? "");
    const flags = ["--kms", kmsKeys[0] ?? "", "--encryption-context", "app:web,env:web"];
    await succeed(sops, ["encrypt", "--in-place", ...flags, file]);
    const current = await readFile(file, "utf8");
    await writeFile(file, current.replace("env: web", "env: prod").replace(/version: .*/, "version: 3.2.0"));
    const theirs = await succeed(sops, ["decrypt", file]);
    expect(theirs).toContain("Up until version 3.3.0 of sops there was a bug");
    const { stdout, stderr } = await runSopsTs({ args: ["decrypt", file], directory: home, env });
    expect(theirs.endsWith(Buffer.from(stdout).toString())).toBe(true);
    expect(stderr).toContain("wrapped by a sops before 3.3.0");
    const rotated = await runSopsTs({ args: ["rotate", "--in-place", file], directory: home, env });
    expect(rotated.status).toBe(0);
    expect(await succeed(sops, ["decrypt", file])).toBe(plain["f.yaml"]);
    expect(await succeed(runSopsTs, ["decrypt", file])).toBe(plain["f.yaml"]);
  });

  it("refuses another encryption context, as sops does", async () => {
    const folder = await mkdtemp(join(home, "context-"));
    const file = join(folder, "f.yaml");
    await writeFile(file, plain["f.yaml"] ?? "");
    await succeed(sops, ["encrypt", "--in-place", "--kms", kmsKeys[0] ?? "", "--encryption-context", "app:web", file]);
    await writeFile(file, (await readFile(file, "utf8")).replace("app: web", "app: mail"));
    for (const run of [sops, runSopsTs]) {
      const { status, stderr } = await run({ args: ["decrypt", file], directory: home, env });
      expect(status).toBe(128);
      expect(stderr).toContain("InvalidCiphertextException");
    }
  });
});

/** Two keys with an alias of the first, by their ARNs. */
async function makeKmsKeys(url: string): Promise<string[]> {
  const { KMS } = await import("@aws-sdk/client-kms");
  const client = new KMS({ region, endpoint: url, credentials: { accessKeyId: "test", secretAccessKey: "test" } });
  const first = (await client.createKey()).KeyMetadata;
  const second = (await client.createKey()).KeyMetadata;
  await client.createAlias({ AliasName: "alias/sops", TargetKeyId: first?.KeyId ?? "" });
  client.destroy();
  return [first?.Arn ?? "", second?.Arn ?? ""];
}

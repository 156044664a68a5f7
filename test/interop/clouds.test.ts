import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { sopsTsCommand } from "../support/built-program.ts";
import { identityToken, latestVersion } from "../support/cloud/azure.ts";
import { serveFault } from "../support/cloud/faults.ts";
import { type KeyWorld, keyWorldPrograms, startKeyWorld } from "../support/cloud/key-world.ts";
import { encryptOnly } from "../support/cloud/stand-in.ts";
import { type CommandRunner, programRunner } from "../support/command-runner.ts";
import { runSopsTs } from "../support/sops-ts.ts";
import { describeWithPrograms } from "../support/programs.ts";
import { withoutChance } from "../support/without-chance.ts";

const azureUrl = "https://team.vault.azure.net/keys/sops";

describeWithPrograms(keyWorldPrograms, "keys of clouds", (programs) => {
  let world: KeyWorld;
  let home: string;
  let kmsKeys: readonly string[];
  let env: Readonly<Record<string, string>>;
  /** Where nobody listens. */
  let closed: string;

  beforeAll(async () => {
    world = await startKeyWorld(programs);
    closed = (await serveFault("refuses connections")).url;
    ({ home, kmsKeys, env } = world);
  }, 120_000);

  afterAll(async () => {
    vi.unstubAllEnvs();
    await world?.stop();
  });

  const sops = programRunner([programs.sops]);

  /** The ways to name keys; what else there is for every kind has a matrix of its own. */
  const kinds: readonly (readonly [title: string, flags: () => string[]])[] = [
    ["AWS KMS", () => ["--kms", kmsKeys[0] ?? ""]],
    ["AWS KMS by alias", () => ["--kms", `arn:aws:kms:${world.region}:123456789012:alias/sops`]],
    ["AWS KMS in a role", () => ["--kms", `${kmsKeys[0]}+${world.role}`]],
    [
      "AWS KMS with an encryption context",
      () => ["--kms", kmsKeys[1] ?? "", "--encryption-context", "env:prod,app:web"],
    ],
    ["GCP KMS", () => ["--gcp-kms", "projects/p/locations/global/keyRings/r/cryptoKeys/k"]],
    ["Azure Key Vault", () => ["--azure-kv", `${azureUrl}/0123456789abcdef`]],
    ["Azure Key Vault without a version", () => ["--azure-kv", azureUrl]],
    ["HashiCorp Vault", () => ["--hc-vault-transit", `${world.bao.url}/v1/transit/keys/k1`]],
    ["HashiCorp Vault, deep", () => ["--hc-vault-transit", `${world.bao.url}/v1/deep/transit/keys/k1/`]],
    ["Huawei Cloud KMS", () => ["--hckms", "cn-north-4:0123-abcd"]],
  ];

  const plain: Readonly<Record<string, string>> = {
    "f.yaml": "a: secret\nb:\n    - 1\n    - true\n",
    "f.json": '{\n\t"a": "secret",\n\t"b": [\n\t\t1\n\t]\n}\n',
  };

  /** Runs a command that has to succeed in the folder of all tests. */
  async function succeed(run: CommandRunner, args: readonly string[]): Promise<string> {
    const outcome = await run({ args, directory: home, env });
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

  it.each(kinds)("each program opens what the other made, and their metadata are alike: %s", async (_, flags) => {
    const theirs = await fromTo(sops, runSopsTs, "f.yaml", flags());
    const ours = await fromTo(runSopsTs, sops, "f.yaml", flags());
    expect(withoutChance(ours)).toBe(withoutChance(theirs));
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

  it("rotates: adds and removes keys of every kind as sops does", async () => {
    const folder = await mkdtemp(join(home, "rotate-"));
    const changes = [
      ["--add-kms", kmsKeys[1] ?? "", "--encryption-context", "app:web"],
      ["--add-azure-kv", azureUrl, "--add-gcp-kms", "projects/p/locations/l/keyRings/r/cryptoKeys/k"],
      ["--add-hckms", "cn-north-4:0123", "--add-hc-vault-transit", `${world.bao.url}/v1/deep/transit/keys/k1`],
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

  it("takes a profile as sops does", async () => {
    const file = await fromTo(runSopsTs, sops, "f.yaml", ["--kms", kmsKeys[0] ?? "", "--aws-profile", "team"]);
    expect(file).toContain("aws_profile: team");
    await fromTo(sops, runSopsTs, "f.yaml", ["--kms", kmsKeys[0] ?? "", "--aws-profile", "team"]);
  });

  const awsKey = (): string[] => ["--kms", kmsKeys[0] ?? ""];
  const gcpKey = (): string[] => ["--gcp-kms", "projects/p/locations/l/keyRings/r/cryptoKeys/k"];
  const azureKey = (): string[] => ["--azure-kv", `${azureUrl}/0123456789abcdef`];
  const vaultKey = (): string[] => ["--hc-vault-transit", `${world.bao.url}/v1/transit/keys/k1`];
  const huaweiKey = (): string[] => ["--hckms", "cn-north-4:0123-abcd"];
  const sopsTsProgram = programRunner(sopsTsCommand());

  // Where moto refuses who asks, it says why in XML, which is not KMS's language.
  /** What is wrong; whose message says so, and how; the environment of who asks. */
  const wrongs: [title: string, flags: () => string[], cause: string, env: () => Variables | Promise<Variables>][] = [
    ["AWS is down", awsKey, "refuses connections", () => ({ AWS_ENDPOINT_URL: closed })],
    ["nobody knows AWS's access key", awsKey, "status 403", () => ({ AWS_ACCESS_KEY_ID: "AKIAWRONG" })],
    [
      "the secret of AWS's access key is wrong",
      awsKey,
      "status 403",
      () => ({ AWS_SECRET_ACCESS_KEY: "a-wrong-secret" }),
    ],
    ["somebody may not use a key of AWS", awsKey, "status 403", () => ({ ...world.accounts.guest })],
    ["GCP is down", gcpKey, "refuses connections", () => ({ SOPS_GCP_KMS_ENDPOINT: closed })],
    ["GCP's token is wrong", gcpKey, "401", () => ({ GOOGLE_OAUTH_ACCESS_TOKEN: "ya29.a-wrong" })],
    ["Azure is down", azureKey, "refuses connections", () => ({ HTTPS_PROXY: closed })],
    ["Azure's token is wrong", azureKey, "401", () => ({ IDENTITY_HEADER: "wrong" })],
    ["Vault is down", vaultKey, "refuses connections", () => ({ VAULT_AGENT_ADDR: closed })],
    ["Vault's token is wrong", vaultKey, "403: permission denied", () => ({ VAULT_TOKEN: "a-wrong-token" })],
    [
      "somebody may not use a key of Vault",
      vaultKey,
      "403: ",
      async () => ({ VAULT_TOKEN: await world.bao.makeToken("default") }),
    ],
    ["Vault is not on the allow-list", vaultKey, "does not allow", () => ({ SOPS_HC_VAULT_ALLOWLIST: "none" })],
    ["Huawei is down", huaweiKey, "refuses connections", () => ({ HUAWEICLOUD_SDK_REGION_KMS_CN_NORTH_4: closed })],
    ["nobody knows Huawei's access key", huaweiKey, "403", () => ({ HUAWEICLOUD_SDK_AK: "HPUAWRONG" })],
    ["Huawei's secret is wrong", huaweiKey, "403", () => ({ HUAWEICLOUD_SDK_SK: "a-wrong-secret" })],
    ["nobody knows Huawei's project", huaweiKey, "404", () => ({ HUAWEICLOUD_SDK_PROJECT_ID: "p2" })],
  ];

  // At once, since sops waits between its attempts.
  it.concurrent.each(wrongs)(
    "gives up as sops does when %s: the same exit status, the file untouched",
    async (_, flags, cause, fields) => {
      const folder = await mkdtemp(join(home, "wrong-"));
      const file = join(folder, "f.yaml");
      const wrong = await fields();
      for (const run of [sops, "IDENTITY_HEADER" in wrong ? sopsTsProgram : runSopsTs]) {
        await writeFile(file, plain["f.yaml"] ?? "");
        const invocation = { directory: home, env: { ...env, ...wrong } };
        const encrypting = await run({ ...invocation, args: ["encrypt", "--in-place", ...flags(), file] });
        expect(encrypting.status).toBe(1);
        expect(encrypting.stderr).toContain(
          "Could not generate data key: [failed to encrypt new data key with master key",
        );
        expect(await readFile(file, "utf8")).toBe(plain["f.yaml"]);
        await succeed(sops, ["encrypt", "--in-place", ...flags(), file]);
        const encrypted = await readFile(file, "utf8");
        const decrypting = await run({ ...invocation, args: ["decrypt", "--in-place", file] });
        expect(decrypting.status).toBe(128);
        expect(decrypting.stderr).toMatch(/Group 0: FAILED\n {2}\S+: FAILED\n {4}- \| /);
        expect(await readFile(file, "utf8")).toBe(encrypted);
        if (run === sops) continue;
        for (const { stderr } of [encrypting, decrypting]) {
          expect(inOneLine(stderr)).toContain(inOneLine(cause));
          for (const secret of [...Object.values(wrong), ...secretsOf(env)]) {
            if (secret.length > 5 && !/^http|^AKIA|^HPUA/.test(secret)) expect(stderr).not.toContain(secret);
          }
        }
      }
    },
  );

  const denied: [title: string, flags: () => string[], cause: string, env: () => Variables | Promise<Variables>][] = [
    ["AWS KMS", awsKey, "status 403", () => ({ ...world.accounts.writer })],
    ["GCP KMS", () => ["--gcp-kms", `projects/p/locations/l/keyRings/r/cryptoKeys/${encryptOnly}`], "403", () => ({})],
    ["Azure Key Vault", () => ["--azure-kv", `https://team.vault.azure.net/keys/${encryptOnly}/01`], "403", () => ({})],
    ["HashiCorp Vault", vaultKey, "403: ", async () => ({ VAULT_TOKEN: await world.bao.makeToken("wrapping") })],
    ["Huawei Cloud KMS", () => ["--hckms", `cn-north-4:${encryptOnly}`], "403", () => ({})],
  ];

  it.each(denied)(
    "does not open what may be wrapped and not unwrapped, as sops does not: %s",
    (_, flags, cause, fields) => staysClosed(flags(), cause, { fields: fields() }),
  );

  const others: [title: string, flags: () => string[], cause: string, change: (file: string) => string][] = [
    [
      "AWS KMS, another key",
      awsKey,
      "AccessDeniedException",
      (file) => file.replace(kmsKeys[0] ?? "", kmsKeys[1] ?? ""),
    ],
    ["AWS KMS, another region", awsKey, "NotFoundException", (file) => file.replace("eu-west-1", "us-east-1")],
    ["AWS KMS, no such key", awsKey, "NotFoundException", (file) => file.replace(/(arn:\S+key\/)\S+/, "$1none")],
    [
      "AWS KMS, another encryption context",
      () => [...awsKey(), "--encryption-context", "app:web"],
      "InvalidCiphertext",
      (file) => file.replace("app: web", "app: mail"),
    ],
    [
      "AWS KMS, no encryption context",
      () => [...awsKey(), "--encryption-context", "app:web"],
      "InvalidCiphertext",
      (file) => file.replace(/ +context:\n +app: web\n/, ""),
    ],
    ["GCP KMS, another key", gcpKey, "400", (file) => file.replace("cryptoKeys/k", "cryptoKeys/other")],
    ["GCP KMS, another location", gcpKey, "400", (file) => file.replace("locations/l", "locations/m")],
    [
      "Azure Key Vault, a ciphertext of another",
      azureKey,
      "400",
      (file) => file.replace(/enc: \S{8}/, "enc: AAAAAAAA"),
    ],
    [
      "HashiCorp Vault, another key",
      vaultKey,
      "400",
      (file) => file.replace("engine_path: transit", "engine_path: deep/transit"),
    ],
    [
      "HashiCorp Vault, no such engine",
      vaultKey,
      "404",
      (file) => file.replace("engine_path: transit", "engine_path: none"),
    ],
    [
      "Huawei Cloud KMS, another key",
      huaweiKey,
      "400",
      (file) => file.replace("cn-north-4:0123-abcd", "cn-north-4:other"),
    ],
    [
      "Huawei Cloud KMS, no such region",
      huaweiKey,
      'region "xx-nowhere-1"',
      (file) => file.replace("cn-north-4", "xx-nowhere-1"),
    ],
  ];

  it.each(others)("does not open what belongs elsewhere, as sops does not: %s", (_, flags, cause, change) =>
    staysClosed(flags(), cause, { change }),
  );

  /** A file that neither program opens, in one of two ways: who asks is somebody else, or the file was changed. */
  async function staysClosed(
    flags: readonly string[],
    cause: string,
    { change = (file) => file, fields = {} }: Closing,
  ): Promise<void> {
    const file = join(await mkdtemp(join(home, "closed-")), "f.yaml");
    await writeFile(file, plain["f.yaml"] ?? "");
    await succeed(sops, ["encrypt", "--in-place", ...flags, file]);
    const encrypted = await readFile(file, "utf8");
    const changed = change(encrypted);
    await writeFile(file, changed);
    if (Object.keys(await fields).length === 0 && changed === encrypted) expect(flags.join()).toContain(encryptOnly);
    const invocation = { args: ["decrypt", "--in-place", file], directory: home, env: { ...env, ...(await fields) } };
    for (const run of [sops, runSopsTs]) {
      const { status, stderr } = await run(invocation);
      expect(status).toBe(128);
      expect(stderr).toMatch(/Group 0: FAILED\n {2}\S+: FAILED\n {4}- \| /);
      if (run === runSopsTs) expect(inOneLine(stderr)).toContain(inOneLine(cause));
      expect(await readFile(file, "utf8")).toBe(changed);
    }
  }

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
});

/** Variables of the environment. */
type Variables = Readonly<Record<string, string>>;

interface Closing {
  readonly change?: (file: string) => string;
  readonly fields?: Variables | Promise<Variables>;
}

/** A report as it was before it was wrapped to lines; all white space is gone, since words may be torn apart. */
function inOneLine(report: string): string {
  return report.replaceAll(/[\s|]+/g, "");
}

/** The credentials in an environment. */
function secretsOf(env: Variables): string[] {
  const names = ["AWS_SECRET_ACCESS_KEY", "GOOGLE_OAUTH_ACCESS_TOKEN", "VAULT_TOKEN", "HUAWEICLOUD_SDK_SK"];
  return [identityToken, ...names.map((name) => env[name] ?? "")];
}

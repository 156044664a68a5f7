import { S3 } from "@aws-sdk/client-s3";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { generateKeyPairSync } from "node:crypto";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { sopsTsCommand } from "../support/built-program.ts";
import { corpusText, recipient } from "../support/cli-case.ts";
import { type AwsAccounts, guardMoto, letMotoCheck } from "../support/cloud/aws-accounts.ts";
import {
  type RealBao,
  type RealServer,
  baoToken,
  startBao,
  startGcs,
  startMoto,
} from "../support/cloud/real-servers.ts";
import { serveFault } from "../support/cloud/faults.ts";
import { serveUnderNames } from "../support/cloud/tls-proxy.ts";
import { type CommandRunner, type Outcome, programRunner } from "../support/command-runner.ts";
import { runSopsTs } from "../support/sops-ts.ts";
import { describeWithPrograms } from "../support/programs.ts";
import { runAtTerminal, type Typing } from "../support/pseudo-terminal.ts";
import { withoutChance } from "../support/without-chance.ts";

const bucket = "bucket";
const region = "eu-west-1";

/** Plain files; each is encrypted once, so that both programs publish the same bytes. */
const plain: Readonly<Record<string, string>> = {
  "f.yaml": "# note\na: text\nn: 1\nbig: 9007199254740993\nm:\n    x: [1.5, true, null]\np_unencrypted: clear\n",
  "f.json": '{\n\t"a": "text",\n\t"b": [\n\t\t"é"\n\t]\n}\n',
  "f.env": "A=text\n# note\nB=two words\n",
  "f.ini": "[s]\na = text\n",
  "f.bin": "text\n",
  "texts.yaml": "a: text\nm:\n    x:\n        - one\n        - two\n",
  "several.yaml": "a: one\nb: two\n---\nb: three\nc: four\n",
  "tree/a.yaml": "a: one\n",
  "tree/sub/b.tar.yaml": "b: two\n",
  "tree/sub/c.json": '{\n\t"c": "three"\n}\n',
  "tree/z.yaml": "z: four\n",
};

/** Where nobody listens. */
const { url: closed } = await serveFault("refuses connections");

/** What is where, after a command: text by place, and the type of its content. */
type Stored = Readonly<Record<string, { readonly text: string; readonly type?: string | undefined }>>;

interface Published extends Pick<Outcome, "status" | "stderr"> {
  readonly stdout: string;
  readonly stored: Stored;
}

const needed = ["sops", "moto_server", "bao", "gcp-storage-emulator", "script", "openssl"] as const;

describeWithPrograms(needed, "publishing", (programs) => {
  let home: string;
  let moto: RealServer;
  let bao: RealBao;
  let gcs: RealServer;
  let accounts: AwsAccounts;
  let s3: S3;
  let env: Record<string, string>;

  const sops = programRunner([programs.sops]);
  const both = [
    ["sops", sops],
    ["sops-ts", runSopsTs],
  ] as const;

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), "sops-ts-publish-"));
    [moto, bao, gcs] = await Promise.all([
      startMoto(programs.moto_server),
      startBao(programs.bao),
      startGcs(programs["gcp-storage-emulator"], bucket),
    ]);
    accounts = await guardMoto(moto.url, "none");
    env = {
      HOME: home,
      PATH: process.env["PATH"] ?? "",
      SOPS_AGE_KEY: corpusText("keys/alice.txt"),
      AWS_ENDPOINT_URL: moto.url,
      AWS_REGION: region,
      AWS_EC2_METADATA_DISABLED: "true",
      ...accounts.owner,
      STORAGE_EMULATOR_HOST: gcs.url,
      VAULT_ADDR: bao.url,
      VAULT_TOKEN: baoToken,
    };
    vi.stubEnv("HOME", home);
    vi.stubEnv("AWS_EC2_METADATA_DISABLED", "true");
    const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = accounts.owner;
    s3 = new S3({ region, endpoint: moto.url, forcePathStyle: true, credentials: { accessKeyId, secretAccessKey } });
    await s3.createBucket({ Bucket: bucket, CreateBucketConfiguration: { LocationConstraint: region } });
    for (const [name, content] of Object.entries(plain)) {
      const path = join(home, name);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, content);
      const args = ["encrypt", "--in-place", "--age", recipient("alice"), path];
      expect(await sops({ args, directory: home, env })).toMatchObject({ status: 0, stderr: "" });
    }
    await mkdir(join(home, "ours"));
    await mkdir(join(home, "theirs"));
    await mkdir(join(home, "links/good"), { recursive: true });
    await symlink("tree", join(home, "link"));
    await symlink("missing", join(home, "links/nowhere"));
    await symlink("../../f.yaml", join(home, "links/good/f.yaml"));
    await writeFile(join(home, "cut.json"), "{");
    await writeFile(join(home, "plain.yaml"), "a: 1\n");
    await writeFile(join(home, "none"), await readFile(join(home, "f.bin")));
  }, 120_000);

  afterAll(async () => {
    vi.unstubAllEnvs();
    s3?.destroy();
    await Promise.all([moto?.stop(), bao?.stop(), gcs?.stop()]);
    await rm(home, { recursive: true, force: true });
  });

  beforeEach(() => clear());

  /** Runs one of the programs with these destination rules, in an empty world. */
  async function publish(
    run: CommandRunner,
    rules: string,
    args: readonly string[],
    { stdin = "", fields = {} }: { stdin?: string; fields?: Record<string, string | undefined> } = {},
  ): Promise<Published> {
    await writeRules(rules);
    await clear();
    return publishAgain(run, args, { stdin, fields });
  }

  async function publishAgain(
    run: CommandRunner,
    args: readonly string[],
    { stdin = "", fields = {} }: { stdin?: string; fields?: Record<string, string | undefined> } = {},
  ): Promise<Published> {
    const given = Object.entries({ ...env, ...fields }).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    );
    const outcome = await run({
      args: ["--config", join(home, "config.yaml"), "publish", ...args],
      directory: home,
      env: Object.fromEntries(given),
      stdin: Buffer.from(stdin),
    });
    const { status, stderr } = outcome;
    return { status, stderr, stdout: Buffer.from(outcome.stdout).toString(), stored: await everything() };
  }

  async function writeRules(rules: string): Promise<void> {
    const filled = rules
      .replaceAll("BAO", bao.url)
      .replaceAll("ALICE", recipient("alice"))
      .replaceAll("BOB", recipient("bob"))
      .replaceAll("CAROL", recipient("carol"));
    await writeFile(join(home, "config.yaml"), `destination_rules: ${filled}\n`);
  }

  /** All that was published anywhere. */
  async function everything(): Promise<Stored> {
    const stored: Record<string, Stored[string]> = {};
    for (const { Key = "" } of (await s3.listObjectsV2({ Bucket: bucket })).Contents ?? []) {
      const { Body, ContentType: type } = await s3.getObject({ Bucket: bucket, Key });
      stored[`s3 ${Key}`] = { text: (await Body?.transformToString()) ?? "", type };
    }
    for (const { name, contentType } of await objectsOfGcs()) {
      const text = await (await fetch(objectUrl(name, "?alt=media"))).text();
      // The emulator drops what follows the type, where it comes in a part of a request.
      stored[`gcs ${name}`] = { text, type: contentType.replace(/;.*/, "") };
    }
    for (const [engine, version] of engines) {
      for (const path of await secretsOf(engine, version)) {
        const answer = (await bao.ask(`${engine}/${version === 2 ? "data/" : ""}${path}`)) as { data: object };
        stored[`${engine} ${path}`] = {
          text: JSON.stringify(version === 2 ? Object(answer.data).data : answer.data),
        };
      }
    }
    return stored;
  }

  const engines = [
    ["secret", 2],
    ["deep/kv", 2],
    ["old", 1],
  ] as const;

  async function clear(): Promise<void> {
    for (const { Key } of (await s3.listObjectsV2({ Bucket: bucket })).Contents ?? []) {
      await s3.deleteObject({ Bucket: bucket, Key: Key ?? "" });
    }
    for (const { name } of await objectsOfGcs()) await fetch(objectUrl(name), { method: "DELETE" });
    for (const [engine, version] of engines) {
      for (const path of await secretsOf(engine, version)) {
        const url = `${bao.url}/v1/${engine}/${version === 2 ? "metadata/" : ""}${path}`;
        await fetch(url, { method: "DELETE", headers: { "x-vault-token": baoToken } });
      }
    }
  }

  async function objectsOfGcs(): Promise<{ name: string; contentType: string }[]> {
    const answer = await fetch(`${gcs.url}/storage/v1/b/${bucket}/o`);
    return ((await answer.json()) as { items?: { name: string; contentType: string }[] }).items ?? [];
  }

  function objectUrl(name: string, query = ""): string {
    return `${gcs.url}/storage/v1/b/${bucket}/o/${encodeURIComponent(name)}${query}`;
  }

  /** The paths of all secrets in a KV engine. */
  async function secretsOf(engine: string, version: 1 | 2, folder = ""): Promise<string[]> {
    const url = `${bao.url}/v1/${engine}/${version === 2 ? "metadata/" : ""}${folder}?list=true`;
    const answer = await fetch(url, { headers: { "x-vault-token": baoToken } });
    const { data } = (await answer.json()) as { data?: { keys: string[] } };
    const paths = (data?.keys ?? []).map((key) => folder + key);
    const below = paths.map((path) => (path.endsWith("/") ? secretsOf(engine, version, path) : [path]));
    return (await Promise.all(below)).flat();
  }

  const sent: [title: string, rules: string, args: string[], stdin?: string][] = [
    ...["f.yaml", "f.json", "f.env", "f.ini", "f.bin"].flatMap((name): [string, string, string[]][] => [
      [`${name} to S3`, "[{s3_bucket: bucket, s3_prefix: pre/}]", ["-y", name]],
      [`${name} to Google Cloud Storage`, "[{gcs_bucket: bucket, gcs_prefix: pre/}]", ["-y", name]],
    ]),
    ["to S3, without a prefix", "[{s3_bucket: bucket}]", ["-y", "f.yaml"]],
    ["to S3, with a prefix that is no folder", "[{s3_bucket: bucket, s3_prefix: pre-}]", ["-y", "tree/a.yaml"]],
    ["to Google Cloud Storage, without a prefix", "[{gcs_bucket: bucket}]", ["-y", "f.yaml"]],
    ["to Google Cloud Storage, with odd names", "[{gcs_bucket: bucket, gcs_prefix: 'a b/?é+%/'}]", ["-y", "f.yaml"]],
    [
      "by the first rule that matches",
      "[{path_regex: json, gcs_bucket: bucket}, {path_regex: 'f\\.y', s3_bucket: bucket}, {gcs_bucket: bucket}]",
      ["-y", "f.yaml"],
    ],
    ["without extensions, by rule", "[{s3_bucket: bucket, omit_extensions: true}]", ["-y", "tree/sub/b.tar.yaml"]],
    ["without extensions, by flag", "[{gcs_bucket: bucket}]", ["-y", "--omit-extensions", "f.yaml"]],
    ["without an extension that it has not", "[{gcs_bucket: bucket}]", ["-y", "--omit-extensions", "none"]],
    ["all of a folder to S3", "[{s3_bucket: bucket, s3_prefix: pre/}]", ["-y", "--recursive", "tree"]],
    [
      "all of a folder to Google Cloud Storage",
      "[{gcs_bucket: bucket, omit_extensions: true}]",
      ["-y", "--recursive", "tree/"],
    ],
    ["all of a folder to Vault", "[{vault_path: app}]", ["-y", "--recursive", "--omit-extensions", "./tree"]],
    ["a folder behind a link", "[{gcs_bucket: bucket}]", ["-y", "--recursive", "link/"]],
    ["what links in a folder lead to", "[{gcs_bucket: bucket}]", ["-y", "--recursive", "links/good"]],
    [
      "each file of a folder where its rule says",
      "[{path_regex: sub, vault_path: app}, {s3_bucket: bucket}]",
      ["-y", "--recursive", "tree"],
    ],
    ["what is wanted of a folder", "[{s3_bucket: bucket}]", ["--recursive", "tree"], "y\nn\ny\nn\n"],
    ["after a yes", "[{s3_bucket: bucket, s3_prefix: pre/}]", ["f.yaml"], "y\n"],
    ["after an answer that is none", "[{vault_path: app}]", ["f.yaml"], "perhaps\ny\n"],
    ["to version 2 of Vault's KV engine", "[{vault_path: app}]", ["-y", "f.yaml"]],
    [
      "to version 1 of Vault's KV engine",
      "[{vault_path: app/, vault_kv_version: 1, vault_kv_mount_name: old}]",
      ["-y", "f.yaml"],
    ],
    ["to a version that there is not", "[{vault_path: app/, vault_kv_version: 3}]", ["-y", "f.yaml"]],
    ["to a KV engine deep below", "[{vault_path: a/b, vault_kv_mount_name: deep/kv/}]", ["-y", "f.json"]],
    ["to Vault, with slashes more than one", "[{vault_path: /a//b/, vault_address: BAO/}]", ["-y", "f.json"]],
    ["to Vault, with odd names", "[{vault_path: 'a b/é'}]", ["-y", "f.json"]],
    ["to Vault: dotenv", "[{vault_path: app}]", ["-y", "f.env"]],
    ["to Vault: INI", "[{vault_path: app}]", ["-y", "f.ini"]],
    ["to Vault: binary", "[{vault_path: app}]", ["-y", "f.bin"]],
    ["to Vault: several documents", "[{vault_path: app}]", ["-y", "several.yaml"]],
    ["to Vault, whatever the recreation rule", "[{vault_path: app, recreation_rule: {age: BOB}}]", ["-y", "f.yaml"]],
  ];

  it.each(sent)("sends the same as sops: %s", async (_, rules, args, stdin) => {
    const theirs = await publish(sops, rules, args, { stdin: stdin ?? "" });
    expect(theirs).toMatchObject({ status: 0, stderr: "" });
    expect(Object.keys(theirs.stored).length).toBeGreaterThan(0);
    expect(await publish(runSopsTs, rules, args, { stdin: stdin ?? "" })).toEqual(theirs);
  });

  it("sends the same as sops: to S3, with odd names", async () => {
    await letMotoCheck(moto.url, false);
    const rules = "[{s3_bucket: bucket, s3_prefix: 'a b/?é+%//'}]";
    const theirs = await publish(sops, rules, ["-y", "f.yaml"]);
    const ours = await publish(runSopsTs, rules, ["-y", "f.yaml"]);
    await clear();
    await letMotoCheck(moto.url, true);
    expect(Object.keys(theirs.stored)).toHaveLength(1);
    expect(ours).toEqual(theirs);
  });

  const recreated: readonly (readonly [title: string, rules: string, name: string])[] = [
    ["S3", "[{s3_bucket: bucket, recreation_rule: {age: BOB}}]", "texts.yaml"],
    ["Google Cloud Storage", "[{gcs_bucket: bucket, recreation_rule: {age: BOB}}]", "f.json"],
    ["S3, as dotenv", "[{s3_bucket: bucket, recreation_rule: {age: BOB}}]", "f.env"],
    ["S3, as INI", "[{s3_bucket: bucket, recreation_rule: {age: BOB}}]", "f.ini"],
    ["S3, as binary", "[{s3_bucket: bucket, recreation_rule: {age: BOB}}]", "f.bin"],
    ["S3, with the same keys", "[{s3_bucket: bucket, recreation_rule: {age: ALICE}}]", "texts.yaml"],
    [
      "S3, for two of three groups",
      "[{s3_bucket: bucket, recreation_rule: {shamir_threshold: 2, key_groups: [{age: [BOB]}, {age: [ALICE]}, {age: [CAROL]}]}}]",
      "texts.yaml",
    ],
    ["S3, with a suffix", "[{s3_bucket: bucket, recreation_rule: {age: BOB, encrypted_suffix: x}}]", "texts.yaml"],
    [
      "S3, with another suffix",
      "[{s3_bucket: bucket, recreation_rule: {age: BOB, unencrypted_suffix: a}}]",
      "texts.yaml",
    ],
  ];

  it.each(recreated)("gives a file the keys of the recreation rule, as sops does: %s", async (_, rules, name) => {
    const theirs = await publish(sops, rules, ["-y", name]);
    const ours = await publish(runSopsTs, rules, ["-y", name]);
    expect({ ...ours, stored: {} }).toEqual({ ...theirs, stored: {} });
    expect(theirs).toMatchObject({ status: 0, stderr: "" });
    const [place = ""] = Object.keys(theirs.stored);
    expect(Object.keys(ours.stored)).toEqual([place]);
    const [theirFile = "", ourFile = ""] = [theirs, ours].map(({ stored }) => stored[place]?.text);
    // What readers assume where there is no rule, sops leaves out.
    expect(withoutSuffix(ourFile)).toBe(withoutSuffix(theirFile));
    const keys = ["alice", "bob"].map((person) => corpusText(`keys/${person}.txt`)).join("\n");
    const opened = { directory: home, env: { ...env, SOPS_AGE_KEY: keys } };
    await writeFile(join(home, "ours", name), ourFile);
    await writeFile(join(home, "theirs", name), theirFile);
    const args = (folder: string): string[] => ["decrypt", join(home, folder, name)];
    const byThem = await sops({ ...opened, args: args("ours") });
    expect(Buffer.from(byThem.stdout).toString()).toBe(plain[name]);
    const byUs = await runSopsTs({ ...opened, args: args("theirs") });
    expect(Buffer.from(byUs.stdout).toString()).toBe(plain[name]);
  });

  it("publishes to Google Cloud Storage itself as a service account, as sops does", async () => {
    const uploads: object[] = [];
    const google = await serveUnderNames(
      ({ host, path, query, headers, body }) => {
        if (host === "oauth2.googleapis.com") {
          const grant = new URLSearchParams(body).get("grant_type");
          return { status: 200, body: { access_token: `ya29.for ${grant}`, expires_in: 3600, token_type: "Bearer" } };
        }
        const file = /^Content-Type: (\S+; \S+)\r\n\r\n([^]*)\r\n--\w+--/m.exec(body);
        const [, type = headers["content-type"], content = body] = file ?? [];
        uploads.push({ host, path, name: query.get("name"), authorization: headers.authorization, type, content });
        return { status: 200, body: { kind: "storage#object", name: query.get("name"), bucket } };
      },
      {
        names: ["storage.googleapis.com", "oauth2.googleapis.com"],
        folder: join(home, "theirs"),
        openssl: programs.openssl,
      },
    );
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const account = {
      type: "service_account",
      project_id: "p",
      private_key_id: "k",
      private_key: privateKey.export({ type: "pkcs8", format: "pem" }),
      client_email: "sops@p.iam.gserviceaccount.com",
      client_id: "1",
      token_uri: "https://oauth2.googleapis.com/token",
    };
    await writeFile(join(home, "account.json"), JSON.stringify(account));
    const fields = {
      STORAGE_EMULATOR_HOST: undefined,
      GOOGLE_APPLICATION_CREDENTIALS: join(home, "account.json"),
      HTTPS_PROXY: google.url,
      SSL_CERT_FILE: google.authority,
    };
    vi.stubEnv("GOOGLE_APPLICATION_CREDENTIALS", join(home, "account.json"));
    for (const [, run] of both) {
      const rules = "[{gcs_bucket: bucket, gcs_prefix: 'a b/'}]";
      expect(await publish(run, rules, ["-y", "f.yaml"], { fields })).toMatchObject({ status: 0, stderr: "" });
    }
    await google.stop();
    const authorization = "Bearer ya29.for urn:ietf:params:oauth:grant-type:jwt-bearer";
    const content = await readFile(join(home, "f.yaml"), "utf8");
    expect(uploads[0]).toMatchObject({ host: "storage.googleapis.com", name: "a b/f.yaml", authorization, content });
    expect(uploads[1]).toEqual(uploads[0]);
    expect(uploads).toHaveLength(2);
  });

  it.each(both)("%s does not write a secret of Vault again that has not changed", async (_, run) => {
    const first = await publish(run, "[{vault_path: app}]", ["-y", "texts.yaml"]);
    const second = await publishAgain(run, ["-y", "texts.yaml"]);
    expect(second).toEqual(first);
    expect(await bao.ask("secret/metadata/app/texts.yaml")).toMatchObject({ data: { current_version: 1 } });
    const other = await publishAgain(run, ["-y", "several.yaml"]);
    expect(Object.keys(other.stored)).toEqual(["secret app/several.yaml", "secret app/texts.yaml"]);
  });

  it("sends to the server of the rule, and to that of the environment where there is none", async () => {
    for (const [, run] of both) {
      const rule = "[{vault_path: app, vault_address: BAO}]";
      const elsewhere = { VAULT_ADDR: "http://127.0.0.1:9", VAULT_AGENT_ADDR: "http://127.0.0.1:9" };
      const toRule = await publish(run, rule, ["-y", "f.json"], { fields: elsewhere });
      expect(toRule).toMatchObject({ status: 0, stored: { "secret app/f.json": {} } });
      const { stdout } = await publish(run, "[{vault_path: app}]", ["f.json"], {
        stdin: "n\n",
        fields: { VAULT_ADDR: undefined },
      });
      expect(stdout).toBe(
        `uploading ${join(home, "f.json")} to https://127.0.0.1:8200/v1/secret/data/app/f.json ? (y/n): `,
      );
    }
  });

  /** What sops says of it, and sops-ts too. */
  const failures: [
    title: string,
    rules: string,
    args: string[],
    message: RegExp,
    more?: { stdin?: string; fields?: () => Record<string, string | undefined> },
  ][] = [
    [
      "no rule matches",
      "[{path_regex: no, s3_bucket: bucket}]",
      ["-y", "f.yaml"],
      /no matching destination found in config/,
    ],
    ["there are no rules", "[]", ["-y", "f.yaml"], /no matching destination found in config/],
    [
      "there are two destinations",
      "[{s3_bucket: bucket, gcs_bucket: bucket}]",
      ["-y", "f.yaml"],
      /more than one destinations were found/,
    ],
    [
      "there is no destination",
      "[{omit_extensions: true}]",
      ["-y", "f.yaml"],
      /no destination configured for this file/,
    ],
    [
      "the path is a folder",
      "[{s3_bucket: bucket}]",
      ["-y", "tree"],
      /can't operate on a directory without --recursive flag/,
    ],
    [
      "there is no file",
      "[{s3_bucket: bucket}]",
      ["-y", "missing.yaml"],
      /stat missing.yaml: no such file or directory/,
    ],
    [
      "a folder is not there",
      "[{s3_bucket: bucket}]",
      ["-y", "--recursive", "none/"],
      /stat none\/: (?:no such|not a)/,
    ],
    ["the path is empty", "[{s3_bucket: bucket}]", ["-y", ""], /stat : no such file or directory/],
    [
      "the path is a link to a folder",
      "[{s3_bucket: bucket}]",
      ["-y", "--recursive", "link"],
      /Error reading file: read \S*link: is a directory/,
    ],
    [
      "a link in a folder leads nowhere",
      "[{s3_bucket: bucket}]",
      ["-y", "--recursive", "links"],
      /open \S*links\/nowhere: no such file/,
    ],
    ["the file is cut off", "[{s3_bucket: bucket}]", ["-y", "cut.json"], /Could not unmarshal input data/],
    ["there is no path", "[{s3_bucket: bucket}]", [], /no file specified/],
    ["the file is a plain one", "[{s3_bucket: bucket}]", ["-y", "plain.yaml"], /sops metadata not found/],
    [
      "the recreation rule has a bad key",
      "[{s3_bucket: bucket, recreation_rule: {age: x}}]",
      ["-y", "f.yaml"],
      /unknown recipient type|failed to parse input/,
    ],
    ["the answer is no", "[{s3_bucket: bucket}]", ["f.yaml"], /Publication of \S+f.yaml canceled/, { stdin: "n\n" }],
    ["nobody answers", "[{s3_bucket: bucket}]", ["f.yaml"], /EOF/],
    ["there is no such bucket in S3", "[{s3_bucket: missing}]", ["-y", "f.yaml"], /NoSuchBucket/],
    [
      "nobody knows the access key",
      "[{s3_bucket: bucket}]",
      ["-y", "f.yaml"],
      /InvalidAccessKeyId/,
      { fields: () => ({ AWS_ACCESS_KEY_ID: "AKIAWRONG" }) },
    ],
    [
      "the secret of the access key is wrong",
      "[{s3_bucket: bucket}]",
      ["-y", "f.yaml"],
      /SignatureDoesNotMatch/,
      { fields: () => ({ AWS_SECRET_ACCESS_KEY: "a-wrong-secret" }) },
    ],
    [
      "somebody may not write to S3",
      "[{s3_bucket: bucket}]",
      ["-y", "f.yaml"],
      /AccessDenied/,
      { fields: () => ({ ...accounts.guest }) },
    ],
    [
      "there are no credentials for S3",
      "[{s3_bucket: bucket}]",
      ["-y", "f.yaml"],
      /credentials/,
      { fields: () => ({ AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined }) },
    ],
    [
      "no region is known",
      "[{s3_bucket: bucket}]",
      ["-y", "f.yaml"],
      /[Rr]egion/,
      { fields: () => ({ AWS_REGION: undefined }) },
    ],
    [
      "S3 is down",
      "[{s3_bucket: bucket}]",
      ["-y", "f.yaml"],
      /http:\/\/127.0.0.1:\d+.*connect/,
      { fields: () => ({ AWS_ENDPOINT_URL: closed }) },
    ],
    [
      "the token for Vault is wrong",
      "[{vault_path: app}]",
      ["-y", "f.json"],
      /403[^]*permission denied/,
      { fields: () => ({ VAULT_TOKEN: "a-wrong-token" }) },
    ],
    [
      "there is no token for Vault",
      "[{vault_path: app}]",
      ["-y", "f.json"],
      /403[^]*permission denied/,
      { fields: () => ({ VAULT_TOKEN: undefined }) },
    ],
    [
      "there is no KV engine",
      "[{vault_path: app, vault_kv_mount_name: none}]",
      ["-y", "f.json"],
      /404[^]*no handler for route/,
    ],
    ["the KV engine is of another version", "[{vault_path: app, vault_kv_version: 1}]", ["-y", "f.json"], /404/],
    [
      "Vault is down",
      "[{vault_path: app}]",
      ["-y", "f.json"],
      /127.0.0.1:\d+.*connect/,
      { fields: () => ({ VAULT_ADDR: closed, VAULT_MAX_RETRIES: "0" }) },
    ],
    [
      "the file cannot be decrypted for Vault",
      "[{vault_path: app}]",
      ["-y", "f.json"],
      /Group 0: FAILED/,
      { fields: () => ({ SOPS_AGE_KEY: corpusText("keys/bob.txt") }) },
    ],
    [
      "the file cannot be decrypted for other keys",
      "[{s3_bucket: bucket, recreation_rule: {age: BOB}}]",
      ["-y", "f.json"],
      /Group 0: FAILED/,
      { fields: () => ({ SOPS_AGE_KEY: corpusText("keys/bob.txt") }) },
    ],
    [
      "a file in the middle of a folder fails",
      "[{path_regex: sub, vault_path: app, vault_kv_mount_name: none}, {s3_bucket: bucket}]",
      ["-y", "--recursive", "tree"],
      /404/,
    ],
  ];

  it.each(failures)("fails as sops does when %s", async (_, rules, args, message, more = {}) => {
    const { stdin = "", fields = () => ({}) } = more;
    const theirs = await publish(sops, rules, args, { stdin, fields: fields() });
    const before = await filesAtHome();
    const ours = await publish(runSopsTs, rules, args, { stdin, fields: fields() });
    expect(theirs.stderr).toMatch(message);
    expect(ours.stderr).toMatch(message);
    expect({ ...ours, stderr: "" }).toEqual({ ...theirs, stderr: "" });
    expect(ours.stderr).not.toMatch(/a-wrong/);
    expect(await filesAtHome()).toEqual(before);
  });

  /** The files that are published. */
  async function filesAtHome(): Promise<Record<string, string>> {
    const read = async (name: string): Promise<[string, string]> => [name, await readFile(join(home, name), "utf8")];
    return Object.fromEntries(await Promise.all(Object.keys(plain).map(read)));
  }

  it("fails as sops does when there is no config", async () => {
    const directory = await mkdtemp(join(tmpdir(), "sops-ts-no-config-"));
    for (const [, run] of both) {
      const outcome = await run({ args: ["publish", "-y", join(home, "f.yaml")], directory, env });
      expect(outcome).toMatchObject({
        status: 1,
        stderr: expect.stringMatching(/^config file not found\n/) as string,
      });
    }
    await rm(directory, { recursive: true });
  });

  const atTerminal: readonly (readonly [title: string, typing: readonly Typing[], status: number, stored: number])[] = [
    ["y", [{ after: "(y/n): ", text: "y\r" }], 0, 1],
    ["n", [{ after: "(y/n): ", text: "n\r" }], 1, 0],
    ["the end of input", [{ after: "(y/n): ", text: "\u0004" }], 1, 0],
    [
      "what is no answer, and y",
      [
        { after: "(y/n): ", text: "maybe\r" },
        { after: "(y/n): ", text: "y\r" },
      ],
      0,
      1,
    ],
  ];

  it.each(atTerminal)("asks at a terminal as sops does: %s", async (_, typing, status, count) => {
    await writeRules("[{gcs_bucket: bucket}]");
    const shown: string[] = [];
    for (const command of [[programs.sops], sopsTsCommand()]) {
      await clear();
      const words = [...command, "--config", join(home, "config.yaml"), "publish", "f.yaml"];
      const outcome = await runAtTerminal(programs.script, { command: words, directory: home, env, typing });
      expect(outcome.status).toBe(status);
      expect(await objectsOfGcs()).toHaveLength(count);
      shown.push(outcome.shown.replace(/EOF[^]*/, "EOF"));
    }
    expect(shown[1]).toBe(shown[0]);
  });

  describe("does better than sops", () => {
    const cases: [
      title: string,
      rules: string,
      args: string[],
      theirs: { status: number; places: readonly string[] },
      ours: { status: number; places: readonly string[]; stderr?: RegExp },
      more?: { stdin?: string; fields?: Record<string, string> },
    ][] = [
      [
        "when Google Cloud Storage takes nothing",
        "[{gcs_bucket: bucket}]",
        ["-y", "f.yaml"],
        { status: 0, places: [] },
        { status: 1, places: [], stderr: /could not publish \S+ to gcs:\/\/bucket\/f.yaml: \S+ refuses connections/ },
        { fields: { STORAGE_EMULATOR_HOST: closed } },
      ],
      [
        "when a single file is published with --recursive",
        "[{s3_bucket: bucket}]",
        ["-y", "--recursive", "f.yaml"],
        { status: 0, places: ["s3 ."] },
        { status: 0, places: ["s3 f.yaml"] },
      ],
      [
        "when a name is nothing but an extension",
        "[{gcs_bucket: bucket, gcs_prefix: pre/}]",
        ["-y", "--omit-extensions", ".env"],
        { status: 0, places: ["gcs pre/"] },
        { status: 0, places: ["gcs pre/.env"] },
      ],
      [
        "when a path_regex is none",
        "[{path_regex: '[', s3_bucket: bucket}, {gcs_bucket: bucket}]",
        ["-y", "f.yaml"],
        { status: 0, places: ["gcs f.yaml"] },
        { status: 1, places: [], stderr: /can not compile regexp/ },
      ],
      [
        "when Enter alone is the answer",
        "[{gcs_bucket: bucket}]",
        ["f.yaml"],
        { status: 1, places: [] },
        { status: 0, places: ["gcs f.yaml"] },
        { stdin: "\ny\n" },
      ],
    ];

    it.each(cases)("%s", async (_, rules, args, theirs, ours, more = {}) => {
      await writeFile(join(home, ".env"), await readFile(join(home, "f.env")));
      for (const [run, expected] of [
        [sops, theirs],
        [runSopsTs, ours],
      ] as const) {
        const { status, stderr, stored } = await publish(run, rules, args, more);
        expect({ status, places: Object.keys(stored) }).toEqual({ status: expected.status, places: expected.places });
        if ("stderr" in expected && expected.stderr !== undefined) expect(stderr).toMatch(expected.stderr);
      }
    });

    it("keeps what is in clear, and says so in the metadata of the published file", async () => {
      const values: string[] = [];
      for (const [, run] of both) {
        const { stored } = await publish(run, "[{s3_bucket: bucket, recreation_rule: {age: ALICE}}]", ["-y", "f.yaml"]);
        await writeFile(join(home, "ours/f.yaml"), stored["s3 f.yaml"]?.text ?? "");
        const { status } = await sops({ args: ["decrypt", join(home, "ours/f.yaml")], directory: home, env });
        values.push(`${status}: ${/^p_unencrypted: (?:clear|ENC)/m.exec(stored["s3 f.yaml"]?.text ?? "")?.[0]}`);
      }
      expect(values).toEqual(["51: p_unencrypted: ENC", "0: p_unencrypted: clear"]);
    });

    it("writes plain objects to Vault, and numbers only once", async () => {
      await writeFile(join(home, "lists.yaml"), "l: [{x: y}]\nn: 1\n");
      const args = ["encrypt", "--in-place", "--age", recipient("alice"), join(home, "lists.yaml")];
      await sops({ args, directory: home, env });
      const written = [];
      for (const [, run] of both) {
        await publish(run, "[{vault_path: app}]", ["-y", "lists.yaml"]);
        const { stored } = await publishAgain(run, ["-y", "lists.yaml"]);
        const { data } = (await bao.ask("secret/metadata/app/lists.yaml")) as { data: { current_version: number } };
        written.push([data.current_version, stored["secret app/lists.yaml"]?.text]);
      }
      expect(written).toEqual([
        [2, '{"l":[[{"Key":"x","Value":"y"}]],"n":1}'],
        [1, '{"l":[{"x":"y"}],"n":1}'],
      ]);
    });
  });
});

/** The suffix that readers assume where a file names none. */
function withoutSuffix(file: string): string {
  return withoutChance(file).replaceAll(/^.*unencrypted_suffix.*_unencrypted.*\n/gm, "");
}

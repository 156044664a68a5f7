import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runSopsTs } from "../support/sops-ts.ts";
import { corpusText, recipient } from "../support/cli-case.ts";
import { serveFault } from "../support/cloud/faults.ts";
import { type RunningServer, serve } from "../support/cloud/server.ts";
import type { Cloud, CloudAnswer } from "../support/cloud/stand-in.ts";
import { withTemporaryDirectory } from "../support/temporary-directory.ts";

/** Buckets and secrets by path; answers like S3, GCS and Vault's KV engine. */
const stored = new Map<string, string>();
/** What S3 and GCS say of buckets, by their names. */
const refusals: Readonly<Record<string, CloudAnswer>> = {
  forbidden: { status: 403, body: "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>" },
  abroad: { status: 301, body: "<Error><Code>PermanentRedirect</Code><Message>use another endpoint</Message></Error>" },
  expired: { status: 401, body: { error: { code: 401, message: "Invalid Credentials" } } },
  private: { status: 403, body: { error: { code: 403, message: "no storage.objects.create access" } } },
  missing: { status: 404, body: { error: { code: 404, message: "The specified bucket does not exist." } } },
};
const storage: Cloud = ({ method, path, query, body, headers }) => {
  if (path.startsWith("/v1/")) {
    if (headers["x-vault-token"] !== "t0ken-of-tests") return { status: 403, body: { errors: ["permission denied"] } };
    if (method === "GET") {
      const found = stored.get(path);
      return found === undefined ? { status: 404, body: { errors: [] } } : { status: 200, body: `{"data":${found}}` };
    }
    stored.set(path, body);
    return { status: 200, body: { data: { version: 1 } } };
  }
  const refusal = Object.keys(refusals).find((bucket) => path.split("/").includes(bucket));
  if (refusal !== undefined) return refusals[refusal] as CloudAnswer;
  stored.set(query.has("name") ? `${path} ${query.get("name")}` : path, body);
  if (query.has("name")) return { status: 200, body: { name: query.get("name") } };
  return { status: 200, body: "", headers: { etag: '"0"' } };
};

let server: RunningServer;
let closed: string;
beforeEach(async () => {
  stored.clear();
  server = await serve(storage);
  closed = (await serveFault("refuses connections")).url;
});
afterEach(() => server.stop());

/** A file of alice's with the config; calls `use` with what runs sops-ts there. */
async function published(
  rule: string,
  use: (
    run: (...args: string[]) => ReturnType<typeof runSopsTs>,
    folder: string,
    env: Readonly<Record<string, string>>,
  ) => Promise<void>,
  stdin = "",
): Promise<void> {
  await withTemporaryDirectory(async (folder) => {
    const withUser = server.url.replace("//", "//me:pass%40word@");
    const rules = `creation_rules: [{age: ${recipient("alice")}}]\ndestination_rules:\n${rule}`;
    writeFileSync(
      join(folder, ".sops.yaml"),
      rules.replaceAll("SERVER", server.url).replaceAll("ADDRESS", withUser).replaceAll("CLOSED", closed),
    );
    mkdirSync(join(folder, "d/sub"), { recursive: true });
    const env = {
      HOME: folder,
      SOPS_AGE_KEY: corpusText("keys/alice.txt"),
      VAULT_TOKEN: "t0ken-of-tests",
      STORAGE_EMULATOR_HOST: server.url,
      AWS_ENDPOINT_URL: server.url,
      AWS_REGION: "eu-west-1",
      AWS_ACCESS_KEY_ID: "AKIATEST",
      AWS_SECRET_ACCESS_KEY: "secret-of-tests",
    };
    const run = (...args: string[]): ReturnType<typeof runSopsTs> =>
      runSopsTs({ args, directory: folder, env, stdin: Buffer.from(stdin) });
    for (const path of ["f.yaml", "d/a.yaml", "d/sub/b.yaml"]) {
      writeFileSync(join(folder, path), `# note\na: 1\nbig: 9007199254740993\nl: [{x: y}]\np_unencrypted: ${path}\n`);
      expect((await run("encrypt", "-i", path)).status).toBe(0);
    }
    await use(run, folder, env);
  });
}

const values = (path: string): string => `{"a":1,"big":9007199254740993,"l":[{"x":"y"}],"p_unencrypted":"${path}"}`;
const squeezed = (text = ""): string => text.replaceAll(/\s/g, "");

describe("publish", () => {
  it("sends a file to S3 as it is", () =>
    published("  - {s3_bucket: bucket, s3_prefix: pre/}\n", async (run) => {
      expect(await run("publish", "-y", "f.yaml")).toMatchObject({ status: 0, stderr: "" });
      expect(stored.get("/bucket/pre/f.yaml")).toContain("ENC[AES256_GCM");
    }));

  it("sends a directory to GCS, by relative names without extensions", () =>
    published("  - {gcs_bucket: b, gcs_prefix: pre/, omit_extensions: true}\n", async (run) => {
      expect(await run("publish", "-y", "--recursive", "d")).toMatchObject({ status: 0, stderr: "" });
      const bucket = "/upload/storage/v1/b/b/o";
      expect([...stored.keys()].toSorted()).toEqual([`${bucket} pre/a`, `${bucket} pre/sub/b`]);
    }));

  it("gives the file the keys of the recreation rule, with the suffix in its metadata", () =>
    published(`  - {gcs_bucket: b, recreation_rule: {age: ${recipient("bob")}}}\n`, async (run, folder) => {
      const { status, stdout } = await run("publish", "-y", "f.yaml");
      expect(status).toBe(0);
      expect(stdout.toString()).toBe(
        "The following changes will be made to the file's key groups:\n" +
          `Group 1\n+++ ${recipient("bob")}\n--- ${recipient("alice")}\n`,
      );
      const file = stored.get("/upload/storage/v1/b/b/o f.yaml") ?? "";
      expect(file).toContain("unencrypted_suffix: _unencrypted");
      expect(file).toContain("p_unencrypted: f.yaml");
      expect(file).not.toContain(recipient("alice"));
      writeFileSync(join(folder, "new.yaml"), file);
      expect((await run("decrypt", "new.yaml")).status).toBe(128);
    }));

  it.each([
    ["2", "/v1/secret/data/app/f.yaml", `{"data":${values("f.yaml")}}`],
    ["1", "/v1/secret/app/f.yaml", values("f.yaml")],
  ])("writes values to version %s of Vault's KV engine, and only once", (version, path, body) =>
    published(`  - {vault_path: app, vault_address: SERVER, vault_kv_version: ${version}}\n`, async (run) => {
      expect(await run("publish", "-y", "f.yaml")).toMatchObject({ status: 0, stderr: "" });
      expect(squeezed(stored.get(path))).toBe(body);
      const again = await run("--verbose", "publish", "-y", "f.yaml");
      expect(again).toMatchObject({ status: 0, stderr: expect.stringContaining("is already up-to-date") as string });
      expect(server.requests.filter(({ method }) => method === "PUT")).toHaveLength(1);
    }),
  );

  it("asks the active node of Vault where a standby node names it", () =>
    published("  - {vault_path: app}\n", async (_, folder, env) => {
      const location = (path: string): string => `${server.url}${path}`;
      const standby = await serve(({ path }) => ({ status: 307, body: "", headers: { location: location(path) } }));
      const args = ["publish", "-y", "f.yaml"];
      const { status, stderr } = await runSopsTs({
        args,
        directory: folder,
        env: { ...env, VAULT_ADDR: standby.url.replace("//", "//me:password@") },
      });
      await standby.stop();
      expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
      expect(standby.requests.every(({ headers }) => headers.authorization?.startsWith("Basic "))).toBe(true);
      expect(server.requests.some(({ headers }) => headers.authorization !== undefined)).toBe(false);
      expect(squeezed(stored.get("/v1/secret/data/app/f.yaml"))).toBe(`{"data":${values("f.yaml")}}`);
    }));

  it("takes a user in the address of Vault, and does not show the password", () =>
    published(
      "  - {vault_path: app, vault_address: 'ADDRESS'}\n",
      async (run) => {
        const { status, stdout, stderr } = await run("publish", "f.yaml");
        expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
        expect(stdout.toString()).toContain(` to ${server.url}/v1/secret/data/app/f.yaml ? `);
        const basic = `Basic ${Buffer.from("me:pass@word").toString("base64")}`;
        expect(server.requests.map(({ headers }) => headers.authorization)).toEqual([basic, basic]);
      },
      "y\n",
    ));

  it("writes again when a digit has changed that a float would lose", () =>
    published("  - {vault_path: app, vault_address: SERVER}\n", async (run) => {
      stored.set("/v1/secret/data/app/f.yaml", `{"data":${values("f.yaml").replace("993", "992")}}`);
      expect(await run("publish", "-y", "f.yaml")).toMatchObject({ status: 0 });
      expect(stored.get("/v1/secret/data/app/f.yaml")).toContain("9007199254740993");
    }));

  it("asks, and sends what was agreed to", () =>
    published(
      "  - {gcs_bucket: b}\n",
      async (run, folder) => {
        const { status, stdout } = await run("publish", "--recursive", "d");
        expect(status).toBe(0);
        const question = (path: string): string => `uploading ${join(folder, "d", path)} to gcs://b/${path} ? (y/n): `;
        const canceled = `Publication of ${join(folder, "d/a.yaml")} canceled\n`;
        expect(stdout.toString()).toBe(question("a.yaml") + canceled + question("sub/b.yaml"));
        expect(stored.size).toBe(1);
      },
      "n\ny\n",
    ));

  const failures: readonly (readonly [string, string, readonly string[], string])[] = [
    ["n as the answer", "  - {gcs_bucket: b}\n", ["f.yaml"], "canceled"],
    [
      "no rule that matches",
      "  - {gcs_bucket: b, path_regex: other}\n",
      ["f.yaml"],
      "no matching destination found in config",
    ],
    ["two destinations", "  - {gcs_bucket: b, s3_bucket: b}\n", ["f.yaml"], "more than one destinations were found"],
    ["no destination", "  - {omit_extensions: true}\n", ["f.yaml"], "no destination configured for this file"],
    ["a directory", "  - {gcs_bucket: b}\n", ["d"], "can't operate on a directory without --recursive flag."],
    ["a file that is not there", "  - {gcs_bucket: b}\n", ["none.yaml"], "no such file or directory"],
    ["a plain file", "  - {gcs_bucket: b}\n", [".sops.yaml"], "metadata not found"],
    [
      "a bucket of others in S3",
      "  - {s3_bucket: forbidden}\n",
      ["-y", "f.yaml"],
      "AccessDenied (status 403): Access Denied\nHint: Who publishes needs s3:PutObject for this bucket and prefix.",
    ],
    [
      "a bucket in another region of S3",
      "  - {s3_bucket: abroad}\n",
      ["-y", "f.yaml"],
      "PermanentRedirect (status 301): use another endpoint\nHint: The bucket is in another region. Set AWS_REGION",
    ],
    [
      "credentials for GCS that are out of date",
      "  - {gcs_bucket: expired}\n",
      ["-y", "f.yaml"],
      "answered with status 401: Invalid Credentials\nHint: The credentials are wrong or out of date. Log in with",
    ],
    [
      "a bucket of others in GCS",
      "  - {gcs_bucket: private}\n",
      ["-y", "f.yaml"],
      "answered with status 403: no storage.objects.create access\nHint: Who publishes needs the role",
    ],
    [
      "a bucket that is not in GCS",
      "  - {gcs_bucket: missing}\n",
      ["-y", "f.yaml"],
      "answered with status 404: The specified bucket does not exist.\nHint: gcs_bucket of the destination rule names no",
    ],
    [
      "a Vault that is not there",
      "  - {vault_path: p, vault_address: CLOSED}\n",
      ["-y", "f.yaml"],
      "refuses connections",
    ],
    [
      "an address that is none",
      "  - {vault_path: p, vault_address: vault}\n",
      ["-y", "f.yaml"],
      "is not an address of Vault",
    ],
  ];
  it.each(failures)("fails for %s", (_, rule, args, message) =>
    published(
      rule,
      async (run, folder) => {
        const file = readFileSync(join(folder, "f.yaml"));
        const { status, stderr } = await run("publish", ...args);
        expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringContaining(message) as string });
        expect(stderr).not.toMatch(/secret-of-tests|t0ken-of-tests/);
        expect(stored.size).toBe(0);
        expect(readFileSync(join(folder, "f.yaml"))).toEqual(file);
      },
      "n\n",
    ),
  );
});

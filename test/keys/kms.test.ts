import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { KmsKey } from "../../src/core/metadata.ts";
import { kmsKey } from "../../src/core/parse-master-key.ts";
import { awsKms, type KmsClient } from "../../src/keys/kms.ts";
import { sessionName } from "../../src/keys/kms/client.ts";
import { decryptBytes, encryptBytes } from "../../src/sops.ts";
import { expectNoSecrets } from "../support/canary.ts";
import { aws } from "../support/cloud/aws.ts";
import { checkSignature } from "../support/cloud/aws-signature.ts";
import { type RunningServer, serve } from "../support/cloud/server.ts";
import { withTemporaryDirectory } from "../support/temporary-directory.ts";
import { contextWith } from "./context.ts";
import { awsAccess, contextIn } from "./remote-samples.ts";

const dataKey = new Uint8Array(32).fill(9);
const arn = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd";
const role = "arn:aws:iam::111122223333:role/deploy";
const session = {
  accessKeyId: "ASIASESSION",
  secretAccessKey: "session-secret-key",
  sessionToken: "the-session-token",
};
const longLived = { accessKeyId: "AKIDLONGLIVED", secretAccessKey: "long-lived-secret-key" };

function key(fields: Partial<KmsKey> = {}): KmsKey {
  return kmsKey({ arn, role: "", context: {}, awsProfile: "", ...fields });
}

describe("AWS KMS", () => {
  let server: RunningServer;
  beforeEach(async () => {
    server = await serve(aws({ access: [awsAccess, longLived], role: { arn: role, session } }));
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await server.stop();
  });

  const env = (fields: Record<string, string> = {}): Record<string, string> => ({
    AWS_ENDPOINT_URL: server.url,
    AWS_ACCESS_KEY_ID: longLived.accessKeyId,
    AWS_SECRET_ACCESS_KEY: longLived.secretAccessKey,
    ...fields,
  });

  it.each([
    ["a key", arn],
    ["an alias", "arn:aws:kms:eu-west-1:111122223333:alias/app/prod"],
    ["a multi-region key", "arn:aws:kms:us-east-2:111122223333:key/mrk-1234"],
    ["a key in China", "arn:aws-cn:kms:cn-north-1:111122223333:key/1234"],
    ["a key of the government", "arn:aws-us-gov:kms:us-gov-west-1:111122223333:key/1234"],
  ])("asks the region of %s", async (_title, text) => {
    const source = awsKms();
    const wrapped = key({ arn: text });
    wrapped.enc = await source.wrap(wrapped, dataKey, contextIn(env()));
    expect(await source.unwrap(wrapped, contextIn(env()))).toEqual(dataKey);
    expect(server.requests[0]?.headers.authorization).toContain(`/${text.split(":")[3]}/kms/aws4_request`);
  });

  it.each([
    "",
    "arn:aws:kms:eu-west-1:key/1",
    "arn:aws:s3:eu-west-1:1:key/1",
    "arn:aws:kms:eu-west-1:a:key/1",
    `${arn}+x`.slice(4),
  ])("refuses %j as an ARN", async (text) => {
    const failure = awsKms().wrap({ ...key(), arn: text }, dataKey, contextIn(env()));
    await expect(failure).rejects.toMatchObject({
      code: "INVALID_MASTER_KEY",
      message: `no valid ARN found in '${text}'`,
    });
  });

  it("opens with the same encryption context alone", async () => {
    const source = awsKms();
    const wrapped = key({ context: { app: "web", env: "prod" } });
    wrapped.enc = await source.wrap(wrapped, dataKey, contextIn(env()));
    expect(await source.unwrap({ ...wrapped, context: { env: "prod", app: "web" } }, contextIn(env()))).toEqual(
      dataKey,
    );
    const failure = source.unwrap({ ...wrapped, context: { app: "web" } }, contextIn(env()));
    await expect(failure).rejects.toMatchObject({
      code: "COULD_NOT_RETRIEVE_KEY",
      message: "failed to decrypt sops data key with AWS KMS: InvalidCiphertextException (status 400)",
      hint: "The key or its encryption context is not the one that the data key was wrapped with.",
    });
  });

  it("says that the key is of another region", async () => {
    const source = awsKms({ client: (region) => clientFor(region === "eu-west-1" ? "us-east-1" : region) });
    await expect(source.wrap(key(), dataKey, contextIn({}))).rejects.toMatchObject({
      message: `failed to encrypt sops data key with AWS KMS: NotFoundException (status 400): Key '${arn}' does not exist`,
      hint: "The ARN names another region, account or key than the one that there is.",
    });
  });

  it("assumes the role of a key, in a session named after the computer", async () => {
    const source = awsKms();
    const wrapped = key({ role });
    wrapped.enc = await source.wrap(wrapped, dataKey, contextIn(env()));
    expect(await source.unwrap(wrapped, contextIn(env()))).toEqual(dataKey);
    const [assuming, using] = server.requests;
    expect(new URLSearchParams(assuming?.body).get("RoleSessionName")).toBe("sops@ahost");
    expect(using?.headers["x-amz-security-token"]).toBe(session.sessionToken);
  });

  it("says that a role may not be assumed", async () => {
    const failure = awsKms().wrap(key({ role: `${role}-2` }), dataKey, contextIn(env()));
    await expect(failure).rejects.toThrow(
      `failed to assume role '${role}-2': AccessDenied (status 403): not authorized to perform: sts:AssumeRole`,
    );
  });

  it.each([
    ["build-7", "sops@build7"],
    ["a.b_c", "sops@a.b_c"],
    ["x".repeat(80), `sops@${"x".repeat(59)}`],
    ["Ünicode host!", "sops@nicodehost"],
    ["", "sops@"],
    [undefined, "sops@"],
  ])("names the session on the computer %j", (host, name) => {
    expect(sessionName(host)).toBe(name);
  });

  it("takes the endpoint of KMS before that of all services, and none when it is to be ignored", async () => {
    const source = awsKms();
    await source.wrap(
      key(),
      dataKey,
      contextIn(env({ AWS_ENDPOINT_URL: "http://127.0.0.1:1", AWS_ENDPOINT_URL_KMS: server.url })),
    );
    expect(server.requests).toHaveLength(1);
    const ignoring = env({ AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "true" });
    const asked: string[] = [];
    const fetch = async (url: string | URL | Request): Promise<Response> => {
      asked.push(String(url));
      return Response.json({ CiphertextBlob: "AAAA" });
    };
    await awsKms({ fetch }).wrap(key(), dataKey, contextIn(ignoring));
    expect(asked).toEqual(["https://kms.eu-west-1.amazonaws.com/"]);
  });

  it("says which variable holds no URL", async () => {
    const failure = awsKms().wrap(key(), dataKey, contextIn(env({ AWS_ENDPOINT_URL: "localhost:4566" })));
    await expect(failure).rejects.toMatchObject({
      message: 'AWS_ENDPOINT_URL is no URL: "localhost:4566"',
      hint: "Its form is https://HOST:PORT.",
    });
  });

  it("says which profile gives no credentials", () =>
    withTemporaryDirectory(async (folder) => {
      vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", join(folder, "credentials"));
      vi.stubEnv("AWS_CONFIG_FILE", join(folder, "config"));
      vi.stubEnv("AWS_EC2_METADATA_DISABLED", "true");
      const failure = awsKms().wrap(key({ awsProfile: "nobody" }), dataKey, contextIn(env()));
      await expect(failure).rejects.toMatchObject({
        hint: 'The profile "nobody" of ~/.aws/config and ~/.aws/credentials gives none.',
      });
    }));

  it("takes a profile's credentials, and not those of the environment", () =>
    withTemporaryDirectory(async (folder) => {
      const { accessKeyId, secretAccessKey } = longLived;
      writeFileSync(
        join(folder, "credentials"),
        `[team]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`,
      );
      vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", join(folder, "credentials"));
      vi.stubEnv("AWS_CONFIG_FILE", join(folder, "config"));
      const context = (): ReturnType<typeof contextIn> =>
        contextIn(env({ AWS_ACCESS_KEY_ID: "AKIDWRONG", AWS_SECRET_ACCESS_KEY: "wrong" }));
      const source = awsKms();
      const wrapped = key({ awsProfile: "team" });
      wrapped.enc = await source.wrap(wrapped, dataKey, context());
      expect(await source.unwrap(wrapped, context())).toEqual(dataKey);
    }));

  it("uses a client that it is given, of one region or for each", async () => {
    const wrapped = key();
    const one = awsKms({ client: clientFor("eu-west-1") });
    wrapped.enc = await one.wrap(wrapped, dataKey, contextWith());
    const regions: string[] = [];
    const many = awsKms({
      client: (region) => {
        regions.push(region);
        return clientFor(region);
      },
    });
    expect(await many.unwrap(wrapped, contextWith())).toEqual(dataKey);
    expect(regions).toEqual(["eu-west-1"]);
  });

  /** A client without the AWS SDK, that seals by adding one to each byte. */
  function clientFor(region: string): KmsClient {
    const check = (KeyId: string): void => {
      if (KeyId.split(":")[3] === region) return;
      const error = Object.assign(new TypeError(`Key '${KeyId}' does not exist`), {
        $metadata: { httpStatusCode: 400 },
      });
      error.name = "NotFoundException";
      throw error;
    };
    return {
      encrypt: async ({ KeyId, Plaintext }) => {
        check(KeyId);
        return { CiphertextBlob: Plaintext.map((byte) => byte + 1) };
      },
      decrypt: async ({ KeyId, CiphertextBlob }) => {
        check(KeyId);
        return { Plaintext: CiphertextBlob.map((byte) => byte - 1) };
      },
    };
  }

  it("uses credentials that it is given, as they are or by asking for them", async () => {
    const context = (): ReturnType<typeof contextIn> => contextIn({ AWS_ENDPOINT_URL: server.url });
    const wrapped = key();
    wrapped.enc = await awsKms({ credentials: awsAccess }).wrap(wrapped, dataKey, context());
    expect(await awsKms({ credentials: async () => awsAccess }).unwrap(wrapped, context())).toEqual(dataKey);
    expect(server.requests[0]?.headers["x-amz-security-token"]).toBe(awsAccess.sessionToken);
  });

  it("needs the file of certificates that AWS_CA_BUNDLE names", async () => {
    const failure = awsKms().wrap(key(), dataKey, contextIn(env({ AWS_CA_BUNDLE: "/missing.pem" })));
    await expect(failure).rejects.toThrow("AWS_CA_BUNDLE names /missing.pem, and there is no such file");
  });

  it("looks for no credentials when only given ones may be used", async () => {
    const failure = awsKms().wrap(key(), dataKey, contextWith());
    await expect(failure).rejects.toMatchObject({
      message: "no AWS credentials were given, and only given ones may be used",
    });
    expect(server.requests).toEqual([]);
  });

  it("asks once for the same ciphertext", async () => {
    const source = awsKms();
    const wrapped = key();
    wrapped.enc = await source.wrap(wrapped, dataKey, contextIn(env()));
    const context = contextIn(env());
    const [first, second] = await Promise.all([source.unwrap(wrapped, context), source.unwrap(wrapped, context)]);
    first?.fill(0);
    expect(second).toEqual(dataKey);
    expect(await source.unwrap({ ...wrapped }, context)).toEqual(dataKey);
    expect(server.requests).toHaveLength(2);
  });

  it("asks once for files that have the same ciphertext, in operations that share what keys keep", async () => {
    const file = new TextEncoder().encode("a: secret\n");
    const settings = { format: "yaml", platform: contextIn(env()).platform } as const;
    const encrypted = await encryptBytes(file, { ...settings, keyGroups: [[key()]] });
    const keyCache = new Map<string, unknown>();
    for (let count = 0; count < 3; count++) {
      expect(await decryptBytes(encrypted, { ...settings, keyCache })).toEqual(file);
    }
    expect(server.requests).toHaveLength(2);
    await decryptBytes(encrypted, settings);
    expect(server.requests).toHaveLength(3);
  });

  it("refuses what is not Base64 without asking", async () => {
    const failure = awsKms().unwrap({ ...key(), enc: "not base64" }, contextIn(env()));
    await expect(failure).rejects.toThrow("error base64-decoding encrypted data key");
    expect(server.requests).toEqual([]);
  });

  it("keeps the session's credentials out of messages, also in later tasks of an operation", async () => {
    const echoing = await serve(({ headers }) => ({
      status: 400,
      body: { __type: "EchoException", message: JSON.stringify(headers) },
    }));
    try {
      const context = contextIn(env({ AWS_ENDPOINT_URL_KMS: echoing.url }));
      const errors = [];
      for (let attempt = 0; attempt < 2; attempt++) {
        errors.push(
          await awsKms()
            .wrap(key({ role }), dataKey, context)
            .catch((error: unknown) => error),
        );
      }
      expect(errors.map(String).join("\n")).toMatch(/EchoException.*\n.*EchoException/);
      await expectNoSecrets([session.sessionToken, session.secretAccessKey], { errors });
    } finally {
      await echoing.stop();
    }
  });
});

describe("the check of AWS signatures", () => {
  const access = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" };
  const form = "application/x-www-form-urlencoded";

  interface SignedRequest {
    readonly method?: string;
    readonly query?: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
  }

  // By their names in AWS's own test suite for Signature Version 4.
  it.each<[string, SignedRequest, string]>([
    ["get-vanilla", {}, "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"],
    ["post-vanilla", { method: "POST" }, "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"],
    [
      "get-vanilla-query-order-key-case",
      { query: "Param2=value2&Param1=value1" },
      "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
    ],
    [
      "post-x-www-form-urlencoded",
      { method: "POST", headers: { "content-type": form }, body: "Param1=value1" },
      "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
    ],
    [
      "post-x-www-form-urlencoded-parameters",
      { method: "POST", headers: { "content-type": `${form}; charset=utf8` }, body: "Param1=value1" },
      "1a72ec8f64bd914b0e42e42607c7fbce7fb2c7465f63e3092b3b0d39fa77a6fe",
    ],
  ])("accepts a published request, and no change to it: %s", (_, fields, signature) => {
    const { method = "GET", query = "", headers = {}, body = "" } = fields;
    const given = { ...headers, host: "example.amazonaws.com", "x-amz-date": "20150830T123600Z" };
    const authorization =
      "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, " +
      `SignedHeaders=${Object.keys(given).join(";")}, Signature=${signature}`;
    const request = {
      ...{ method, path: "/", query: new URLSearchParams(query), host: given.host, body },
      headers: { ...given, authorization },
    };
    expect(checkSignature(request, [access])).toEqual({ region: "us-east-1", service: "service" });
    expect(checkSignature({ ...request, body: "x" }, [access])).toBeUndefined();
    expect(checkSignature({ ...request, path: "/x" }, [access])).toBeUndefined();
    expect(checkSignature({ ...request, method: "PUT" }, [access])).toBeUndefined();
    expect(checkSignature(request, [{ ...access, secretAccessKey: "another" }])).toBeUndefined();
  });
});

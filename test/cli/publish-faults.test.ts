import { describe, expect, it } from "vitest";
import { encodeUtf8 } from "../../src/bytes.ts";
import { Log } from "../../src/cli/log.ts";
import { upload } from "../../src/cli/publish/upload.ts";
import type { Destination } from "../../src/config/destination-rule.ts";
import { SopsError } from "../../src/errors.ts";
import { awsAccess, awsEnv, contextIn } from "../keys/remote-samples.ts";
import { expectNoSecrets } from "../support/canary.ts";
import { type Fault, faultNames, serveFault } from "../support/cloud/faults.ts";

const vaultToken = "hvs.CAESIJ-a-vault-token";

const encrypted = "password: ENC[AES256_GCM,data:aGVsbG8=,iv:aGVsbG8=,tag:aGVsbG8=,type:str]\n";
/** What is published to Vault, in clear: its values are secrets as much as a token. */
const values = '{"password":"correct horse\\nbattery staple","pin":20011225}';
const secrets = [
  awsAccess.secretAccessKey,
  awsAccess.sessionToken,
  vaultToken,
  "correct horse",
  "battery staple",
  "20011225",
];

interface Target {
  readonly name: string;
  readonly destination: (url: string) => Destination;
  readonly content: string;
  readonly env: (url: string) => Readonly<Record<string, string>>;
}

const targets: readonly Target[] = [
  {
    name: "S3",
    destination: () => ({ kind: "s3", bucket: "bucket", prefix: "pre/" }),
    content: encrypted,
    env: (url) => ({ ...awsEnv(url, awsAccess.secretAccessKey), AWS_REGION: "eu-west-1" }),
  },
  {
    name: "Google Cloud Storage",
    destination: () => ({ kind: "gcs", bucket: "bucket", prefix: "pre/" }),
    content: encrypted,
    env: (url) => ({ STORAGE_EMULATOR_HOST: url }),
  },
  {
    name: "Vault's KV engine",
    destination: (address) => ({ kind: "vault", address, path: "app/", mountName: "secret/", version: 2 }),
    content: values,
    env: () => ({ VAULT_TOKEN: vaultToken }),
  },
];

/** Short where time is what runs out. */
const timeoutOf = (fault: Fault): number => (/nothing|stops/.test(fault) ? 700 : 20_000);

/** What a message says of each fault; further forms are those of services that notice it in another way. */
const reasons: Readonly<Record<Fault, RegExp>> = {
  "refuses connections": /refuses connections \(ECONNREFUSED\)/,
  "does not speak HTTP": /does not speak HTTP \(HPE_\w+\)/,
  "answers nothing": /no answer within 0.7 seconds/,
  "stops in the middle of its answer": /no answer within 0.7 seconds/,
  "cuts the connection": /cut the connection/,
  "cuts the connection in the middle of its answer": /cut the connection/,
  "answers a web page": /something that is not JSON|without an "ETag"/,
  "answers half of a JSON text": /something that is not JSON|without an "ETag"/,
  "answers an empty object": /without a "(?:name|version)"|without an "ETag"/,
  "answers numbers for texts": /without a "(?:name|version)"|without an "ETag"/,
  "answers without end": /answered with more than \d+ bytes/,
  "forbids it, and repeats the request": /403/,
  "fails, and repeats the request": /500/,
  "is overloaded": /503/,
  "sends one elsewhere": /redirect|302|127\.0\.0\.1:1 could not be asked/,
};

describe.each(targets)("publishing to $name", ({ destination, content, env }) => {
  it.concurrent.each(faultNames)("says what is wrong with a server that %s", async (fault) => {
    const server = await serveFault(fault);
    const lines: string[] = [];
    const write = (line: string): void => void lines.push(line);
    try {
      const error = await failureOf(
        upload(
          destination(server.url),
          { content: encodeUtf8(content), name: "f.yaml" },
          {
            context: contextIn(env(server.url)),
            log: new Log({ write, terminal: false, color: false, verbose: true, now: () => new Date() }),
            failure: "could not publish f.yaml to its place",
            timeoutMs: timeoutOf(fault),
          },
        ),
      );
      expect(error.message).toMatch(/^could not publish f\.yaml to its place: /);
      expect(error.message).toMatch(reasons[fault]);
      expect(error.message.length).toBeLessThan(1000);
      await expectNoSecrets(secrets, { errors: [error], output: lines });
    } finally {
      await server.stop();
    }
  });
});

async function failureOf(act: Promise<unknown>): Promise<SopsError> {
  const error = await act.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(SopsError);
  return error as SopsError;
}

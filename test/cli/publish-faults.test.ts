import { describe, expect, it } from "vitest";
import { encodeUtf8 } from "../../src/bytes.ts";
import { Log } from "../../src/cli/log.ts";
import { upload } from "../../src/cli/publish/upload.ts";
import type { Destination } from "../../src/config/destination-rule.ts";
import { awsAccess, awsEnv, contextIn } from "../keys/remote-samples.ts";
import { expectNoSecrets } from "../support/canary.ts";
import { faultReasons } from "../support/cloud/fault-reasons.ts";
import { type Fault, faultNames, serveFault } from "../support/cloud/faults.ts";
import { failureOf } from "../support/failure-of.ts";

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

const noEtag = /without an "ETag"|something that is not JSON/;
const noAnswer = /without an "ETag"|without a "(?:name|version)"/;

const reasons: Readonly<Record<Fault, RegExp>> = {
  ...faultReasons,
  "answers a web page": noEtag,
  "answers half of a JSON text": noEtag,
  "answers an empty object": noAnswer,
  "answers numbers for texts": noAnswer,
  // What arrives here is no secret, but for the values for Vault.
  "forbids it, and repeats the request": /403/,
  "fails, and repeats the request": /500/,
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

import type { KmsKey } from "../core/metadata.ts";
import { parseKmsKeys } from "../core/parse-master-key.ts";
import { decodeBase64, encodeBase64 } from "../crypto/base64.ts";
import { SopsError } from "../errors.ts";
import type { KeySource } from "./key-source.ts";
import { type AwsCredentials, awsFetch } from "./kms/aws-environment.ts";
import { type KmsClient, kmsClientFor, kmsFailure } from "./kms/client.ts";
import { type RemoteOptions, remoteKeySource } from "./remote-key-source.ts";
import type { RemoteTask } from "./remote-task.ts";
import { ServiceError } from "./service-error.ts";

export type { AwsCredentials, AwsIdentity } from "./kms/aws-environment.ts";
export type { KmsClient } from "./kms/client.ts";

/** What {@link awsKms} takes; all fields optional. */
export interface AwsKmsOptions extends RemoteOptions {
  /**
   * The client that is asked, such as a `KMS` of `@aws-sdk/client-kms`, or what makes one for a region. A key's role and profile
   * are then the client's own affair. Default: one for the key's region, role and profile, with the settings that the AWS SDK finds
   * in environment and files.
   */
  readonly client?: KmsClient | ((region: string) => KmsClient);
  /** Who asks. Default: whom environment, profile and machine say, in the AWS SDK's order. */
  readonly credentials?: AwsCredentials;
}

/**
 * The key source for AWS KMS keys, by ARN of a key or an alias. It needs the package `@aws-sdk/client-kms` unless a client is given,
 * and `@aws-sdk/client-sts` for keys with a role.
 *
 * @see sops kms/keysource.go
 * @example
 * ```ts
 * import { inspectFile, encryptSecrets, type KmsKey } from "sops-ts";
 * import { awsKms, type KmsClient } from "sops-ts/key-sources";
 *
 * const client: KmsClient = {
 *   encrypt: async ({ Plaintext }) => ({ CiphertextBlob: Plaintext.toReversed() }),
 *   decrypt: async ({ CiphertextBlob }) => ({ Plaintext: CiphertextBlob.toReversed() }),
 * };
 * const arn = "arn:aws:kms:eu-central-1:123456789012:alias/sops";
 * const key: KmsKey = { kind: "kms", arn, role: "", context: {}, awsProfile: "", createdAt: "2026-01-02T03:04:05Z", enc: "" };
 * const keySources = { kms: awsKms({ client, timeoutMs: 5_000 }) };
 * const file = await encryptSecrets({ user: "app" }, { format: "yaml", keyGroups: [[key]], keySources });
 * console.log((await inspectFile(file, { format: "yaml" })).keyGroups[0]?.[0]?.kind); // kms
 * ```
 */
export function awsKms(options: AwsKmsOptions = {}): KeySource<KmsKey> {
  const clientOf = async (key: KmsKey, task: RemoteTask): Promise<KmsClient> => {
    const region = regionOf(key);
    const { client } = options;
    if (client === undefined) return kmsClientFor(key, region, task, options.credentials);
    return typeof client === "function" ? client(region) : client;
  };
  return remoteKeySource<KmsKey>(
    {
      kind: "kms",
      wrapFailure: () => "failed to encrypt sops data key with AWS KMS",
      unwrapFailure: () => "failed to decrypt sops data key with AWS KMS",
      parse: (text) => parseKmsKeys(text, { context: {}, awsProfile: "" }),
      fetchFor: awsFetch,
      async wrap(key, dataKey, task) {
        const client = await clientOf(key, task);
        const input = { KeyId: key.arn, Plaintext: dataKey, EncryptionContext: { ...key.context } };
        const answer = await asking(client.encrypt(input, { abortSignal: task.signal }), key, task);
        return encodeBase64(present(answer.CiphertextBlob, "CiphertextBlob"));
      },
      async unwrap(key, task) {
        const ciphertext = decodeBase64(key.enc);
        if (ciphertext === undefined || ciphertext.length === 0) throw notBase64();
        const client = await clientOf(key, task);
        const input = { KeyId: key.arn, CiphertextBlob: ciphertext, EncryptionContext: { ...key.context } };
        const answer = await asking(client.decrypt(input, { abortSignal: task.signal }), key, task);
        return present(answer.Plaintext, "Plaintext");
      },
    },
    options,
  );
}

/** @see sops kms/keysource.go, `arnRegex` */
function regionOf({ arn }: KmsKey): string {
  const region = /^arn:aws[\w-]*:kms:(.+):[0-9]+:(?:key|alias)\/.+$/.exec(arn)?.[1];
  if (region !== undefined) return region;
  throw new SopsError("INVALID_MASTER_KEY", `no valid ARN found in '${arn}'`, {
    hint: "Its form is arn:aws:kms:REGION:ACCOUNT:key/ID, or …:alias/NAME.",
  });
}

async function asking<Answer>(answer: Promise<Answer>, key: KmsKey, task: RemoteTask): Promise<Answer> {
  try {
    return await answer;
  } catch (error) {
    throw kmsFailure(error, key, task);
  }
}

function present(bytes: Uint8Array | undefined, field: string): Uint8Array {
  if (bytes !== undefined && bytes.length > 0) return new Uint8Array(bytes);
  throw new ServiceError(`AWS KMS answered without a ${field}`);
}

function notBase64(): SopsError {
  return new SopsError("COULD_NOT_RETRIEVE_KEY", "error base64-decoding encrypted data key: it is not Base64", {
    hint: "The key's `enc` in the file's metadata was damaged.",
  });
}

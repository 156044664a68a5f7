import type { PutObjectCommandInput, S3ClientConfig } from "@aws-sdk/client-s3";
import type { Destination } from "../../config/destination-rule.ts";
import { environmentFetch } from "../../keys/environment-fetch.ts";
import { awsFailure } from "../../keys/kms/client.ts";
import { fetchHandler } from "../../keys/kms/fetch-handler.ts";
import { missingPackage } from "../../keys/missing-package.ts";
import { type Upload, uploadMs } from "./place.ts";

/**
 * Puts a file into a bucket, with the settings that the AWS SDK finds in environment and files.
 *
 * @throws SopsError
 */
export async function uploadToS3(
  { bucket, prefix }: Extract<Destination, { kind: "s3" }>,
  { content, name, context }: Upload,
): Promise<void> {
  const { S3 } = await import("@aws-sdk/client-s3").catch((error: unknown) => {
    throw missingPackage("@aws-sdk/client-s3", "Destinations in S3", error);
  });
  const input: PutObjectCommandInput = { Bucket: bucket, Key: `${prefix}${name}`, Body: content };
  try {
    await new S3(settingsOf(context)).putObject(input, { abortSignal: AbortSignal.timeout(uploadMs) });
  } catch (error) {
    throw awsFailure(error);
  }
}

function settingsOf(context: Upload["context"]): S3ClientConfig {
  const env = (name: string): string | undefined => context.platform.env(name) || undefined;
  const [accessKeyId, secretAccessKey] = [env("AWS_ACCESS_KEY_ID"), env("AWS_SECRET_ACCESS_KEY")];
  const sessionToken = env("AWS_SESSION_TOKEN");
  const region = env("AWS_REGION") ?? env("AWS_DEFAULT_REGION");
  const ignoresEndpoints = env("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS") === "true";
  const endpoint = ignoresEndpoints ? undefined : (env("AWS_ENDPOINT_URL_S3") ?? env("AWS_ENDPOINT_URL"));
  const handler: unknown = fetchHandler(environmentFetch(context));
  return {
    requestHandler: handler as NonNullable<S3ClientConfig["requestHandler"]>,
    ...(region && { region }),
    ...(endpoint && { endpoint }),
    ...(accessKeyId &&
      secretAccessKey && { credentials: { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) } }),
  };
}

import type { S3, S3ClientConfig } from "@aws-sdk/client-s3";
import type { Destination } from "../../config/destination-rule.ts";
import { endpointOf, environmentIdentity, hiding, silence } from "../../keys/kms/aws-environment.ts";
import { awsFailure, type AwsHints, profileHints } from "../../keys/kms/aws-failure.ts";
import { fetchHandler } from "../../keys/kms/fetch-handler.ts";
import { missingPackage } from "../../keys/missing-package.ts";
import type { RemoteTask } from "../../keys/remote-task.ts";
import { ServiceError } from "../../keys/service-error.ts";
import type { Upload } from "./place.ts";

/**
 * Puts a file into a bucket, with the settings that the AWS SDK finds in environment and files.
 *
 * @throws SopsError
 */
export async function uploadToS3(
  { bucket, prefix }: Extract<Destination, { kind: "s3" }>,
  { content, name }: Upload,
  task: RemoteTask,
): Promise<void> {
  const client = await clientFor(task);
  const input = { Bucket: bucket, Key: `${prefix}${name}`, Body: content };
  const { ETag: tag } = await client.putObject(input, { abortSignal: task.signal }).catch((error: unknown) => {
    throw awsFailure(error, [...profileHints(task.context.platform.env("AWS_PROFILE")), ...hints]);
  });
  // A page that lets one into the network answers with success, too.
  if (tag === undefined) throw new ServiceError('AWS answered without an "ETag": that was not S3');
}

async function clientFor(task: RemoteTask): Promise<S3> {
  const { S3: Client } = await import("@aws-sdk/client-s3").catch((error: unknown) => {
    throw missingPackage("@aws-sdk/client-s3", "Destinations in S3", error);
  });
  const env = (name: string): string | undefined => task.context.platform.env(name) || undefined;
  const region = env("AWS_REGION") ?? env("AWS_DEFAULT_REGION");
  const identity = environmentIdentity(task);
  const handler: unknown = fetchHandler(task.fetch);
  return new Client({
    requestHandler: handler as NonNullable<S3ClientConfig["requestHandler"]>,
    logger: silence,
    ...(region && { region }),
    ...endpointOf("S3", task),
    ...(identity && { credentials: hiding(identity, task) }),
  });
}

const hints: AwsHints = [
  [/^AccessDenied/, "Who publishes needs s3:PutObject for this bucket and prefix."],
  [/^NoSuchBucket:/, "s3_bucket of the destination rule names no bucket that there is."],
  [
    /^(?:PermanentRedirect|AuthorizationHeaderMalformed|IllegalLocation)/,
    regionHint("The bucket is in another region."),
  ],
  [/^Error: Region is missing/, regionHint("No region is known.")],
];

function regionHint(problem: string): string {
  return `${problem} Set AWS_REGION to that of the bucket, or region in the profile of ~/.aws/config.`;
}

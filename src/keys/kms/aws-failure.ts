import { SopsError } from "../../errors.ts";
import { connectionFailure, quoted, ServiceError } from "../service-error.ts";
import { requestedOrigin } from "./fetch-handler.ts";

/** What may help, by how failures begin, such as `AccessDenied: no such policy`; the first that matches is told. */
export type AwsHints = readonly (readonly [failures: RegExp, hint: string])[];

/**
 * Why the AWS SDK failed, in one line; its own errors hold requests and answers.
 *
 * @param hints - what may help at this service; what helps at all of them is known
 */
export function awsFailure(error: unknown, hints: AwsHints): SopsError {
  if (error instanceof SopsError) return error;
  if (!(error instanceof Error)) return new ServiceError("the AWS SDK gave no reason");
  const origin = requestedOrigin(error);
  if (origin !== undefined) return connectionFailure(origin, error);
  const status = statusOf(error);
  // Of an answer that it cannot read the SDK makes an error that quotes the answer.
  if (error instanceof SyntaxError || error.message.includes("Deserialization error")) {
    return new ServiceError(
      `AWS answered with something that ${error instanceof SyntaxError ? "is not JSON" : "cannot be read"}${inBrackets(status)}`,
      status === 403 ? { hint: "Who asks was refused: check the credentials, and proxies between here and AWS." } : {},
    );
  }
  const text = quoted(error.message);
  const said = text === error.name || text === "UnknownError" ? "" : text;
  const hint = [...hints, ...commonHints].find(([failures]) => failures.test(`${error.name}: ${said}`))?.[1];
  // The name of a plain error says nothing.
  const parts = [error.name === "Error" ? "" : `${error.name}${inBrackets(status)}`, said].filter(
    (part) => part !== "",
  );
  return new ServiceError(parts.join(": ") || "the AWS SDK gave no reason", hint === undefined ? {} : { hint });
}

function inBrackets(status: number | undefined): string {
  return status === undefined ? "" : ` (status ${status})`;
}

function statusOf(error: Error): number | undefined {
  const { $metadata: metadata } = error as { $metadata?: { httpStatusCode?: number } };
  return metadata?.httpStatusCode;
}

/** What may help where a profile gives no credentials. */
export function profileHints(profile: string | undefined): AwsHints {
  if (!profile) return [];
  const name = JSON.stringify(profile);
  return [[/^CredentialsProviderError:/, `The profile ${name} of ~/.aws/config and ~/.aws/credentials gives none.`]];
}

const commonHints: AwsHints = [
  [
    /^(?:CredentialsProviderError|TokenProviderError):/,
    "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, name a profile with AWS_PROFILE, or log in: aws sso login",
  ],
  [
    /^(?:UnrecognizedClient|InvalidSignature|ExpiredToken|InvalidAccessKeyId|SignatureDoesNotMatch|InvalidToken)/,
    "The credentials are wrong or out of date.",
  ],
];

import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import type { CloudRequest } from "./stand-in.ts";

/** An access key of AWS. */
export interface AwsAccess {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** What a request was signed for. */
export interface AwsSigner {
  readonly region: string;
  readonly service: string;
}

const hash = (text: string): string => Buffer.from(sha256(Buffer.from(text))).toString("hex");
const sign = (key: Uint8Array, text: string): Uint8Array => hmac(sha256, key, Buffer.from(text));

/**
 * Whom a request was signed by: AWS Signature Version 4, computed from what arrived.
 *
 * @returns undefined when the signature is not that of a known access key
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html
 */
export function checkSignature(request: CloudRequest, known: readonly AwsAccess[]): AwsSigner | undefined {
  const authorization = request.headers.authorization ?? "";
  const pattern =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d+)\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=(\w+)$/;
  const [, keyId, day = "", region = "", service = "", names = "", signature] = pattern.exec(authorization) ?? [];
  const access = known.find(({ accessKeyId }) => accessKeyId === keyId);
  if (access === undefined) return undefined;
  if ((request.headers["x-amz-security-token"] ?? undefined) !== access.sessionToken) return undefined;
  const signed = names.split(";");
  const canonical = [
    request.method,
    request.path,
    [...request.query]
      .map((pair) => pair.map(encodeURIComponent).join("="))
      .toSorted()
      .join("&"),
    ...signed.map((name) => `${name}:${String(request.headers[name]).trim().replaceAll(/ +/g, " ")}`),
    "",
    names,
    hash(request.body),
  ].join("\n");
  const date = String(request.headers["x-amz-date"] ?? request.headers["date"]);
  const scope = `${day}/${region}/${service}/aws4_request`;
  const secret = Buffer.from(`AWS4${access.secretAccessKey}`);
  const key = [day, region, service, "aws4_request"].reduce<Uint8Array>(sign, secret);
  const expected = sign(key, ["AWS4-HMAC-SHA256", date, scope, hash(canonical)].join("\n"));
  return Buffer.from(expected).toString("hex") === signature ? { region, service } : undefined;
}

import { checkSignature, type AwsAccess } from "./aws-signature.ts";
import { type Cloud, type CloudAnswer, type CloudRequest, encryptOnly, seal, unseal } from "./stand-in.ts";

/** What the stand-in for AWS knows. */
export interface AwsSettings {
  readonly access: readonly AwsAccess[];
  /** The role that may be assumed, and whose session it gives. Default: none. */
  readonly role?: { readonly arn: string; readonly session: AwsAccess };
}

/** AWS KMS and STS: checks signatures, encryption contexts and regions. */
export function aws(settings: AwsSettings): Cloud {
  return (request) => {
    const access = [...settings.access, ...(settings.role === undefined ? [] : [settings.role.session])];
    const signer = checkSignature(request, access);
    const signedWrong = signer === undefined;
    if (signedWrong && request.body.startsWith("Action=")) {
      return xmlFailure("InvalidClientTokenId", "The token is invalid.");
    }
    if (signedWrong) {
      return failure(403, "UnrecognizedClientException", "The security token included in the request is invalid.");
    }
    if (request.body.startsWith("Action=")) return assumeRole(request, settings);
    return keyManagement(request, signer.region);
  };
}

function keyManagement({ headers, body }: CloudRequest, region: string): CloudAnswer {
  const input = JSON.parse(body) as {
    KeyId: string;
    Plaintext?: string;
    CiphertextBlob?: string;
    EncryptionContext?: Record<string, string>;
  };
  const keyRegion = input.KeyId.split(":")[3];
  if (keyRegion !== region) return failure(400, "NotFoundException", `Key '${input.KeyId}' does not exist`);
  const context = Object.entries(input.EncryptionContext ?? {}).toSorted();
  const label = JSON.stringify([input.KeyId, context]);
  if (headers["x-amz-target"] === "TrentService.Encrypt") {
    const CiphertextBlob = seal(Buffer.from(input.Plaintext ?? "", "base64"), label).toString("base64");
    return { status: 200, body: { CiphertextBlob, KeyId: input.KeyId } };
  }
  if (input.KeyId.includes(encryptOnly)) {
    return failure(400, "AccessDeniedException", "User is not authorized to perform: kms:Decrypt");
  }
  const plaintext = unseal(Buffer.from(input.CiphertextBlob ?? "", "base64"), label);
  if (plaintext === undefined) return failure(400, "InvalidCiphertextException", "");
  return { status: 200, body: { Plaintext: plaintext.toString("base64"), KeyId: input.KeyId } };
}

function assumeRole({ body }: CloudRequest, { role }: AwsSettings): CloudAnswer {
  const form = new URLSearchParams(body);
  if (
    role === undefined ||
    form.get("RoleArn") !== role.arn ||
    !/^[\w+=,.@-]{2,64}$/.test(form.get("RoleSessionName") ?? "")
  ) {
    return xmlFailure("AccessDenied", "not authorized to perform: sts:AssumeRole");
  }
  const { accessKeyId, secretAccessKey, sessionToken } = role.session;
  return xml(
    200,
    `<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>${accessKeyId}</AccessKeyId>` +
      `<SecretAccessKey>${secretAccessKey}</SecretAccessKey><SessionToken>${sessionToken}</SessionToken>` +
      "<Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>",
  );
}

function failure(status: number, type: string, message: string): CloudAnswer {
  return { status, body: { __type: type, message }, headers: { "content-type": "application/x-amz-json-1.1" } };
}

function xmlFailure(code: string, message: string): CloudAnswer {
  const error = `<Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error>`;
  return xml(403, `<ErrorResponse>${error}</ErrorResponse>`);
}

function xml(status: number, body: string): CloudAnswer {
  return { status, body, headers: { "content-type": "text/xml" } };
}

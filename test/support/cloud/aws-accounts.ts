/** An access key, as the variables of the AWS SDK. */
export interface AwsKey {
  readonly AWS_ACCESS_KEY_ID: string;
  readonly AWS_SECRET_ACCESS_KEY: string;
}

/** Who there is in a guarded moto. */
export interface AwsAccounts {
  /** May do everything. */
  readonly owner: AwsKey;
  /** May wrap data keys with KMS, and not unwrap them. */
  readonly writer: AwsKey;
  /** May do nothing. */
  readonly guest: AwsKey;
}

/** A policy that allows an action with everything. */
function allowing(action: string): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: action, Resource: "*" }],
  });
}

/**
 * Makes users, and a role that may do everything; from then on moto checks who asks, by signature and policy.
 *
 * @param url - of a moto that nobody guards yet
 * @param role - the role's name
 */
export async function guardMoto(url: string, role: string): Promise<AwsAccounts> {
  const owner = await makeUser(url, "owner", "*");
  const writer = await makeUser(url, "writer", "kms:Encrypt");
  const guest = await makeUser(url, "guest");
  const everything = allowing("*");
  await askIam(url, { Action: "CreateRole", RoleName: role, AssumeRolePolicyDocument: everything });
  await askIam(url, { Action: "PutRolePolicy", RoleName: role, PolicyName: "any", PolicyDocument: everything });
  await letMotoCheck(url, true);
  return { owner, writer, guest };
}

/** Whether moto checks who asks. It takes no signatures of paths with escapes. */
export async function letMotoCheck(url: string, checks: boolean): Promise<void> {
  const request = { method: "POST", headers: { "content-type": "text/plain" }, body: checks ? "0" : "inf" };
  await succeeding(await fetch(`${url}/moto-api/reset-auth`, request));
}

async function makeUser(url: string, name: string, allowed?: string): Promise<AwsKey> {
  await askIam(url, { Action: "CreateUser", UserName: name });
  if (allowed !== undefined) {
    const policy = { PolicyName: "any", PolicyDocument: allowing(allowed) };
    await askIam(url, { Action: "PutUserPolicy", UserName: name, ...policy });
  }
  const answer = await askIam(url, { Action: "CreateAccessKey", UserName: name });
  const field = (tag: string): string => new RegExp(`<${tag}>([^<]+)</${tag}>`).exec(answer)?.[1] ?? "";
  return { AWS_ACCESS_KEY_ID: field("AccessKeyId"), AWS_SECRET_ACCESS_KEY: field("SecretAccessKey") };
}

/** Asks IAM; moto finds the service by the header, and does not yet check it. */
async function askIam(url: string, parameters: Record<string, string>): Promise<string> {
  const scope =
    "AWS4-HMAC-SHA256 Credential=any/20260101/us-east-1/iam/aws4_request, SignedHeaders=host, Signature=any";
  const body = new URLSearchParams({ Version: "2010-05-08", ...parameters });
  return succeeding(await fetch(url, { method: "POST", headers: { authorization: scope }, body }));
}

async function succeeding(response: Response): Promise<string> {
  const text = await response.text();
  if (!response.ok) throw new TypeError(`moto refused: ${text}`);
  return text;
}

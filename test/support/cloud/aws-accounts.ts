/** An access key, as the variables of the AWS SDK. */
export interface AwsKey {
  readonly AWS_ACCESS_KEY_ID: string;
  readonly AWS_SECRET_ACCESS_KEY: string;
}

/** Who there is in a guarded moto. */
export interface AwsAccounts {
  /** May do everything. */
  readonly owner: AwsKey;
  /** May do nothing. */
  readonly guest: AwsKey;
}

const everything = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
});

/**
 * Makes users, and a role that may do everything; from then on moto checks who asks, by signature and policy.
 *
 * @param url - of a moto that nobody guards yet
 * @param role - the role's name
 */
export async function guardMoto(url: string, role: string): Promise<AwsAccounts> {
  const [owner, guest] = [await makeUser(url, "owner"), await makeUser(url, "guest")];
  const policy = { PolicyName: "everything", PolicyDocument: everything };
  await askIam(url, { Action: "PutUserPolicy", UserName: "owner", ...policy });
  await askIam(url, { Action: "CreateRole", RoleName: role, AssumeRolePolicyDocument: everything });
  await askIam(url, { Action: "PutRolePolicy", RoleName: role, ...policy });
  await letMotoCheck(url, true);
  return { owner, guest };
}

/** Whether moto checks who asks. It takes no signatures of paths with escapes. */
export async function letMotoCheck(url: string, checks: boolean): Promise<void> {
  const request = { method: "POST", headers: { "content-type": "text/plain" }, body: checks ? "0" : "inf" };
  await succeeding(await fetch(`${url}/moto-api/reset-auth`, request));
}

async function makeUser(url: string, name: string): Promise<AwsKey> {
  await askIam(url, { Action: "CreateUser", UserName: name });
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

import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { type Cloud, type CloudAnswer, type CloudRequest, encryptOnly, jsonBody, seal, unseal } from "./stand-in.ts";

/** What the stand-in for Huawei Cloud knows. */
export interface HuaweiSettings {
  readonly accessKey: string;
  readonly secretKey: string;
  readonly securityToken?: string;
  readonly projectIds: readonly string[];
}

/** Huawei Cloud KMS, and the list of projects of its IAM. */
export function huawei(settings: HuaweiSettings): Cloud {
  return (request) => {
    if (!isSigned(request, settings)) return failure(403, "KMS.0207", "verify aksk signature fail");
    if (request.path === "/v3/projects") {
      const name = request.query.get("name");
      return { status: 200, body: { projects: settings.projectIds.map((id) => ({ id, name })) } };
    }
    const [, project, verb] = /^\/v1\.0\/([^/]+)\/kms\/(encrypt|decrypt)-data$/.exec(request.path) ?? [];
    if (project === undefined || !settings.projectIds.includes(project)) {
      return failure(404, "KMS.0401", "no such project");
    }
    const { key_id: keyId = "", plain_text: plainText = "", cipher_text: cipherText = "" } = jsonBody(request);
    if (verb === "encrypt") {
      return {
        status: 200,
        body: { key_id: keyId, cipher_text: seal(Buffer.from(plainText), keyId).toString("base64") },
      };
    }
    if (keyId.includes(encryptOnly)) return failure(403, "KMS.0206", "the key does not permit this");
    const plaintext = unseal(Buffer.from(cipherText, "base64"), keyId);
    const canonical = Buffer.from(cipherText, "base64").toString("base64") === cipherText;
    if (plaintext === undefined || !canonical) return failure(400, "KMS.1303", "the ciphertext is invalid");
    return { status: 200, body: { key_id: keyId, plain_text: plaintext.toString() } };
  };
}

const hash = (text: string): string => Buffer.from(sha256(Buffer.from(text))).toString("hex");

/** Whether a request has the signature SDK-HMAC-SHA256 that it should have, computed from what arrived. */
function isSigned(request: CloudRequest, { accessKey, secretKey, securityToken }: HuaweiSettings): boolean {
  const pattern = /^SDK-HMAC-SHA256 Access=([^,]+), SignedHeaders=([^,]+), Signature=(\w+)$/;
  const [, access, names = "", signature] = pattern.exec(request.headers.authorization ?? "") ?? [];
  if (access !== accessKey || (request.headers["x-security-token"] ?? undefined) !== securityToken) return false;
  const headers = names.split(";").map((name) => `${name}:${String(request.headers[name]).trim()}\n`);
  const query = [...request.query]
    .map((pair) => pair.map(encodeURIComponent).join("="))
    .toSorted()
    .join("&");
  const canonical = `${request.method}\n${request.path}/\n${query}\n${headers.join("")}\n${names}\n${hash(request.body)}`;
  const text = `SDK-HMAC-SHA256\n${String(request.headers["x-sdk-date"])}\n${hash(canonical)}`;
  return Buffer.from(hmac(sha256, Buffer.from(secretKey), Buffer.from(text))).toString("hex") === signature;
}

function failure(status: number, code: string, message: string): CloudAnswer {
  return { status, body: { error: { error_code: code, error_msg: message } } };
}

import { type Cloud, type CloudAnswer, encryptOnly, jsonBody, seal, unseal } from "./stand-in.ts";

/** The version of a key that is asked for without one. */
export const latestVersion = "0123456789abcdef0123456789abcdef";

/** The token that the managed identity gives. */
export const identityToken = "an-azure-access-token";

/**
 * Any vault of Azure, whose keys are all the same, and the managed identity of an App Service at `/token`; with the header "wrong" it
 * gives a token that no vault takes.
 */
export function azure(tokens: readonly string[] = [identityToken]): Cloud {
  return (request) => {
    if (request.path === "/token") {
      const wrong = request.headers["x-identity-header"] === "wrong";
      return managedIdentityToken(request.query.get("resource"), wrong ? "a-wrong-token" : identityToken);
    }
    if (request.headers.authorization === undefined) return challenge;
    if (!tokens.some((token) => request.headers.authorization === `Bearer ${token}`)) {
      return failure(401, "Unauthorized", "AKV10000: the token is not valid");
    }
    const match = /^\/keys\/([^/]+)(?:\/([^/]*))?(?:\/(encrypt|decrypt))?$/.exec(request.path);
    if (match === null) return failure(404, "NotFound", "no such resource");
    const [, name = "", version, verb] = match;
    const kid = `https://${request.host}/keys/${name}/${version || latestVersion}`;
    if (verb === undefined) {
      return {
        status: 200,
        body: { key: { kid, kty: "RSA", key_ops: ["encrypt", "decrypt"] }, attributes: { enabled: true } },
      };
    }
    const input = jsonBody(request);
    if (input["alg"] !== "RSA-OAEP-256") return failure(400, "BadParameter", "the algorithm is not supported");
    const value = Buffer.from(input["value"] ?? "", "base64");
    if (verb === "encrypt") return result(kid, seal(value, kid));
    if (name.includes(encryptOnly)) return failure(403, "Forbidden", "the policy lacks keys/decrypt");
    const plaintext = unseal(value, kid);
    return plaintext === undefined
      ? failure(400, "BadParameter", "the value cannot be decrypted")
      : result(kid, plaintext);
  };
}

/** Asks for a token. */
export const challenge: CloudAnswer = {
  status: 401,
  body: {},
  headers: {
    "www-authenticate":
      'Bearer authorization="https://login.microsoftonline.com/00000000-0000-0000-0000-000000000000", resource="https://vault.azure.net"',
  },
};

function managedIdentityToken(resource: string | null, token: string): CloudAnswer {
  const expires = String(Math.floor(Date.now() / 1000) + 3600);
  return { status: 200, body: { access_token: token, expires_on: expires, resource, token_type: "Bearer" } };
}

function result(kid: string, value: Buffer): CloudAnswer {
  const base64Url = value.toString("base64").replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
  return { status: 200, body: { kid, value: base64Url } };
}

function failure(status: number, code: string, message: string): CloudAnswer {
  return { status, body: { error: { code, message } } };
}

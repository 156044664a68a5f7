import { type Cloud, type CloudAnswer, encryptOnly, jsonBody, seal, unseal } from "./stand-in.ts";

/** What the stand-in for Vault knows. */
export interface VaultSettings {
  readonly tokens: readonly string[];
  /** Default: the root namespace alone. */
  readonly namespace?: string;
}

/** The transit engine of Vault. */
export function vault({ tokens, namespace }: VaultSettings): Cloud {
  return (request) => {
    const [, engine = "", verb, key = ""] = /^\/v1\/(.+)\/(encrypt|decrypt)\/([^/]+)$/.exec(request.path) ?? [];
    if (request.headers["x-vault-namespace"] !== namespace) return failure(404, "no handler for route");
    if (request.headers["x-vault-request"] !== "true") return failure(400, "missing 'X-Vault-Request' header");
    if (!tokens.includes(String(request.headers["x-vault-token"]))) return failure(403, "permission denied");
    if (request.method !== "PUT" || verb === undefined) return failure(404, "no handler for route");
    const input = jsonBody(request);
    const label = `${engine}/${key}`;
    if (verb === "encrypt") {
      const ciphertext = `vault:v1:${seal(Buffer.from(input["plaintext"] ?? "", "base64"), label).toString("base64")}`;
      return { status: 200, body: { data: { ciphertext, key_version: 1 } } };
    }
    if (key.includes(encryptOnly)) return failure(403, "1 error occurred:\n\t* permission denied\n\n");
    const [, sealed] = /^vault:v1:([\w+/]+=*)$/.exec(input["ciphertext"] ?? "") ?? [];
    const plaintext = sealed && unseal(Buffer.from(sealed, "base64"), label);
    if (!plaintext || Buffer.from(sealed, "base64").toString("base64") !== sealed) {
      return failure(400, "invalid ciphertext: unable to decrypt");
    }
    return { status: 200, body: { data: { plaintext: plaintext.toString("base64") } } };
  };
}

function failure(status: number, message: string): CloudAnswer {
  return { status, body: { errors: [message] } };
}

import { type Cloud, type CloudAnswer, encryptOnly, jsonBody, seal, unseal } from "./stand-in.ts";

/** GCP KMS over REST, for whoever has one of the tokens. */
export function gcp(tokens: readonly string[]): Cloud {
  return (request) => {
    const [, name = "", verb] =
      /^\/v1\/(projects\/.+\/cryptoKeys\/[^/:]+):(encrypt|decrypt)$/.exec(decodeURIComponent(request.path)) ?? [];
    if (!tokens.some((token) => request.headers.authorization === `Bearer ${token}`)) {
      return failure(401, "UNAUTHENTICATED", "Request had invalid authentication credentials.");
    }
    const input = jsonBody(request);
    if (verb === "encrypt") {
      const ciphertext = seal(Buffer.from(input["plaintext"] ?? "", "base64"), name).toString("base64");
      return { status: 200, body: { name: `${name}/cryptoKeyVersions/1`, ciphertext } };
    }
    if (verb !== "decrypt") return failure(404, "NOT_FOUND", "no such method");
    if (name.includes(encryptOnly)) {
      return failure(
        403,
        "PERMISSION_DENIED",
        `Permission 'cloudkms.cryptoKeyVersions.useToDecrypt' denied on resource '${name}'.`,
      );
    }
    const plaintext = unseal(Buffer.from(input["ciphertext"] ?? "", "base64"), name);
    if (plaintext === undefined) {
      return failure(400, "INVALID_ARGUMENT", "Decryption failed: the ciphertext is invalid.");
    }
    return { status: 200, body: { plaintext: plaintext.toString("base64") } };
  };
}

function failure(code: number, status: string, message: string): CloudAnswer {
  return { status: code, body: { error: { code, status, message } } };
}

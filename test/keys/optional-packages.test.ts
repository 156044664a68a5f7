import { afterEach, describe, expect, it, vi } from "vitest";
import type { AzureIdentityPackage } from "../../src/keys/azure-kv.ts";
import { azureKey, gcpKmsKey, kmsKey } from "../../src/core/parse-master-key.ts";
import { azureKeyVault } from "../../src/keys/azure-kv.ts";
import { environmentFetch } from "../../src/keys/environment-fetch.ts";
import { gcpKms } from "../../src/keys/gcp-kms.ts";
import type { GoogleAuthPackage } from "../../src/keys/google-credentials.ts";
import { awsKms } from "../../src/keys/kms.ts";
import type { KmsPackage, StsPackage } from "../../src/keys/kms/client.ts";
import { missingPackage } from "../../src/keys/missing-package.ts";
import { challenge } from "../support/cloud/azure.ts";
import { contextIn } from "./remote-samples.ts";

vi.mock("@aws-sdk/client-kms", notInstalled);
vi.mock("@azure/identity", notInstalled);
vi.mock("google-auth-library", notInstalled);
vi.mock("undici", notInstalled);

function notInstalled(): never {
  throw Object.assign(new TypeError("Cannot find package"), { code: "ERR_MODULE_NOT_FOUND" });
}

const dataKey = new Uint8Array(32);
const arn = "arn:aws:kms:eu-west-1:111122223333:key/1";
const challenging = async (): Promise<Response> => new Response("", { status: 401, headers: challenge.headers ?? {} });

describe("a package that is not installed", () => {
  it.each([
    [
      "@aws-sdk/client-kms",
      "AWS KMS keys",
      () => awsKms().wrap(kmsKey({ arn, role: "", context: {}, awsProfile: "" }), dataKey, contextIn({})),
    ],
    [
      "google-auth-library",
      "GCP KMS keys",
      () => gcpKms().wrap(gcpKmsKey("projects/p/locations/l/keyRings/r/cryptoKeys/k"), dataKey, contextIn({})),
    ],
    [
      "@azure/identity",
      "Azure Key Vault keys",
      () => {
        const key = azureKey({ vaultUrl: "https://v.vault.azure.net", name: "k", version: "1" });
        return azureKeyVault({ fetch: challenging }).wrap(key, dataKey, contextIn({}));
      },
    ],
    [
      "undici",
      "proxies (HTTPS_PROXY) and certificates of one's own (SSL_CERT_FILE)",
      () => environmentFetch(contextIn({ HTTPS_PROXY: "proxy:1" }))("https://kms.example"),
    ],
  ])("is named with the line that installs it: %s", async (name, use, act) => {
    await expect(act()).rejects.toMatchObject({
      code: "MISSING_OPTIONAL_DEPENDENCY",
      message: `${use} need the package ${name}, which is not installed. Run: npm install ${name}`,
      hint: `npm install ${name}`,
    });
  });
});

describe("a package that an executable does not contain", () => {
  afterEach(() => vi.unstubAllGlobals());

  it("is named with what to do instead", () => {
    vi.stubGlobal("SOPS_TS_EXECUTABLE", true);
    expect(missingPackage("openpgp", "Such keys", undefined, "Give them to gpg")).toMatchObject({
      code: "MISSING_OPTIONAL_DEPENDENCY",
      message: "Such keys need the package openpgp, which is not part of the executable",
      hint: "Give them to gpg, or use sops-ts from npm: npm install sops-ts openpgp",
    });
    expect(missingPackage("other", "Such keys", undefined).hint).toBe(
      "In its place use sops-ts from npm: npm install sops-ts other",
    );
  });
});

describe("what is used of a package", () => {
  it("is what the package has", () => {
    // Checked by the compiler: the sources know the packages by these shapes alone.
    const packages = async (): Promise<[KmsPackage, StsPackage, GoogleAuthPackage, AzureIdentityPackage]> => [
      await import("@aws-sdk/client-kms"),
      await import("@aws-sdk/client-sts"),
      await import("google-auth-library"),
      await import("@azure/identity"),
    ];
    expect(packages).toBeTypeOf("function");
  });
});

import { SopsError } from "../errors.ts";
import type { AzureKeyVaultKey, GcpKmsKey, HckmsKey, HcVaultKey, KmsKey, PgpKey } from "./metadata.ts";
import { rfc3339Now } from "./timestamp.ts";

/*
 * Master keys from the text that a flag, a variable or a field of `.sops.yaml` holds, without asking anyone: what can be said of
 * the text alone. The functions in the plural take several with commas between them. (age recipients are parsed by their
 * source, which knows their encodings.)
 */

/** PGP keys from fingerprints; blanks are dropped. */
export function parsePgpKeys(fingerprints: string): PgpKey[] {
  return parts(fingerprints).map(pgpKey);
}

/** @throws SopsError `INVALID_MASTER_KEY` for an empty fingerprint */
export function pgpKey(text: string): PgpKey {
  const fingerprint = withoutSpaces(text);
  if (fingerprint === "") throw invalid("empty PGP fingerprint");
  return { kind: "pgp", fingerprint, createdAt: rfc3339Now(), enc: "" };
}

/** What belongs to all KMS keys of one flag or rule. */
export interface KmsKeyOptions {
  readonly context: Readonly<Record<string, string>>;
  readonly awsProfile: string;
}

/** AWS KMS keys from ARNs, each perhaps followed by `+` and the ARN of a role to assume. */
export function parseKmsKeys(arns: string, options: KmsKeyOptions): KmsKey[] {
  return parts(arns).map((part) => {
    const text = withoutSpaces(part);
    // A `+` may be part of an ARN's path, a colon may not.
    const plus = text.indexOf("+arn:");
    const [arn, role] = plus > 0 ? [text.slice(0, plus), text.slice(plus + 1)] : [text, ""];
    return kmsKey({ arn, role, ...options });
  });
}

/**
 * An AWS KMS key from its parts, taken as they are: whether the ARN is one shows when the key is used.
 *
 * @throws SopsError `INVALID_MASTER_KEY` for an empty ARN
 */
export function kmsKey(fields: Pick<KmsKey, "arn" | "role" | "context" | "awsProfile">): KmsKey {
  if (fields.arn === "") throw invalid("empty AWS KMS ARN");
  return { kind: "kms", ...fields, createdAt: rfc3339Now(), enc: "" };
}

/** GCP KMS keys from resource ids; blanks are dropped. */
export function parseGcpKmsKeys(resourceIds: string): GcpKmsKey[] {
  return parts(resourceIds).map(gcpKmsKey);
}

/** @throws SopsError `INVALID_MASTER_KEY` for an empty id */
export function gcpKmsKey(text: string): GcpKmsKey {
  const resourceId = withoutSpaces(text);
  if (resourceId === "") throw invalid("empty GCP KMS resource ID");
  return { kind: "gcp_kms", resourceId, createdAt: rfc3339Now(), enc: "" };
}

/** Huawei Cloud KMS keys from `region:uuid`; empty parts are skipped. */
export function parseHckmsKeys(keyIds: string): HckmsKey[] {
  return parts(keyIds)
    .map((part) => part.trim())
    .filter((part) => part !== "")
    .map(hckmsKey);
}

/** @throws SopsError `INVALID_MASTER_KEY` when it is not `region:uuid` */
export function hckmsKey(keyId: string): HckmsKey {
  const quoted = JSON.stringify(keyId.trim());
  const [region, ...rest] = keyId.split(":");
  if (rest.length === 0) throw invalid(`invalid key ID format: expected 'region:key-uuid', got ${quoted}`);
  if (region?.trim() === "") throw invalid(`region cannot be empty in key ID: ${quoted}`);
  if (rest.join(":").trim() === "") throw invalid(`key UUID cannot be empty in key ID: ${quoted}`);
  return { kind: "hckms", keyId, createdAt: rfc3339Now(), enc: "" };
}

/**
 * Azure keys from `https://VAULT/keys/NAME[/VERSION]`. Where the version is missing it stays empty: the key source asks Azure for
 * the latest before it wraps.
 *
 * @throws SopsError `INVALID_MASTER_KEY`
 */
export function parseAzureKeys(urls: string): AzureKeyVaultKey[] {
  return parts(urls).map((part) => {
    const match = /^(https:\/\/[^/]+)\/keys\/([^/]+)(?:\/([^/]*))?$/.exec(part.trim());
    if (match === null) {
      throw invalid(`could not parse ${JSON.stringify(part.trim())} into a valid Azure Key Vault MasterKey`, {
        hint: "Its form is https://NAME.vault.azure.net/keys/KEY/VERSION.",
      });
    }
    const [, vaultUrl = "", name = "", version = ""] = match;
    return azureKey({ vaultUrl, name, version });
  });
}

/** An Azure key from its parts, taken as they are. */
export function azureKey(fields: Pick<AzureKeyVaultKey, "vaultUrl" | "name" | "version">): AzureKeyVaultKey {
  return { kind: "azure_kv", ...fields, createdAt: rfc3339Now(), enc: "" };
}

/** Vault transit keys from their URIs; empty parts are skipped. */
export function parseHcVaultKeys(uris: string): HcVaultKey[] {
  return parts(uris)
    .filter((part) => part !== "")
    .map(hcVaultKey);
}

const vaultExample = "https://vault.example.com:8200/v1/transit/keys/keyName";

/**
 * A Vault transit key from `scheme://host[:port]/v1/ENGINE/keys/NAME`; the engine may have several parts.
 *
 * @throws SopsError `INVALID_MASTER_KEY`
 */
export function hcVaultKey(uri: string): HcVaultKey {
  const match = /^([A-Za-z][A-Za-z0-9+.-]*):\/\/([^\s/?#]+)((?:\/[^\s?#]*)?)$/.exec(uri);
  if (match === null) throw invalid(vaultMistake(uri));
  const [, scheme = "", host = "", path = ""] = match;
  if (/\/[^/]+\/v\d+\/[^/]+\/[^/]+\/[^/]+/.test(path)) {
    throw invalid(`running Vault with a prefixed URL is not supported! (Format has to be like ${vaultExample})`);
  }
  if (!/\/v\d+\/[^/]+\/[^/]+\/[^/]+/.test(path)) throw invalid(misshapenVaultPath);
  const names = path.replace(/^\/+|\/+$/g, "").split("/");
  return {
    kind: "hc_vault",
    vaultAddress: `${scheme.toLowerCase()}://${host}`,
    enginePath: names
      .slice(1, -2)
      .filter((name) => name !== "")
      .join("/"),
    keyName: names.at(-1) ?? "",
    createdAt: rfc3339Now(),
    enc: "",
  };
}

const misshapenVaultPath = `vault path does not seem to be formatted correctly: (eg. ${vaultExample})`;

function vaultMistake(uri: string): string {
  if (uri === "") return "empty Vault URI";
  if (!uri.includes("://")) return `missing scheme in Vault URL (should be like this: ${vaultExample}), got: ${uri}`;
  return /[?#\s]/.test(uri) ? "a Vault URI has no blank, ? or #" : misshapenVaultPath;
}

function parts(text: string): string[] {
  return text === "" ? [] : text.split(",");
}

function withoutSpaces(text: string): string {
  return text.replaceAll(" ", "");
}

function invalid(message: string, details: { hint?: string } = {}): SopsError {
  return new SopsError("INVALID_MASTER_KEY", message, details);
}

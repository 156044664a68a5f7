import { decodeUtf8Replacing } from "../../bytes.ts";
import { SopsError } from "../../errors.ts";
import type { Platform } from "../../platform/platform.ts";
import { askOnce } from "../ask-once.ts";
import { environmentFetch, fileNamedBy, type TlsSettings } from "../environment-fetch.ts";
import { type Fetch, parseJson } from "../http.ts";
import type { KeyContext } from "../key-source.ts";

/*
 * The variables by which Vault's own client is set up: see https://developer.hashicorp.com/vault/docs/commands#environment-variables.
 */

/** `fetch` with the certificates and the proxy that the variables name. */
export function vaultFetch(context: KeyContext): Promise<Fetch> {
  return askOnce(context, "hc_vault: fetch", async () => {
    const { platform } = context;
    const proxy = platform.env("VAULT_HTTP_PROXY") || platform.env("VAULT_PROXY_ADDR");
    const tls = await tlsSettings(platform);
    return environmentFetch(context, { ...(tls && { tls }), ...(proxy ? { proxy } : {}) });
  });
}

async function tlsSettings(platform: Platform): Promise<TlsSettings | undefined> {
  const [ca, cert, key] = [
    await certificates(platform),
    await fileNamedBy("VAULT_CLIENT_CERT", platform),
    await fileNamedBy("VAULT_CLIENT_KEY", platform),
  ];
  const servername = platform.env("VAULT_TLS_SERVER_NAME");
  const settings: TlsSettings = {
    ...(ca === undefined ? {} : { ca: [ca] }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(servername ? { servername } : {}),
    ...(isTrue(platform.env("VAULT_SKIP_VERIFY")) ? { trustAny: true } : {}),
  };
  return Object.keys(settings).length === 0 ? undefined : settings;
}

async function certificates(platform: Platform): Promise<string | undefined> {
  const own = (await fileNamedBy("VAULT_CACERT", platform)) ?? (platform.env("VAULT_CACERT_BYTES") || undefined);
  if (own === undefined && platform.env("VAULT_CAPATH")) {
    throw new SopsError("GENERIC", "VAULT_CAPATH names a folder of certificates, which sops-ts cannot read", {
      hint: "Put the certificates into one file and set VAULT_CACERT to its path.",
    });
  }
  return own;
}

/** Whether a variable says yes: `1`, `t` or `true`. */
export function isTrue(text: string | undefined): boolean {
  return /^(?:1|t|true)$/i.test(text ?? "");
}

/** Headers for every request: a JSON object of texts in `VAULT_HEADERS`. */
export function vaultHeaders(platform: Platform): Record<string, string> {
  const text = platform.env("VAULT_HEADERS");
  if (!text) return {};
  const headers = Object.entries(parseJson(text) ?? { "": undefined });
  const invalid = headers.some(([name, value]) => typeof value !== "string" || /^$|^x-vault-/i.test(name));
  if (!invalid) return Object.fromEntries(headers) as Record<string, string>;
  throw new SopsError("GENERIC", "VAULT_HEADERS is not a JSON object of texts whose names don't begin with X-Vault-");
}

/** How often a request is tried again: `VAULT_MAX_RETRIES`, or 2. */
export function vaultRetries(platform: Platform): number {
  const text = platform.env("VAULT_MAX_RETRIES");
  if (!text) return 2;
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new SopsError("GENERIC", "VAULT_MAX_RETRIES is not a number");
}

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** `VAULT_CLIENT_TIMEOUT` in milliseconds: seconds, or a duration such as `1m30s`; undefined when it is not set, or 0. */
export function vaultTimeoutMs(platform: Platform): number | undefined {
  const text = platform.env("VAULT_CLIENT_TIMEOUT");
  if (!text) return undefined;
  if (/^\d+$/.test(text)) return Number(text) * 1000 || undefined;
  if (!/^(?:\d+(?:\.\d+)?(?:ms|s|m|h))+$/.test(text)) {
    throw new SopsError(
      "GENERIC",
      "could not parse VAULT_CLIENT_TIMEOUT: it is neither seconds nor a duration such as 1m30s",
    );
  }
  const parts = [...text.matchAll(/([\d.]+)(ms|s|m|h)/g)];
  return parts.reduce((sum, [, count, unit = ""]) => sum + Number(count) * (unitMs[unit] ?? 0), 0) || undefined;
}

/** The token of the environment or the home directory; undefined: none, which an agent may fill in. */
export async function vaultToken(platform: Platform): Promise<string | undefined> {
  const variable = platform.env("VAULT_TOKEN");
  if (variable) return variable;
  const home = platform.homeDirectory();
  if (home === undefined) return undefined;
  const content = await platform.readFileIfExists(`${home}/.vault-token`);
  return (content && decodeUtf8Replacing(content).trim()) || undefined;
}

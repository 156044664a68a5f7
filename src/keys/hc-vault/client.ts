import { encodeUtf8 } from "../../bytes.ts";
import { encodeBase64 } from "../../crypto/base64.ts";
import { type JsonObject, jsonOf, send, type ServiceAnswer, type ServiceRequest } from "../http.ts";
import type { RemoteTask } from "../remote-task.ts";
import { ServiceError } from "../service-error.ts";
import { checkAllowed } from "./allow-list.ts";
import { isTrue, vaultHeaders, vaultRetries } from "./environment.ts";

/** A request to a server of Vault. */
export interface VaultRequest {
  readonly method: "GET" | "PUT";
  readonly url: string;
  readonly body?: string;
  /** Who asks; undefined: an agent fills it in. */
  readonly token: string | undefined;
  /** Default: `VAULT_NAMESPACE`, else none. */
  readonly namespace?: string | undefined;
  /** The servers that may be asked, as `SOPS_HC_VAULT_ALLOWLIST` has them. Default: any. */
  readonly allowList?: string | undefined;
}

/**
 * Sends a request as Vault's own client does, with the headers and retries of the environment. A standby node may name the active
 * one, which is then asked: once, and not without TLS when the first one had it.
 */
export async function sendToVault(request: VaultRequest, task: RemoteTask): Promise<ServiceAnswer> {
  const { platform } = task.context;
  const { method, body, token, allowList, namespace = platform.env("VAULT_NAMESPACE") } = request;
  task.hide(token ?? "");
  const { url, authorization } = withoutUser(request.url, task);
  const headers = {
    ...vaultHeaders(platform),
    "content-type": "application/json",
    "x-vault-request": "true",
    ...(token ? { "x-vault-token": token } : {}),
    ...(namespace ? { "x-vault-namespace": namespace } : {}),
  };
  const sent: Omit<ServiceRequest, "url" | "headers"> = {
    method,
    ...(body === undefined ? {} : { body }),
    maxRetries: vaultRetries(platform),
  };
  const answer = await send({ ...sent, url, headers: { ...authorization, ...headers } }, task);
  if (![301, 302, 307].includes(answer.status) || isTrue(platform.env("VAULT_DISABLE_REDIRECTS"))) return answer;
  const location = answer.headers.get("location") ?? "";
  if (!URL.canParse(location, url)) return answer;
  const active = new URL(location, url);
  if (url.startsWith("https:") && active.protocol !== "https:") {
    throw new ServiceError("redirect would cause protocol downgrade");
  }
  checkAllowed(active.origin, allowList);
  // The user of the first URL is not one of the other server.
  return send({ ...sent, url: active.href, headers }, task);
}

/** A URL may name a user, as a server in front of Vault wants it; `fetch` takes none. */
function withoutUser(url: string, task: RemoteTask): { url: string; authorization: Record<string, string> } {
  const bare = new URL(url);
  const { username, password } = bare;
  if (username === "" && password === "") return { url, authorization: {} };
  [bare.username, bare.password] = ["", ""];
  const [user = "", secret = ""] = [username, password].map(unescaped);
  task.hide(secret);
  return { url: bare.href, authorization: { authorization: `Basic ${encodeBase64(encodeUtf8(`${user}:${secret}`))}` } };
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** What helps against a refusal, by its status. */
export interface VaultHints {
  /** What the policies of a token may lack. */
  readonly rights: string;
  readonly byStatus: Readonly<Record<number, string>>;
}

/**
 * The JSON object in an answer of Vault.
 *
 * @throws ServiceError with what may help, when Vault has refused
 */
export function vaultJson(
  answer: ServiceAnswer,
  { url, token }: Pick<VaultRequest, "url" | "token">,
  hints: VaultHints,
): JsonObject {
  try {
    return jsonOf(answer, url);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    const { status } = answer;
    const hint = status === 403 ? tokenHint(token, hints) : hints.byStatus[status];
    throw new ServiceError(error.message, { status, ...(hint === undefined ? {} : { hint }) });
  }
}

function tokenHint(token: string | undefined, { rights }: VaultHints): string {
  return token
    ? `The token is out of date, or its policies lack ${rights} on this path.`
    : "There is no token: set VAULT_TOKEN, or log in with vault login or bao login.";
}

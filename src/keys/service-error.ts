import { SopsError } from "../errors.ts";

/** Why a service did not do what it was asked for; a clause such as `https://v:8200 refuses connections (ECONNREFUSED)`. */
export class ServiceError extends SopsError {
  /** The HTTP status; undefined when there was no answer. */
  readonly status: number | undefined;

  constructor(message: string, details: { status?: number; hint?: string } = {}) {
    super("GENERIC", message, details.hint === undefined ? {} : { hint: details.hint });
    this.name = "ServiceError";
    this.status = details.status;
  }
}

/**
 * Why a request got no answer, in words. Messages of a runtime are not repeated: they may hold anything.
 *
 * @param place - whom the request was for, such as `https://v:8200`
 * @param error - what `fetch`, or a program's own client, threw
 */
export function connectionFailure(place: string, error: unknown): ServiceError {
  const codes = [...codesOf(error)];
  const [code] = codes;
  const words = codes.map((name) => wordsOf(name)).find((found) => found !== undefined) ?? wordsWithoutCode(error);
  const proxy = error instanceof Error ? proxies.get(error) : undefined;
  const route = proxy === undefined ? "" : `; it was asked through the proxy ${proxy}`;
  const message = `${place} ${words ?? "could not be asked"}${code === undefined ? "" : ` (${code})`}${route}`;
  const hint = hints.find(([names]) => codes.some((name) => names.test(name)))?.[1];
  return new ServiceError(message, hint === undefined ? {} : { hint });
}

/** What may help, by the codes of failures. */
const hints: readonly (readonly [codes: RegExp, hint: string])[] = [
  [
    /SELF_SIGNED|UNABLE_TO_/,
    "If it is one of your own, name the file of its authority's certificate in SSL_CERT_FILE.",
  ],
  [/WRONG_VERSION_NUMBER/, "If it speaks plain HTTP, its address begins with http://."],
];

/** Through which proxy a request went, by its error. */
const proxies = new WeakMap<Error, string>();

/** Has the message of a failed request name the proxy through which it went. */
export function rememberProxy(error: unknown, proxy: string): void {
  if (error instanceof Error) proxies.set(error, proxy);
}

/** What runtimes say of an error that has no code: `fetch` of what it refuses by itself, Node 24 of its parser, Deno of all. */
const messagesWithoutCode: readonly (readonly [RegExp, string])[] = [
  [/^bad port$|requests to port \d+ are blocked/i, "could not be asked: browsers and Node refuse its port"],
  [/does not match the HTTP|invalid HTTP version/, "does not speak HTTP"],
  [/connection refused/i, "refuses connections"],
  [/dns error/, "is not known (no such host)"],
  [/connection closed before|error reading a body from connection|connection reset/i, "cut the connection"],
  [/invalid peer certificate/, "has a certificate that is not trusted"],
];

function wordsWithoutCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { message } = error;
  return messagesWithoutCode.find(([pattern]) => pattern.test(message))?.[1] ?? wordsWithoutCode(error.cause);
}

/** Why a client of somebody else failed, in one line. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return "no reason was given";
  const reason = quoted(error.message) || error.name;
  const code = [...codesOf(error)].find((name) => wordsOf(name) !== undefined);
  return code === undefined || reason.includes(code) ? reason : `${reason} (${code})`;
}

/** The codes of an error and of what led to it. */
function* codesOf(error: unknown, depth = 0): Generator<string> {
  if (!(error instanceof Error) || depth > 8) return;
  if ("code" in error && typeof error.code === "string") yield error.code;
  if (error instanceof AggregateError) for (const part of error.errors) yield* codesOf(part, depth + 1);
  yield* codesOf(error.cause, depth + 1);
}

const connectionWords: Readonly<Record<string, string>> = {
  ECONNREFUSED: "refuses connections",
  ConnectionRefused: "refuses connections",
  ENOTFOUND: "is not known (no such host)",
  EAI_AGAIN: "is not known (no such host)",
  ECONNRESET: "cut the connection",
  ConnectionClosed: "cut the connection",
  EPIPE: "cut the connection",
  UND_ERR_SOCKET: "cut the connection",
  ERR_STREAM_PREMATURE_CLOSE: "cut the connection",
  ETIMEDOUT: "does not answer",
  UND_ERR_CONNECT_TIMEOUT: "does not answer",
  UND_ERR_HEADERS_TIMEOUT: "does not answer",
  UND_ERR_BODY_TIMEOUT: "does not answer",
  EHOSTUNREACH: "cannot be reached",
  ENETUNREACH: "cannot be reached",
};

function wordsOf(code: string): string | undefined {
  if (/CERT|SELF_SIGNED|UNABLE_TO_/.test(code)) return "has a certificate that is not trusted";
  if (/^(?:ERR_)?(?:SSL|TLS)_/.test(code) || code === "EPROTO") return "does not speak TLS as it should";
  return code.startsWith("HPE_") || code === "Malformed_HTTP_Response" ? "does not speak HTTP" : connectionWords[code];
}

/**
 * A text that somebody else wrote, fit for one line of a message. A complaint about JSON is not repeated, since runtimes quote in
 * it what they could not read.
 */
export function quoted(text: string): string {
  if (/\bJSON\b/.test(text) && /unexpected|unterminated|expected|invalid|not valid|bad /i.test(text)) {
    return "something is not valid JSON";
  }
  return text.replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, " ").trim();
}

import { type Fetch, readBody } from "../http.ts";

/** A request of the AWS SDK, as far as it is used. */
interface SdkRequest {
  readonly method: string;
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | readonly string[] | null>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

interface SdkResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** Which origin a failed request was for, by its error. */
const origins = new WeakMap<Error, string>();

/**
 * Lets the AWS SDK make its requests with `fetch`: they go through the same proxies as all others, and end when the time is over.
 */
export function fetchHandler(fetch: Fetch): {
  readonly metadata: { readonly handlerProtocol: string };
  handle(request: SdkRequest, options?: { abortSignal?: unknown }): Promise<{ response: SdkResponse }>;
  destroy(): void;
} {
  return {
    metadata: { handlerProtocol: "http/1.1" },
    async handle(request, { abortSignal } = {}) {
      const url = urlOf(request);
      try {
        const response = await fetch(url.href, {
          method: request.method,
          headers: sendableHeaders(request.headers),
          redirect: "manual",
          ...(abortSignal instanceof AbortSignal ? { signal: abortSignal } : {}),
          ...(request.body === undefined || request.method === "GET" ? {} : { body: request.body as BodyInit }),
        });
        const headers = Object.fromEntries(response.headers);
        return { response: { statusCode: response.status, headers, body: await readBody(response, url.origin) } };
      } catch (error) {
        if (error instanceof Error) origins.set(error, url.origin);
        throw error;
      }
    },
    destroy: () => undefined,
  };
}

/** Whom a request was for that got no answer, such as `https://kms.eu-west-1.amazonaws.com`; undefined for other errors. */
export function requestedOrigin(error: Error): string | undefined {
  return origins.get(error);
}

function urlOf({ protocol, hostname, port, path, query = {} }: SdkRequest): URL {
  const url = new URL(`${protocol}//${hostname}${port === undefined ? "" : `:${port}`}${path}`);
  for (const [name, value] of Object.entries(query)) {
    for (const one of typeof value === "string" || value === null ? [value] : value) {
      url.searchParams.append(name, one ?? "");
    }
  }
  return url;
}

/** `fetch` sets these itself, to the same values as the signed ones. */
function sendableHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  const own = ["host", "content-length", "connection", "expect", "transfer-encoding"];
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !own.includes(name.toLowerCase())));
}

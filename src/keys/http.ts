import { concatBytes, decodeUtf8Replacing } from "../bytes.ts";
import { SopsError } from "../errors.ts";
import { connectionFailure, quoted, ServiceError } from "./service-error.ts";

/** `fetch`, as far as it is used. */
export type Fetch = (url: string, init?: RequestInit) => Promise<Response>;

/** How requests are made. */
export interface Requester {
  readonly fetch: Fetch;
  /** Aborted when the time is over; its reason is then the error. */
  readonly signal: AbortSignal;
}

export interface ServiceRequest {
  readonly method: "GET" | "POST" | "PUT";
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** How often it is tried again after a cut connection or a status of 429 or from 500 on. Default: 2. */
  readonly maxRetries?: number;
}

export interface ServiceAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

const maxAnswerBytes = 1024 * 1024;
const retryDelaysMs = [100, 400, 800, 1500];

/**
 * Sends a request. Redirects are not followed: credentials are meant for the one who was asked.
 *
 * @returns whatever the answer's status
 * @throws ServiceError when there is no answer; SopsError when `fetch` throws one; whatever the signal was aborted with
 */
export async function send(request: ServiceRequest, requester: Requester): Promise<ServiceAnswer> {
  const { maxRetries = 2 } = request;
  for (let attempt = 0; ; attempt++) {
    const last = attempt >= maxRetries;
    try {
      const answer = await sendOnce(request, requester);
      if (last || (answer.status < 500 && answer.status !== 429)) return answer;
    } catch (error) {
      requester.signal.throwIfAborted();
      if (error instanceof SopsError) throw error;
      if (last) throw connectionFailure(originOf(request.url), error);
    }
    await pause(retryDelaysMs[attempt] ?? 1500, requester.signal);
  }
}

async function sendOnce(request: ServiceRequest, { fetch, signal }: Requester): Promise<ServiceAnswer> {
  const { method, url, headers = {}, body } = request;
  const response = await fetch(url, {
    method,
    headers,
    redirect: "manual",
    signal,
    ...(body === undefined ? {} : { body: body as BodyInit }),
  });
  return { status: response.status, headers: response.headers, text: await readText(response, originOf(url)) };
}

async function readText(response: Response, place: string): Promise<string> {
  return decodeUtf8Replacing(await readBody(response, place));
}

/**
 * The bytes of an answer.
 *
 * @throws ServiceError when there are more than any service here has to say
 */
export async function readBody(response: Response, place: string): Promise<Uint8Array> {
  const reader = response.body?.getReader();
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for (;;) {
    const { done, value } = (await reader?.read()) ?? { done: true };
    if (done) return concatBytes(...chunks);
    bytes += value.length;
    if (bytes > maxAnswerBytes) {
      await reader?.cancel();
      throw new ServiceError(`${place} answered with more than ${maxAnswerBytes} bytes`);
    }
    chunks.push(value);
  }
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((done, fail) => {
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", stop);
      done();
    }, milliseconds);
    const stop = (): void => {
      clearTimeout(timer);
      fail(signal.reason as Error);
    };
    signal.addEventListener("abort", stop, { once: true });
  });
}

/** A JSON object. */
export type JsonObject = Readonly<Record<string, unknown>>;

/**
 * Sends a request that is answered with a JSON object.
 *
 * @throws ServiceError when there is no answer, its status is none of success, or it is no such object
 */
export async function sendForJson(request: ServiceRequest, requester: Requester): Promise<JsonObject> {
  return jsonOf(await send(request, requester), request.url);
}

/**
 * The JSON object in an answer.
 *
 * @throws ServiceError when the status is none of success, with what the service says of it; or when there is no such object
 */
export function jsonOf(answer: ServiceAnswer, url: string): JsonObject {
  const place = originOf(url);
  const { status } = answer;
  const json = parseJson(answer.text);
  if (status >= 300 && status < 400) {
    throw new ServiceError(`${place} answered with a redirect (status ${status})`, { status });
  }
  if (status < 200 || status >= 400) {
    const said = json === undefined ? undefined : complaintIn(json);
    throw new ServiceError(`${place} answered with status ${status}${said === undefined ? "" : `: ${said}`}`, {
      status,
    });
  }
  if (json === undefined) throw new ServiceError(`${place} answered with something that is not JSON`, { status });
  return json;
}

/**
 * A text field of an answer.
 *
 * @throws ServiceError when there is none, or it is empty
 */
export function textField(json: unknown, name: string, url: string): string {
  const value = isObject(json) ? json[name] : undefined;
  if (typeof value === "string" && value !== "") return value;
  throw new ServiceError(`${originOf(url)} answered without a ${JSON.stringify(name)}`);
}

/** The JSON object in a text; undefined when there is none. */
export function parseJson(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What a service says of a failure, in the forms that the clouds have. */
function complaintIn(json: JsonObject): string | undefined {
  const { errors, warnings } = json;
  if (Array.isArray(errors)) return textsIn(errors) ?? (Array.isArray(warnings) ? textsIn(warnings) : undefined);
  const error = isObject(json["error"]) ? json["error"] : json;
  const code = firstText(error, ["status", "code", "error_code", "__type"]);
  const message = firstText(error, ["message", "error_msg", "error_description"]);
  const parts = [code, message].filter((part) => part !== undefined);
  return parts.length === 0 ? undefined : quoted(parts.join(": "));
}

function textsIn(values: readonly unknown[]): string | undefined {
  return quoted(values.filter((part) => typeof part === "string").join("; ")) || undefined;
}

function firstText(json: JsonObject, names: readonly string[]): string | undefined {
  const found = names.map((name) => json[name]).find((value) => typeof value === "string" && value !== "");
  return found as string | undefined;
}

/** Scheme, host and port: what a message may show of a URL. */
export function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : "the service";
}

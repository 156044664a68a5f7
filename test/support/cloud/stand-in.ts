import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";

/** A request to a stand-in for a cloud. */
export interface CloudRequest {
  readonly method: string;
  /** Host and port, as the request names them. */
  readonly host: string;
  /** As it was sent, with its percent signs. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** The answer of a stand-in; a body that is no text is sent as JSON. */
export interface CloudAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A stand-in for a cloud: as much of it as a key source needs. */
export type Cloud = (request: CloudRequest) => CloudAnswer;

/** A server of a test. */
export interface RunningServer {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  readonly port: number;
  /** Every request since the start, oldest first. */
  readonly requests: readonly CloudRequest[];
  stop(): Promise<void>;
}

/** Serves a stand-in on a free port of this computer alone. */
export async function serve(cloud: Cloud): Promise<RunningServer> {
  const requests: CloudRequest[] = [];
  const server = createServer((incoming, response) => void answer(cloud, incoming, response, requests));
  const port = await listen(server);
  return { url: `http://127.0.0.1:${port}`, port, requests, stop: () => stop(server) };
}

/** Reads a request, asks the stand-in, sends its answer. */
export async function answer(
  cloud: Cloud,
  incoming: IncomingMessage,
  response: ServerResponse,
  requests: CloudRequest[] = [],
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
  // A proxy is asked with whole URLs.
  const url = new URL(incoming.url ?? "/", "http://any");
  const request: CloudRequest = {
    method: incoming.method ?? "",
    host: incoming.headers.host ?? "",
    path: url.pathname,
    query: url.searchParams,
    headers: incoming.headers,
    body: Buffer.concat(chunks).toString("utf8"),
  };
  requests.push(request);
  const { status, body, headers } = cloud(request);
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(typeof body === "string" ? body : JSON.stringify(body));
}

/** Listens on a free port of this computer alone, and gives the port. */
export function listen(server: Server): Promise<number> {
  return new Promise((done, fail) => {
    server.once("error", fail);
    server.listen(0, "127.0.0.1", () => done((server.address() as AddressInfo).port));
  });
}

export function stop(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((done) => server.close(() => done()));
}

/** The key that all stand-ins seal with. */
const sealingKey = randomBytes(32);

/** Seals bytes for a label, such as the name of a key: only the same label opens them. Not the same twice. */
export function seal(plaintext: Uint8Array, label: string): Buffer {
  const iv = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", sealingKey, iv).setAAD(Buffer.from(label));
  return Buffer.concat([iv, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

/** The inverse of {@link seal}; undefined when it was not sealed for this label. */
export function unseal(sealed: Uint8Array, label: string): Buffer | undefined {
  if (sealed.length < 28) return undefined;
  const decipher = createDecipheriv("aes-256-gcm", sealingKey, sealed.subarray(0, 12)).setAAD(Buffer.from(label));
  decipher.setAuthTag(sealed.subarray(-16));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()]);
  } catch {
    return undefined;
  }
}

/** The JSON object of a request's body; empty when there is none. */
export function jsonBody({ body }: CloudRequest): Record<string, string> {
  return body === "" ? {} : (JSON.parse(body) as Record<string, string>);
}

/** Keys with this word in their name may encrypt and not decrypt. */
export const encryptOnly = "encrypt-only";

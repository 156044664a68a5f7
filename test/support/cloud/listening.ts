import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Cloud, CloudRequest } from "./stand-in.ts";

/** Reads a request, asks the stand-in, sends its answer. */
export async function answer(
  cloud: Cloud,
  incoming: IncomingMessage,
  response: ServerResponse,
  requests: CloudRequest[] = [],
  gate?: (request: CloudRequest) => Promise<void>,
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
  await gate?.(request);
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

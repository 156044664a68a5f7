import type { RunningServer } from "../../test/support/cloud/server.ts";
import type { Cloud, CloudRequest } from "../../test/support/cloud/stand-in.ts";

/*
 * Takes the place of `test/support/cloud/server.ts` in runtimes that cannot listen: requests for its servers never leave `fetch`.
 */

interface InMemoryServer {
  readonly cloud: Cloud;
  readonly gate: Gate | undefined;
  readonly requests: CloudRequest[];
}

type Gate = (request: CloudRequest) => Promise<void>;

const servers = new Map<string, InMemoryServer>();
const fetchElsewhere = globalThis.fetch;
let lastPort = 49_151;

globalThis.fetch = async (input, init) => {
  const request = new Request(input, init);
  const server = servers.get(new URL(request.url).origin);
  return server === undefined ? fetchElsewhere(input, init) : answer(server, request, init?.headers);
};

/** As its namesake, without a network. */
export async function serve(cloud: Cloud, gate?: Gate): Promise<RunningServer> {
  lastPort += 1;
  const url = `http://127.0.0.1:${lastPort}`;
  const server: InMemoryServer = { cloud, gate, requests: [] };
  servers.set(url, server);
  return { url, port: lastPort, requests: server.requests, stop: async () => void servers.delete(url) };
}

async function answer(server: InMemoryServer, request: Request, given: HeadersInit | undefined): Promise<Response> {
  const url = new URL(request.url);
  // Browsers drop a header `host` from a request and send their own.
  const { host = url.host } = (given ?? {}) as { readonly host?: string };
  const body = await request.text();
  const length = String(new TextEncoder().encode(body).length);
  const asked: CloudRequest = {
    method: request.method,
    host,
    path: url.pathname,
    query: url.searchParams,
    headers: { ...Object.fromEntries(request.headers), host, "content-length": length },
    body,
  };
  request.signal.throwIfAborted();
  server.requests.push(asked);
  await server.gate?.(asked);
  const { status, headers, ...said } = server.cloud(asked);
  const text = typeof said.body === "string" ? said.body : JSON.stringify(said.body);
  return new Response(text, { status, headers: { "content-type": "application/json", ...headers } });
}

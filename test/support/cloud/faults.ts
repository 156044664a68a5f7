import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createTcpServer } from "node:net";
import { listen, stop } from "./listening.ts";
import { type CloudAnswer } from "./stand-in.ts";

/** A server that does everything wrong in one way. */
export interface FaultyServer {
  readonly url: string;
  stop(): Promise<void>;
}

/** How servers go wrong; what each does with a request once it has read it. */
const faults = {
  "answers nothing": () => undefined,
  "stops in the middle of its answer": (_, response) => {
    response.writeHead(200, { "content-length": "1000" });
    response.write('{"plaintext":"AAAA');
  },
  "cuts the connection": (_, response) => void response.destroy(),
  "cuts the connection in the middle of its answer": (_, response) => {
    response.writeHead(200, { "content-length": "1000" });
    response.write('{"plaintext":"AAAA', () => response.destroy());
  },
  "answers a web page": respond(200, "text/html", "<html><body>Welcome</body></html>"),
  "answers half of a JSON text": respond(200, "application/json", '{"plaintext":"TOPSECRETTOPSECRET'),
  "answers an empty object": respond(200, "application/json", "{}"),
  "answers numbers for texts": respond(
    200,
    "application/json",
    '{"data":{"plaintext":5,"ciphertext":5},"plaintext":5,"ciphertext":5,"value":5,"plain_text":5,"cipher_text":5,"projects":5}',
  ),
  "answers without end": (_, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    const chunk = Buffer.alloc(65_536, 32);
    const more = (): void => void (!response.destroyed && response.write(chunk, more));
    more();
  },
  "forbids it, and repeats the request": (request, response, body) => {
    repeat(request, response, body, 403);
  },
  "fails, and repeats the request": (request, response, body) => repeat(request, response, body, 500),
  "is overloaded": respond(503, "text/plain", "try later"),
  "sends one elsewhere": (_, response) => {
    response.writeHead(302, { location: "http://127.0.0.1:1/elsewhere" });
    response.end();
  },
} satisfies Record<string, (request: IncomingMessage, response: ServerResponse, body: string) => void>;

export type Fault = keyof typeof faults | "refuses connections" | "does not speak HTTP";

/** Every way to go wrong. */
export const faultNames: readonly Fault[] = [
  "refuses connections",
  "does not speak HTTP",
  ...(Object.keys(faults) as (keyof typeof faults)[]),
];

/**
 * Starts a server with a fault on a free port of this computer alone.
 *
 * @param challenge - what it answers, without any fault, to whoever has not said who asks. Default: it does not care
 */
export async function serveFault(fault: Fault, challenge?: CloudAnswer): Promise<FaultyServer> {
  if (fault === "refuses connections") return refusing();
  if (fault === "does not speak HTTP") return speakingNoHttp();
  const server = createServer((request, response) => {
    if (challenge !== undefined && request.headers.authorization === undefined) {
      response.writeHead(challenge.status, challenge.headers).end();
      return;
    }
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => faults[fault](request, response, Buffer.concat(chunks).toString()));
  });
  const port = await listen(server);
  return { url: `http://127.0.0.1:${port}`, stop: () => stop(server) };
}

function respond(status: number, type: string, text: string): (_: IncomingMessage, response: ServerResponse) => void {
  return (_, response) => {
    response.writeHead(status, { "content-type": type });
    response.end(text);
  };
}

/** A message in the forms of all the clouds, made of everything that the request held: it must not be shown as it is. */
function repeat(request: IncomingMessage, response: ServerResponse, body: string, status: number): void {
  const tokens = Object.entries(request.headers).filter(
    ([name, value]) => /token/.test(name) || String(value).startsWith("Bearer "),
  );
  const said = `${tokens.flat().join(" ")} ${body}\n\t${Object.entries(request.headers).flat().join(" ")}`;
  const error = { code: "Refused", status: "REFUSED", error_code: "R1", message: said, error_msg: said };
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify({ __type: "RefusedException", message: said, errors: [said], error }));
}

async function refusing(): Promise<FaultyServer> {
  const server = createServer();
  const port = await listen(server);
  await stop(server);
  return { url: `http://127.0.0.1:${port}`, stop: async () => undefined };
}

async function speakingNoHttp(): Promise<FaultyServer> {
  const server = createTcpServer((socket) => {
    socket.on("error", () => socket.destroy());
    socket.end("220 mail.example.com ESMTP\r\n", () => socket.destroy());
  });
  const port = await new Promise<number>((done) => {
    server.listen(0, "127.0.0.1", () => done((server.address() as { port: number }).port));
  });
  return { url: `http://127.0.0.1:${port}`, stop: () => new Promise((done) => server.close(() => done())) };
}

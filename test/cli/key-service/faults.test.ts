import { createServer as createHttp2Server, type ServerHttp2Session, type ServerHttp2Stream } from "node:http2";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { parseServiceUri, remoteKeyService } from "../../../src/cli/key-service/client.ts";
import type { AgeKey } from "../../../src/core/metadata.ts";
import { contextWith, corpusRecipient } from "../../keys/context.ts";
import { expectNoSecrets } from "../../support/canary.ts";
import { failureOf } from "../../support/failure-of.ts";

const dataKey = Uint8Array.from({ length: 32 }, (_, index) => index * 7 + 1);
const alice: AgeKey = { kind: "age", recipient: corpusRecipient("alice"), enc: "wrapped" };

/** What a service does with a request, once it has it. */
type Answer = (stream: ServerHttp2Stream, request: Buffer) => void;

const headers = { ":status": 200, "content-type": "application/grpc" };

/** A message as gRPC frames it. */
function framed(message: Buffer): Buffer {
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}

function answering(message: Buffer): Answer {
  return (stream) => {
    stream.respond(headers, { waitForTrailers: true });
    stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
    stream.end(message);
  };
}

function refusing(status: string, say: (request: Buffer) => string): Answer {
  return (stream, request) => {
    stream.respond({ ...headers, "grpc-status": status, "grpc-message": say(request) }, { endStream: true });
  };
}

/** The ways in which a service goes wrong, and what a message says of each. */
const faults: readonly (readonly [title: string, start: () => Promise<Server>, reason: RegExp])[] = [
  ["refuses connections", refusingConnections, /^rpc error: code = Unavailable .*connection refused/],
  ["cuts the connection at once", () => speaking((socket) => socket.destroy()), /code = Unavailable/],
  [
    "answers nothing at all",
    () => speaking(() => undefined),
    /code = Unavailable desc = connection error: desc = "error reading server preface: tcp 127\.0\.0\.1:\d+: i\/o timeout"$/,
  ],
  [
    "does not speak gRPC",
    () => speaking((socket) => socket.end("220 mail.example.com ESMTP\r\n")),
    /code = Unavailable desc = connection error: desc = "error reading server preface: [^"(]+"$/,
  ],
  ["answers nothing to the request", () => serving(() => undefined), /code = DeadlineExceeded/],
  [
    "stops in the middle of its answer",
    () =>
      serving((stream) => {
        stream.respond(headers);
        stream.write(framed(Buffer.alloc(100)).subarray(0, 20));
      }),
    /code = DeadlineExceeded/,
  ],
  [
    "cuts the connection in the middle of its answer",
    () =>
      serving((stream) => {
        stream.respond(headers);
        stream.write(framed(Buffer.alloc(100)).subarray(0, 20), () => stream.session?.destroy());
      }),
    /code = (?:Unavailable|Internal|Unknown)/,
  ],
  [
    "answers a web page",
    () =>
      serving((stream) => {
        stream.respond({ ":status": 502, "content-type": "text/html" });
        stream.end("<html>Bad Gateway</html>");
      }),
    /code = Unavailable/,
  ],
  ["answers with what is no message", () => serving(answering(framed(Buffer.from("ffff", "hex")))), /code = Internal/],
  ["answers an empty message", () => serving(answering(framed(Buffer.alloc(0)))), /is no (?:wrapped )?data key$/],
  ["answers no message", () => serving(answering(Buffer.alloc(0))), /code = (?:Internal|Unimplemented|Unknown)/],
  ["answers without end", () => serving(answering(framed(Buffer.alloc(5 * 1024 * 1024)))), /code = ResourceExhausted/],
  [
    "knows no such service",
    () => serving(refusing("12", () => "unknown service KeyService")),
    /code = Unimplemented desc = unknown service KeyService/,
  ],
  [
    "fails, and repeats the request",
    // The last field is what is to be wrapped.
    () => serving(refusing("2", (request) => `cannot wrap ${request.subarray(-32).toString("base64")}`)),
    /code = Unknown desc = cannot wrap /,
  ],
];

describe("a key service with a fault", () => {
  it.concurrent.each(faults)("is told of when it %s", async (_, start, reason) => {
    const server = await start();
    const { port } = server.address() as AddressInfo;
    const address = parseServiceUri(`tcp://127.0.0.1:${port}`);
    if (address === undefined) throw new TypeError("no address");
    const service = remoteKeyService(address, { timeoutMs: 1500, connectMs: 700 });
    const errors = await Promise.all([
      failureOf(service.wrap(alice, dataKey, contextWith())),
      failureOf(service.unwrap(alice, contextWith())),
    ]);
    server.close();
    for (const error of errors) expect(error.message).toMatch(reason);
    await expectNoSecrets([dataKey], { errors });
  });
});

function listening(server: Server): Promise<Server> {
  return new Promise((done) => server.listen(0, "127.0.0.1", () => done(server)));
}

/** A server without the words of HTTP/2. */
function speaking(act: (socket: Socket) => void): Promise<Server> {
  const server = createServer((socket) => {
    socket.on("error", () => socket.destroy());
    act(socket);
  });
  return listening(endingConnections(server, "connection"));
}

/** A server of HTTP/2. */
function serving(answer: Answer): Promise<Server> {
  const server = createHttp2Server();
  server.on("stream", (stream) => {
    const chunks: Buffer[] = [];
    stream.on("error", () => undefined);
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    stream.on("end", () => answer(stream, Buffer.concat(chunks)));
  });
  return listening(endingConnections(server as unknown as Server, "session"));
}

/** The same server, whose connections end with it. */
function endingConnections(server: Server, event: "connection" | "session"): Server {
  const open = new Set<Socket | ServerHttp2Session>();
  server.on(event, (connection: Socket | ServerHttp2Session) => open.add(connection));
  const close = server.close.bind(server);
  server.close = (...args) => {
    for (const connection of open) connection.destroy();
    return close(...args);
  };
  return server;
}

/** A server that has ended, so that nobody listens at its port. */
async function refusingConnections(): Promise<Server> {
  const server = await speaking(() => undefined);
  const address = server.address();
  await new Promise((done) => server.close(done));
  server.address = () => address;
  return server;
}

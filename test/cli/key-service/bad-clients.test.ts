import { connect as connectHttp2 } from "node:http2";
import { connect, type Socket } from "node:net";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { parseServiceUri, remoteKeyService } from "../../../src/cli/key-service/client.ts";
import { encodeRequest } from "../../../src/cli/key-service/messages.ts";
import { startKeyService } from "../../../src/cli/key-service/server.ts";
import type { AgeKey } from "../../../src/core/metadata.ts";
import type { KeyService } from "../../../src/keys/key-source.ts";
import { contextWith, corpusKey, corpusRecipient } from "../../keys/context.ts";

const alice: AgeKey = { kind: "age", recipient: corpusRecipient("alice"), enc: "" };
const dataKey = new Uint8Array(32).fill(3);

function serviceAt(port: number): KeyService {
  const address = parseServiceUri(`tcp://127.0.0.1:${port}`);
  if (address === undefined) throw new TypeError("not an address");
  return remoteKeyService(address);
}

describe("a key service keeps serving", () => {
  /** Does something bad to a server, whose answers afterwards must be right. */
  async function afterwards(bad: (port: number) => Promise<void>): Promise<void> {
    const service = await startKeyService({
      network: "tcp",
      address: "127.0.0.1:0",
      newContext: () => contextWith({ identities: [corpusKey("alice.txt")] }),
      isAllowed: async () => true,
      pingMs: 500,
    });
    try {
      const port = Number(service.address.split(":")[1]);
      await bad(port);
      const enc = await serviceAt(port).wrap(alice, dataKey, contextWith());
      expect(await serviceAt(port).unwrap({ ...alice, enc }, contextWith())).toEqual(dataKey);
    } finally {
      service.close();
    }
  }

  const preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
  const settings = Buffer.from("000000040000000000", "hex");

  it.each<[string, Buffer]>([
    ["random bytes", Buffer.from(Array.from({ length: 4096 }, (_, index) => (index * 167 + 13) & 255))],
    ["half a preface", Buffer.from(preface.slice(0, 10))],
    [
      "a frame of an impossible length",
      Buffer.concat([Buffer.from(preface), Buffer.from("ffffff040000000000", "hex")]),
    ],
    ["frames that are none", Buffer.concat([Buffer.from(preface), settings, Buffer.alloc(2000, 0xee)])],
    [
      "headers that are none",
      Buffer.concat([Buffer.from(preface), settings, Buffer.from("000004010500000001ffffffff", "hex")]),
    ],
    [
      "a settings frame of a wrong size",
      Buffer.concat([Buffer.from(preface), Buffer.from("000003040000000000010203", "hex")]),
    ],
  ])("after %s in place of HTTP/2", (_, bytes) => afterwards((port) => sendBytes(port, bytes)));

  it("while others connect and say nothing", () =>
    afterwards(async (port) => {
      const silent = await Promise.all(Array.from({ length: 50 }, () => opened(port)));
      const enc = await serviceAt(port).wrap(alice, dataKey, contextWith());
      expect(enc).toContain("BEGIN AGE");
      for (const socket of silent) socket.destroy();
    }));

  const request = Buffer.from(encodeRequest({ key: alice, payload: dataKey }));
  const framed = (body: Buffer, { compressed = 0, length = body.length } = {}): Buffer => {
    const head = Buffer.alloc(5);
    head.writeUInt8(compressed);
    head.writeUInt32BE(length, 1);
    return Buffer.concat([head, body]);
  };
  const grpc = {
    ":method": "POST",
    ":path": "/KeyService/Encrypt",
    "content-type": "application/grpc",
    te: "trailers",
  };

  it.each<[string, Record<string, string>, Buffer, RegExp]>([
    ["a request that is cut off", grpc, framed(request.subarray(0, 20), { length: request.length }), /^grpc [1-9]/],
    ["a truncated message", grpc, framed(request.subarray(0, -10)), /^grpc 13$/],
    ["a key of an unknown kind", grpc, framed(Buffer.from("0a0442020a00", "hex")), /^grpc 5$/],
    ["a key that is malformed", grpc, framed(Buffer.from("0a0532030a01ff", "hex")), /^grpc 13$/],
    ["no message", grpc, Buffer.alloc(0), /^grpc [1-9]/],
    ["two messages", grpc, Buffer.concat([framed(request), framed(request)]), /^grpc [1-9]/],
    ["a length beyond the limit", grpc, framed(request, { length: 0xffff_ffff }), /^grpc 8$/],
    [
      "a small message that grows beyond the limit",
      { ...grpc, "grpc-encoding": "gzip" },
      framed(gzipSync(Buffer.alloc(64 * 1024 * 1024)), { compressed: 1 }),
      /^grpc 8$/,
    ],
    [
      "a message that only says it is compressed",
      { ...grpc, "grpc-encoding": "gzip" },
      framed(request, { compressed: 1 }),
      /^grpc [1-9]/,
    ],
    ["an unknown compression", { ...grpc, "grpc-encoding": "x" }, framed(request, { compressed: 1 }), /^grpc [1-9]/],
    ["an unknown method", { ...grpc, ":path": "/KeyService/Delete" }, framed(request), /^grpc 12$/],
    ["an unknown service", { ...grpc, ":path": "/" }, framed(request), /^grpc 12$/],
    ["another content type", { ...grpc, "content-type": "application/json" }, request, /^status 415$/],
    ["a huge header", { ...grpc, "x-huge": "a".repeat(200_000) }, framed(request), /^(?:grpc [1-9]|status 431|cut)/],
  ])("and refuses %s", (_, headers, body, answer) =>
    afterwards(async (port) => {
      expect(await sendRequest(port, headers, body)).toMatch(answer);
    }),
  );
});

async function opened(port: number): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => undefined);
  await new Promise((done) => socket.once("connect", done));
  return socket;
}

/** Sends bytes and then the end, and waits until the other side has ended too. */
async function sendBytes(port: number, bytes: Buffer): Promise<void> {
  const socket = await opened(port);
  const closed = new Promise((done) => socket.once("close", done));
  socket.resume().end(bytes);
  await closed;
}

/** Sends a request over HTTP/2; gives the status of gRPC, else that of HTTP, else that the connection was cut. */
async function sendRequest(port: number, headers: Record<string, string>, body: Buffer): Promise<string> {
  const session = connectHttp2(`http://127.0.0.1:${port}`);
  session.on("error", () => undefined);
  try {
    const stream = session.request(headers);
    return await new Promise((done) => {
      let status = "cut";
      const read = (fields: Record<string, unknown>): void => {
        if (fields["grpc-status"] !== undefined) status = `grpc ${String(fields["grpc-status"])}`;
        else if (status === "cut" && fields[":status"] !== 200) status = `status ${String(fields[":status"])}`;
      };
      stream
        .on("response", read)
        .on("trailers", read)
        .on("error", () => undefined);
      stream.on("close", () => done(status)).resume();
      stream.end(body);
    });
  } finally {
    session.destroy();
  }
}

import { connect as connectSocket, createServer } from "node:net";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { Client, credentials, Metadata, type ServiceError } from "@grpc/grpc-js";
import { describe, expect, it } from "vitest";
import { parseServiceUri, remoteKeyService } from "../../../src/cli/key-service/client.ts";
import { type KeyServiceOptions, startKeyService } from "../../../src/cli/key-service/server.ts";
import type { AgeKey } from "../../../src/core/metadata.ts";
import type { KeyService } from "../../../src/keys/key-source.ts";
import { contextWith, corpusKey, corpusRecipient } from "../../keys/context.ts";
import { withTemporaryDirectory } from "../../support/temporary-directory.ts";

const dataKey = Uint8Array.from({ length: 32 }, (_, index) => index);
const alice: AgeKey = { kind: "age", recipient: corpusRecipient("alice"), enc: "" };
const bob: AgeKey = { kind: "age", recipient: corpusRecipient("bob"), enc: "" };

async function serving(
  use: (service: KeyService, address: string) => Promise<void>,
  more: Partial<KeyServiceOptions> = {},
): Promise<void> {
  const service = await startKeyService({
    network: "tcp",
    address: "127.0.0.1:0",
    newContext: () => contextWith({ identities: [corpusKey("alice.txt")] }),
    isAllowed: async () => true,
    ...more,
  });
  try {
    const network = more.network ?? "tcp";
    await use(serviceAt(`${network}://${service.address}`), service.address);
  } finally {
    service.close();
  }
}

function serviceAt(uri: string): KeyService {
  const address = parseServiceUri(uri);
  if (address === undefined) throw new TypeError(`${uri} names no address`);
  return remoteKeyService(address);
}

async function wrapAndUnwrap(service: KeyService): Promise<void> {
  const context = contextWith();
  const enc = await service.wrap(alice, dataKey, context);
  expect(enc).toContain("BEGIN AGE ENCRYPTED FILE");
  expect(await service.unwrap({ ...alice, enc }, context)).toEqual(dataKey);
}

describe("a key service", () => {
  it("wraps and unwraps over TCP", () => serving(wrapAndUnwrap));

  it("wraps and unwraps over a socket, which it removes at its end", () =>
    withTemporaryDirectory(async (folder) => {
      const address = join(folder, "keys.sock");
      await serving(wrapAndUnwrap, { network: "unix", address });
      await expect.poll(() => existsSync(address)).toBe(false);
    }));

  it("tells why a key failed", () =>
    serving(async (service) => {
      const enc = await service.wrap(bob, dataKey, contextWith());
      await expect(service.unwrap({ ...bob, enc }, contextWith())).rejects.toMatchObject({
        code: "GENERIC",
        message: expect.stringMatching(/^rpc error: code = Unknown desc = .*identit/) as string,
      });
    }));

  it("does not tell of its own mistakes", () =>
    serving(
      (service) =>
        expect(service.wrap(alice, dataKey, contextWith())).rejects.toThrow(
          /^rpc error: code = Unknown desc = internal error$/,
        ),
      {
        newContext: () => {
          throw new TypeError("secret detail");
        },
      },
    ));

  it("refuses what the person there refuses, before the key is used", () => {
    const asked: string[] = [];
    return serving(
      async (service) => {
        await expect(service.wrap(alice, dataKey, contextWith())).rejects.toThrow(
          "rpc error: code = PermissionDenied desc = Request rejected by user",
        );
        expect(asked).toEqual([`encrypt ${alice.recipient}`]);
      },
      {
        newContext: () => contextWith({ identities: ["not read"] }),
        isAllowed: async (task, key) => {
          asked.push(`${task} ${"recipient" in key ? key.recipient : ""}`);
          return false;
        },
      },
    );
  });

  const bad: readonly (readonly [string, Buffer, number, RegExp])[] = [
    ["a request without a key", Buffer.alloc(0), 5, /^Must provide a key$/],
    ["a malformed request", Buffer.from("ffff", "hex"), 13, /^Error deserializing request$/],
    ["a request of more than 4 MiB", Buffer.alloc(4 * 1024 * 1024 + 1), 8, /larger/],
  ];
  it.each(bad)("refuses %s and keeps serving", (_, request, code, details) =>
    serving(async (service, address) => {
      const error = await sendRaw(address, request);
      expect(error).toMatchObject({ code, details: expect.stringMatching(details) as string });
      await wrapAndUnwrap(service);
    }),
  );

  it("keeps serving after somebody who does not speak gRPC", () =>
    serving(async (service, address) => {
      await new Promise<void>((done) => {
        const socket = connectSocket(Number(address.split(":")[1]), "127.0.0.1", () =>
          socket.write("GET / HTTP/1.1\r\n\r\n"),
        );
        socket.on("data", () => undefined).on("error", () => undefined);
        socket.on("close", () => done());
      });
      await wrapAndUnwrap(service);
    }));

  it("says when its address is taken", () =>
    serving((_, address) =>
      expect(serving(async () => undefined, { address })).rejects.toThrow(
        `listen tcp ${address}: bind: address already in use`,
      ),
    ));

  it.each([
    ["udp", "127.0.0.1:0"],
    ["tcp", "127.0.0.1"],
    ["unix", ""],
  ])("does not listen on %s %j", (network, address) =>
    expect(serving(async () => undefined, { network, address })).rejects.toThrow("no such network and address"),
  );
});

describe("a key service that cannot be asked", () => {
  it.each([
    ["tcp://127.0.0.1:1", "dial tcp 127.0.0.1:1: connect: connection refused"],
    ["unix:///nothing/here", "dial unix /nothing/here: connect: no such file or directory"],
  ])("is told of in sops's words: %s", (uri, reason) =>
    expect(serviceAt(uri).wrap(alice, dataKey, contextWith())).rejects.toThrow(
      `rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: ${reason}"`,
    ),
  );

  it("is told of when it cuts the connection", async () => {
    const server = createServer((socket) => socket.destroy());
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const address = server.address();
    const port = typeof address === "object" ? address?.port : 0;
    await expect(serviceAt(`tcp://127.0.0.1:${port}`).wrap(alice, dataKey, contextWith())).rejects.toThrow(
      "rpc error: code = Unavailable desc = ",
    );
    server.close();
  });
});

describe("the address of a key service", () => {
  it.each([
    ["tcp://127.0.0.1:5000", "tcp://127.0.0.1:5000", "dns:127.0.0.1:5000"],
    ["tcp://keys.example:5000/", "tcp://keys.example:5000", "dns:keys.example:5000"],
    ["tcp://[::1]:5000", "tcp://[::1]:5000", "dns:[::1]:5000"],
    ["unix:///run/sops.sock", "unix:///run/sops.sock", "unix:/run/sops.sock"],
  ])("is read: %s", (uri, text, target) => {
    expect(parseServiceUri(uri)).toMatchObject({ text, target });
  });

  it.each([
    "",
    "127.0.0.1:5000",
    "tcp://",
    "tcp://host",
    "tcp://a b:1",
    "http://h:1",
    "unix://",
    "tcp://u@h:1",
    "tcp://h:1/x",
  ])("is not %j", (uri) => {
    expect(parseServiceUri(uri)).toBeUndefined();
  });
});

/** Sends bytes that are perhaps no request, and gives what the server says to them. */
function sendRaw(address: string, request: Buffer): Promise<ServiceError | null> {
  const client = new Client(address, credentials.createInsecure());
  return new Promise((done) => {
    client.makeUnaryRequest(
      "/KeyService/Encrypt",
      (bytes: Buffer) => bytes,
      (bytes) => bytes,
      request,
      new Metadata(),
      (error) => {
        client.close();
        done(error);
      },
    );
  });
}

import { createServer } from "node:http";
import type { Duplex } from "node:stream";
import { setTimeout } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { environmentFetch } from "../../src/keys/environment-fetch.ts";
import { connectionFailure } from "../../src/keys/service-error.ts";
import { listen, stop } from "../support/cloud/listening.ts";
import { type RunningServer, serve } from "../support/cloud/server.ts";
import { contextIn } from "./remote-samples.ts";

function abortAfter(milliseconds: number): AbortSignal {
  const controller = new AbortController();
  void setTimeout(milliseconds).then(() => controller.abort(Object.assign(new TypeError("late"), { code: "late" })));
  return controller.signal;
}

function codesOf(error: unknown): unknown[] {
  return error instanceof Error ? ["code" in error ? error.code : undefined, ...codesOf(error.cause)] : [];
}

describe("fetch by the environment", () => {
  let server: RunningServer;
  beforeEach(async () => {
    server = await serve(() => ({ status: 200, body: "welcome" }));
  });
  afterEach(() => server.stop());

  it("is the runtime's own where nothing is set", async () => {
    const response = await environmentFetch(contextIn({}))(server.url);
    expect(await response.text()).toBe("welcome");
  });

  it("goes through a proxy", async () => {
    const asked: string[] = [];
    const proxy = createServer((request, response) => {
      asked.push(request.url ?? "");
      response.end("from the proxy");
    });
    proxy.on("connect", (request, socket) => {
      asked.push(`CONNECT ${request.url}`);
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      // What comes through the tunnel is answered here as well.
      proxy.emit("connection", socket);
    });
    const port = await listen(proxy);
    try {
      const fetch = environmentFetch(contextIn({ HTTP_PROXY: `127.0.0.1:${port}` }));
      expect(await (await fetch("http://kms.example/path")).text()).toBe("from the proxy");
      expect(asked.join(" ")).toContain("kms.example");
      expect(await (await fetch(server.url)).text()).toBe("welcome");
    } finally {
      await stop(proxy);
    }
  });

  it("has a failure name the proxy, without the credentials for it", async () => {
    const proxy = await serve(() => ({ status: 200, body: "" }));
    await proxy.stop();
    const fetch = environmentFetch(contextIn({ HTTPS_PROXY: `http://user:secret-of-proxy@127.0.0.1:${proxy.port}` }));
    const error: unknown = await fetch("https://kms.example/").catch((thrown: unknown) => thrown);
    expect(connectionFailure("https://kms.example", error).message).toBe(
      `https://kms.example refuses connections (ECONNREFUSED); it was asked through the proxy ${proxy.url}`,
    );
  });

  it.each([
    ["cuts the connection", (socket: Duplex) => void socket.destroy(), "ECONNRESET"],
    [
      "refuses",
      (socket: Duplex) => void socket.end("HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n"),
      "UND_ERR_ABORTED",
    ],
    ["does not answer", () => undefined, "late"],
  ])("gives up when a proxy %s, and leaves nothing behind", async (_, answer, code) => {
    const sockets = new Set<Duplex>();
    let asked = 0;
    const proxy = createServer().on("connect", (_request, socket) => {
      asked++;
      sockets.add(socket);
      // The server's side stays open otherwise.
      socket.on("end", () => socket.destroy()).on("close", () => sockets.delete(socket));
      socket.on("error", () => undefined).resume();
      answer(socket);
    });
    const port = await listen(proxy);
    try {
      const fetch = environmentFetch(contextIn({ HTTPS_PROXY: `http://127.0.0.1:${port}` }));
      const signal = abortAfter(500);
      const error: unknown = await fetch("https://kms.example/", { signal }).catch((thrown: unknown) => thrown);
      expect(codesOf(error)).toContain(code);
      await setTimeout(50);
      expect([sockets.size, asked]).toEqual([0, 1]);
    } finally {
      for (const socket of sockets) socket.destroy();
      await stop(proxy);
    }
  });

  it("needs a file of certificates that is there", async () => {
    const fetch = environmentFetch(contextIn({ SSL_CERT_FILE: "/missing.pem" }));
    await expect(fetch("https://kms.example")).rejects.toThrow(
      "SSL_CERT_FILE names /missing.pem, and there is no such file",
    );
    expect(await (await fetch(server.url)).text()).toBe("welcome");
  });
});

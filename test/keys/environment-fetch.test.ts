import { createServer } from "node:http";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { environmentFetch } from "../../src/keys/environment-fetch.ts";
import { listen, type RunningServer, serve, stop } from "../support/cloud/stand-in.ts";
import { contextIn } from "./remote-samples.ts";

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

  it("needs a file of certificates that is there", async () => {
    const fetch = environmentFetch(contextIn({ SSL_CERT_FILE: "/missing.pem" }));
    await expect(fetch("https://kms.example")).rejects.toThrow(
      "SSL_CERT_FILE names /missing.pem, and there is no such file",
    );
    expect(await (await fetch(server.url)).text()).toBe("welcome");
  });
});

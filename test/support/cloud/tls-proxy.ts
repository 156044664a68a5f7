import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { connect } from "node:net";
import { join } from "node:path";
import { answer, listen, stop } from "./listening.ts";
import { type RunningServer } from "./server.ts";
import { type Cloud, type CloudRequest } from "./stand-in.ts";

/** A stand-in that is reached under the names of a cloud. */
export interface NamedServer extends RunningServer {
  /** The certificate of the authority that signed the server's own, a file. */
  readonly authority: string;
}

/**
 * Serves a stand-in over TLS for host names of a cloud: `url` is a proxy whose tunnels all lead to it. The proxy answers requests
 * without TLS itself.
 *
 * @param names - such as `*.vault.azure.net`
 * @param folder - for keys and certificates
 */
export async function serveUnderNames(
  cloud: Cloud,
  { names, folder, openssl }: { readonly names: readonly string[]; readonly folder: string; readonly openssl: string },
): Promise<NamedServer> {
  makeCertificates(names, folder, openssl);
  const requests: CloudRequest[] = [];
  const read = (name: string): Buffer => readFileSync(join(folder, name));
  const secured = createTlsServer({ key: read("server.key"), cert: read("server.pem") }, (incoming, response) => {
    void answer(cloud, incoming, response, requests);
  });
  const securedPort = await listen(secured);
  const proxy = createServer((incoming, response) => void answer(cloud, incoming, response, requests));
  proxy.on("connect", (_request, client, head) => {
    const server = connect(securedPort, "127.0.0.1", () => {
      client.write("HTTP/1.1 200 OK\r\n\r\n");
      server.write(head);
      server.pipe(client).pipe(server);
    });
    server.on("error", () => client.destroy());
    client.on("error", () => server.destroy());
  });
  const port = await listen(proxy);
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    requests,
    authority: join(folder, "authority.pem"),
    async stop() {
      await stop(proxy);
      await stop(secured);
    },
  };
}

/** An authority of its own, and a certificate that it signed for the names. */
export function makeCertificates(names: readonly string[], folder: string, openssl: string): void {
  const run = (...args: string[]): Buffer => execFileSync(openssl, args, { cwd: folder, stdio: "pipe" });
  writeFileSync(join(folder, "names"), `subjectAltName=${names.map((name) => `DNS:${name}`).join(",")}`);
  const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  run(
    "req",
    "-x509",
    ...newKey,
    "-keyout",
    "authority.key",
    "-out",
    "authority.pem",
    "-days",
    "2",
    "-subj",
    "/CN=authority of a test",
  );
  run("req", ...newKey, "-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=server of a test");
  const signing = [
    "-CA",
    "authority.pem",
    "-CAkey",
    "authority.key",
    "-CAcreateserial",
    "-days",
    "2",
    "-extfile",
    "names",
  ];
  run("x509", "-req", "-in", "server.csr", ...signing, "-out", "server.pem");
}

import { spawn } from "node:child_process";
import { createServer } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { listen, stop } from "./listening.ts";

/** A real server that a test runs. */
export interface RealServer {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  stop(): Promise<void>;
}

/** moto, which plays AWS: KMS, S3, STS and others. It does not check who asks until it is guarded. */
export function startMoto(program: string): Promise<RealServer> {
  return start((port) => [program, "-H", "127.0.0.1", "-p", String(port)], "/moto-api/");
}

/** The root token of the server that {@link startBao} starts. */
export const baoToken = "a-root-token-of-a-test";

/** An emulator of Google Cloud Storage, in memory, with a bucket. It takes whatever comes, from anybody and for any bucket. */
export function startGcs(program: string, bucket: string): Promise<RealServer> {
  const options = (port: number): string[] => ["--host=127.0.0.1", `--port=${port}`, "--in-memory"];
  return start((port) => [program, "start", ...options(port), `--default-bucket=${bucket}`], "/");
}

/** An OpenBao that a test runs. */
export interface RealBao extends RealServer {
  /** Asks it something; a path begins behind `/v1/`, without a body it is read. */
  ask(path: string, body?: object): Promise<unknown>;
  /** A token with a policy: `default` allows nothing, `wrapping` to wrap data keys, and not to unwrap them. */
  makeToken(policy: "default" | "wrapping"): Promise<string>;
}

/**
 * OpenBao in memory, with a transit engine at `transit` and one at `deep/transit`, each with a key `k1`, and KV engines of version 2 at
 * `secret` and `deep/kv`, of version 1 at `old`.
 */
export async function startBao(program: string): Promise<RealBao> {
  const server = await start(
    (port) => [
      program,
      "server",
      "-dev",
      "-dev-no-store-token",
      `-dev-root-token-id=${baoToken}`,
      `-dev-listen-address=127.0.0.1:${port}`,
    ],
    "/v1/sys/health",
  );
  const ask = async (path: string, body?: object): Promise<unknown> => {
    const headers = { "x-vault-token": baoToken };
    const posted = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
    const response = await fetch(`${server.url}/v1/${path}`, { headers, ...posted });
    const text = await response.text();
    if (!response.ok) throw new TypeError(`OpenBao refused ${path}: ${text}`);
    return text === "" ? undefined : JSON.parse(text);
  };
  for (const engine of ["transit", "deep/transit"]) {
    await ask(`sys/mounts/${engine}`, { type: "transit" });
    await ask(`${engine}/keys/k1`, { type: "aes256-gcm96" });
  }
  const policy = 'path "+/encrypt/*" { capabilities = ["update"] }';
  await ask("sys/policies/acl/wrapping", { policy });
  await ask("sys/mounts/old", { type: "kv", options: { version: "1" } });
  await ask("sys/mounts/deep/kv", { type: "kv", options: { version: "2" } });
  const makeToken = async (name: string): Promise<string> => {
    const { auth } = (await ask("auth/token/create", { policies: [name] })) as { auth: { client_token: string } };
    return auth.client_token;
  };
  return { ...server, ask, makeToken };
}

const startTimeoutMs = 90_000;

/** Starts a server on a free port, and waits until it answers. */
async function start(command: (port: number) => string[], path: string): Promise<RealServer> {
  const port = await freePort();
  const [program = "", ...args] = command(port);
  // Its own process group, since programs of Python packages start the real one below them.
  const child = spawn(program, args, {
    detached: true,
    stdio: "ignore",
    env: { PATH: process.env["PATH"], HOME: "/nonexistent" },
  });
  const ended = new Promise<void>((done) => {
    child.once("exit", () => done());
    child.once("error", () => done());
  });
  const kill = (): void => {
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
      process.kill(-child.pid, "SIGKILL");
    }
  };
  process.once("exit", kill);
  const stopIt = async (): Promise<void> => {
    kill();
    await ended;
    process.off("exit", kill);
  };
  const url = `http://127.0.0.1:${port}`;
  for (const deadline = Date.now() + startTimeoutMs; ; await delay(100)) {
    if (await answers(url + path)) return { url, stop: stopIt };
    if (child.exitCode !== null || Date.now() > deadline) {
      await stopIt();
      throw new TypeError(`${program} did not start`);
    }
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url);
    await response.arrayBuffer();
    return true;
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  await stop(server);
  return port;
}

import { createServer } from "node:http";
import { answer, listen, stop } from "./listening.ts";
import type { Cloud, CloudRequest } from "./stand-in.ts";

/** A server of a test. */
export interface RunningServer {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  readonly port: number;
  /** Every request since the start, oldest first. */
  readonly requests: readonly CloudRequest[];
  stop(): Promise<void>;
}

/**
 * Serves a stand-in on a free port of this computer alone.
 *
 * @param gate - is waited for before a request is answered. Default: nothing is
 */
export async function serve(cloud: Cloud, gate?: (request: CloudRequest) => Promise<void>): Promise<RunningServer> {
  const requests: CloudRequest[] = [];
  const server = createServer((incoming, response) => void answer(cloud, incoming, response, requests, gate));
  const port = await listen(server);
  return { url: `http://127.0.0.1:${port}`, port, requests, stop: () => stop(server) };
}

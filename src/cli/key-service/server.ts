import type { sendUnaryData, Server, ServerUnaryCall } from "@grpc/grpc-js";
import { decodeUtf8, encodeUtf8 } from "../../bytes.ts";
import type { MasterKey } from "../../core/metadata.ts";
import { messageOf, SopsError } from "../../errors.ts";
import { completeKey } from "../../keys/complete-keys.ts";
import type { KeyContext } from "../../keys/key-source.ts";
import { localKeyService } from "../../keys/local-key-service.ts";
import { PlatformError } from "../../platform/platform.ts";
import { loadGrpc, maximumMessageBytes, methods } from "./grpc.ts";
import { decodeRequest, encodeAnswer, type KeyRequest } from "./messages.ts";

/** What a service is asked to do. */
export type KeyTask = "encrypt" | "decrypt";

/** What {@link startKeyService} takes. */
export interface KeyServiceOptions {
  /** `tcp`, `tcp4`, `tcp6` or `unix`. */
  readonly network: string;
  /** `HOST:PORT`, where an empty host stands for all of this machine's addresses; or the path of a socket. */
  readonly address: string;
  /** A context of its own for each request, so that nothing is kept from one to the next. */
  readonly newContext: () => KeyContext;
  /** Whether a request may be answered. Asked before anything is done with the key. */
  readonly isAllowed: (task: KeyTask, key: MasterKey) => Promise<boolean>;
  /** After how many milliseconds, and then within how many, a client has to show that it is there. Default: 20,000. */
  readonly pingMs?: number;
}

const defaultPingMs = 20_000;

/** A key service that takes requests. */
export interface RunningKeyService {
  /** Where it listens: the port is the real one where 0 was asked for. */
  readonly address: string;
  /** Ends it and all connections at once. A socket is removed. */
  close(): void;
}

/**
 * Serves the keys of this machine, without authentication or encryption.
 *
 * @throws SopsError when the address cannot be listened on
 * @see sops keyservice/server.go
 */
export async function startKeyService(options: KeyServiceOptions): Promise<RunningKeyService> {
  const { network, address } = options;
  const target = listenTarget(network, address);
  const grpc = await loadGrpc();
  const server = new grpc.Server({
    "grpc.max_receive_message_length": maximumMessageBytes,
    // Who does not speak HTTP/2 as agreed, or has gone without a word, would keep its connection open for ever.
    "grpc.keepalive_time_ms": options.pingMs ?? defaultPingMs,
    "grpc.keepalive_timeout_ms": options.pingMs ?? defaultPingMs,
  });
  const definition = { requestStream: false, responseStream: false, ...codec } as const;
  server.addService(
    { wrap: { ...definition, path: methods.wrap }, unwrap: { ...definition, path: methods.unwrap } },
    { wrap: answering("encrypt", options, grpc), unwrap: answering("decrypt", options, grpc) },
  );
  const port = await bind(server, target, grpc.ServerCredentials.createInsecure()).catch((error: unknown) => {
    throw cannotListen(network, address, error);
  });
  return {
    address: network === "unix" ? address : address.replace(/:0$/, `:${port}`),
    close: () => server.forceShutdown(),
  };
}

const codec = {
  requestSerialize: (): Buffer => Buffer.alloc(0),
  requestDeserialize: (bytes: Buffer): KeyRequest => decodeRequest(new Uint8Array(bytes)),
  responseSerialize: (payload: Uint8Array): Buffer => Buffer.from(encodeAnswer(payload)),
  responseDeserialize: (bytes: Buffer): Uint8Array => bytes,
};

/** The address as gRPC takes it. */
function listenTarget(network: string, address: string): string {
  if (network === "unix" && address !== "") return `unix:${address}`;
  const [, host, port = ""] = /^(.*):(\d{1,5})$/.exec(address) ?? [];
  if (/^tcp[46]?$/.test(network) && host !== undefined) return `dns:${host || anyHost(network)}:${port}`;
  throw new SopsError("GENERIC", `listen ${network} ${address}: no such network and address`, {
    hint: "It is --network tcp --address HOST:PORT, or --network unix --address PATH.",
  });
}

function anyHost(network: string): string {
  return network === "tcp4" ? "0.0.0.0" : "[::]";
}

function bind(server: Server, target: string, credentials: Parameters<Server["bindAsync"]>[1]): Promise<number> {
  return new Promise((done, fail) => {
    server.bindAsync(target, credentials, (error, port) => (error === null ? done(port) : fail(error)));
  });
}

function cannotListen(network: string, address: string, error: unknown): SopsError {
  const reason = /EADDRINUSE|EACCES|EADDRNOTAVAIL|ENOENT|ENOTFOUND/.exec(messageOf(error))?.[0] ?? "";
  const words = listenFailures[reason] ?? "cannot listen there";
  return new SopsError("GENERIC", `listen ${network} ${address}: bind: ${words}`, { cause: error });
}

const listenFailures: Readonly<Record<string, string>> = {
  EADDRINUSE: "address already in use",
  EACCES: "permission denied",
  EADDRNOTAVAIL: "cannot assign requested address",
  ENOENT: "no such file or directory",
  ENOTFOUND: "no such host",
};

type Grpc = Awaited<ReturnType<typeof loadGrpc>>;
type Handler = (call: ServerUnaryCall<KeyRequest, Uint8Array>, reply: sendUnaryData<Uint8Array>) => void;

function answering(task: KeyTask, options: KeyServiceOptions, { status }: Grpc): Handler {
  return ({ request }, reply) => {
    const refuse = (code: number, details: string): void => reply({ code, details });
    const answer = async (): Promise<void> => {
      const { key, payload } = request;
      if (key === undefined) return refuse(status.NOT_FOUND, "Must provide a key");
      if (!(await options.isAllowed(task, key))) {
        return refuse(status.PERMISSION_DENIED, "Request rejected by user");
      }
      reply(null, await perform(task, key, payload, options.newContext()));
    };
    answer().catch((error: unknown) => refuse(status.UNKNOWN, reasonOf(error)));
  };
}

async function perform(task: KeyTask, key: MasterKey, payload: Uint8Array, context: KeyContext): Promise<Uint8Array> {
  if (task === "encrypt") {
    return encodeUtf8(await localKeyService.wrap(await completeKey(key, context), payload, context));
  }
  const enc = decodeUtf8(payload);
  if (enc === undefined) throw new SopsError("GENERIC", "the wrapped data key is no text");
  return localKeyService.unwrap({ ...key, enc }, context);
}

/** What is no failure of the key may hold anything, and is not for others. */
function reasonOf(error: unknown): string {
  return error instanceof SopsError || error instanceof PlatformError ? error.message : "internal error";
}

import type { ServiceError } from "@grpc/grpc-js";
import { decodeUtf8, encodeUtf8 } from "../../bytes.ts";
import type { MasterKey } from "../../core/metadata.ts";
import { SopsError } from "../../errors.ts";
import { shortened, textsOf, without } from "../../keys/hidden-secrets.ts";
import type { KeyService } from "../../keys/key-source.ts";
import { quoted } from "../../keys/service-error.ts";
import { dialFailures } from "../dial-failure.ts";
import { loadGrpc, maximumMessageBytes, methods } from "./grpc.ts";
import { decodeAnswer, encodeRequest } from "./messages.ts";

/** How a key service is asked; all fields optional. */
export interface KeyServiceClientOptions {
  /** Milliseconds that an answer may take. Default: five minutes, since somebody there may be asked first. */
  readonly timeoutMs?: number;
  /** Milliseconds until the service must have said that it speaks HTTP/2. Default: 20 seconds, as Go's client has it. */
  readonly connectMs?: number;
}

const defaultTimeoutMs = 5 * 60_000;
const defaultConnectMs = 20_000;

/** Where a key service is. */
export interface ServiceAddress {
  /** As sops shows it, such as `tcp://10.0.0.1:5000`. */
  readonly text: string;
  /** As gRPC takes it, such as `dns:10.0.0.1:5000`. */
  readonly target: string;
  /** As Go names it when it cannot be reached, such as `tcp 10.0.0.1:5000`. */
  readonly dialed: string;
}

/** The address that a `tcp://HOST:PORT` or `unix://PATH` names; undefined when it names none. */
export function parseServiceUri(uri: string): ServiceAddress | undefined {
  const path = /^unix:\/\/(\/[^?#]+)$/.exec(uri)?.[1];
  if (path !== undefined) return { text: uri, target: `unix:${path}`, dialed: `unix ${path}` };
  const host = /^tcp[46]?:\/\/((?:\[[\da-fA-F:.]+\]|[^\s:/?#@[\]%]+):\d{1,5})\/?$/.exec(uri)?.[1];
  return host === undefined ? undefined : { text: `tcp://${host}`, target: `dns:${host}`, dialed: `tcp ${host}` };
}

/** The key service at an address. It is connected to when it is first asked. */
export function remoteKeyService(address: ServiceAddress, options: KeyServiceClientOptions = {}): KeyService {
  const { timeoutMs = defaultTimeoutMs, connectMs = defaultConnectMs } = options;
  const asking = (request: Omit<Question, "address" | "timeoutMs" | "connectMs">): Promise<Uint8Array> =>
    ask({ ...request, address, timeoutMs, connectMs });
  return {
    async wrap(key, dataKey) {
      const secrets = textsOf(dataKey);
      const enc = decodeUtf8(await asking({ method: methods.wrap, key, payload: dataKey, secrets }));
      if (enc === undefined || enc === "") throw unusable("wrapped data key");
      return enc;
    },
    async unwrap(key) {
      const part = await asking({ method: methods.unwrap, key, payload: encodeUtf8(key.enc), secrets: [] });
      if (part.length === 0) throw unusable("data key");
      return part;
    },
  };
}

/** What a key service is asked. */
interface Question {
  readonly address: ServiceAddress;
  readonly method: string;
  readonly key: MasterKey;
  readonly payload: Uint8Array;
  readonly timeoutMs: number;
  readonly connectMs: number;
  /** What must not get into a message, should the service repeat it. */
  readonly secrets: readonly string[];
}

function unusable(what: string): SopsError {
  return new SopsError("GENERIC", `the key service answered with something that is no ${what}`);
}

async function ask({ address, method, key, payload, timeoutMs, connectMs, secrets }: Question): Promise<Uint8Array> {
  const grpc = await loadGrpc();
  // Clients of one target share their connection; none may keep the program from ending.
  const client = new grpc.Client(address.target, grpc.credentials.createInsecure(), {
    "grpc.enable_http_proxy": 0,
    "grpc.max_receive_message_length": maximumMessageBytes,
  });
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    return await new Promise((done, fail) => {
      const call = client.makeUnaryRequest(
        method,
        Buffer.from,
        (bytes: Buffer) => decodeAnswer(new Uint8Array(bytes)),
        encodeRequest({ key, payload }),
        new grpc.Metadata(),
        { deadline: Date.now() + timeoutMs },
        (error, answer) =>
          error === null && answer !== undefined ? done(answer) : fail(failure(error, address.dialed, secrets)),
      );
      timer = setTimeout(() => {
        if (client.getChannel().getConnectivityState(false) === grpc.connectivityState.READY) return;
        fail(
          rpcError(
            "Unavailable",
            `connection error: desc = "error reading server preface: ${address.dialed}: i/o timeout"`,
          ),
        );
        call.cancel();
      }, connectMs);
    });
  } finally {
    clearTimeout(timer);
    client.close();
  }
}

/** In the words of sops, which are those of Go's gRPC. The error of the client stays behind: it holds what the service said. */
function failure(error: ServiceError | null, dialed: string, secrets: readonly string[]): SopsError {
  const code = goNames[error?.code ?? 2] ?? "Unknown";
  const details = shortened(without(secrets, quoted(error?.details ?? "")));
  const reason = dialFailures[/ connect (E[A-Z]+) /.exec(details)?.[1] ?? ""];
  if (reason !== undefined) {
    const failed = `transport: Error while dialing: dial ${dialed}: connect: ${reason}`;
    return rpcError(code, `connection error: desc = "${failed}"`);
  }
  // The time of the attempt stands behind it.
  const last = /^No connection established\. Last error: (.*?) \(\d{4}-/.exec(details)?.[1];
  if (last === undefined) return rpcError(code, details);
  return rpcError(code, `connection error: desc = "error reading server preface: ${last}"`);
}

function rpcError(code: string, description: string): SopsError {
  return new SopsError("GENERIC", `rpc error: code = ${code} desc = ${description}`);
}

/** The status codes, by number. */
const goNames = [
  "OK",
  "Canceled",
  "Unknown",
  "InvalidArgument",
  "DeadlineExceeded",
  "NotFound",
  "AlreadyExists",
  "PermissionDenied",
  "ResourceExhausted",
  "FailedPrecondition",
  "Aborted",
  "OutOfRange",
  "Unimplemented",
  "Internal",
  "Unavailable",
  "DataLoss",
  "Unauthenticated",
];

import { encodeUtf8 } from "../bytes.ts";
import { describeKey } from "../core/master-key.ts";
import type { MasterKey } from "../core/metadata.ts";
import { encodeBase64 } from "../crypto/base64.ts";
import { SopsError, type SopsErrorCode } from "../errors.ts";
import { askOnce } from "./ask-once.ts";
import { environmentFetch } from "./environment-fetch.ts";
import type { Fetch, Requester } from "./http.ts";
import type { KeyContext, KeySource } from "./key-source.ts";
import { reasonOf, ServiceError } from "./service-error.ts";

/*
 * What all key sources have in common that ask a service on the network: the time it may take, the form of their errors, that no
 * credential gets into a message, that a ciphertext is unwrapped only once.
 */

/** What every key source on the network takes; all fields optional. */
export interface RemoteOptions {
  /** Milliseconds that wrapping or unwrapping one key may take, with all the requests it needs. Default: 30,000. */
  readonly timeoutMs?: number;
  /** What requests are made with. Default: the runtime's own `fetch`, through a proxy where the environment names one. */
  readonly fetch?: typeof fetch;
}

const defaultTimeoutMs = 30_000;

/** The work on one key: what it may use, and what must not get into a message. */
export interface RemoteTask extends Requester {
  readonly context: KeyContext;
  /** Keeps a credential out of the messages of this task, and of those that share its cache. */
  hide(secret: string): void;
}

/** What differs from service to service. */
export interface RemoteService<Key extends MasterKey> {
  readonly kind: Key["kind"];
  /** How messages begin, such as `failed to encrypt sops data key with AWS KMS`. */
  readonly wrapFailure: (key: Key) => string;
  readonly unwrapFailure: (key: Key) => string;
  parse(text: string): Key[];
  /** @throws ServiceError, whose message follows `wrapFailure`; other SopsErrors stand for themselves */
  wrap(key: Key, dataKey: Uint8Array, task: RemoteTask): Promise<string>;
  /** @throws as `wrap` */
  unwrap(key: Key, task: RemoteTask): Promise<Uint8Array>;
  /** See {@link KeySource.complete}. */
  complete?(key: Key, task: RemoteTask): Promise<Key>;
  /** What requests are made with where the caller gives nothing. Default: what all sources share. */
  fetchFor?(context: KeyContext): Promise<Fetch>;
  /** The time where the caller gives none. Default: 30,000. */
  timeoutMs?(context: KeyContext): number | undefined;
}

/** The key source for a service. */
export function remoteKeySource<Key extends MasterKey>(
  service: RemoteService<Key>,
  options: RemoteOptions,
): KeySource<Key> {
  const run = <Result>(
    context: KeyContext,
    failure: { readonly words: string; readonly code: SopsErrorCode },
    act: (task: RemoteTask) => Promise<Result>,
  ): Promise<Result> => runTask({ context, options, service, failure, act });
  const { complete } = service;
  return {
    kind: service.kind,
    parse: service.parse,
    wrap: (key, dataKey, context) =>
      run(context, { words: service.wrapFailure(key), code: "COULD_NOT_GENERATE_DATA_KEY" }, (task) => {
        for (const text of textsOf(dataKey)) task.hide(text);
        return service.wrap(key, dataKey, task);
      }),
    unwrap: async (key, context) => {
      const failure = { words: service.unwrapFailure(key), code: "COULD_NOT_RETRIEVE_KEY" } as const;
      const name = `${service.kind}: unwrap ${describeKey(key)} ${key.enc}`;
      const dataKey = await askOnce(context, name, () => run(context, failure, (task) => service.unwrap(key, task)));
      // A copy, since whoever gets it may wipe it.
      return dataKey.slice();
    },
    ...(complete && {
      complete: (key: Key, context: KeyContext) =>
        run(context, { words: service.wrapFailure(key), code: "COULD_NOT_GENERATE_DATA_KEY" }, (task) =>
          complete(key, task),
        ),
    }),
  };
}

/** The forms in which a request holds a data key. */
function textsOf(dataKey: Uint8Array): string[] {
  const base64 = encodeBase64(dataKey).replace(/=+$/, "");
  return [base64, base64.replaceAll("+", "-").replaceAll("/", "_")];
}

interface TaskSettings<Key extends MasterKey, Result> {
  readonly context: KeyContext;
  readonly options: RemoteOptions;
  readonly service: RemoteService<Key>;
  readonly failure: { readonly words: string; readonly code: SopsErrorCode };
  readonly act: (task: RemoteTask) => Promise<Result>;
}

async function runTask<Key extends MasterKey, Result>(settings: TaskSettings<Key, Result>): Promise<Result> {
  const { context, options, service, failure, act } = settings;
  const secrets = secretsOf(context);
  const hide = (secret: string): void => void (secret.length >= shortestSecret && secrets.add(secret));
  try {
    const timeoutMs = options.timeoutMs ?? service.timeoutMs?.(context) ?? defaultTimeoutMs;
    const fetch = options.fetch ?? (await (service.fetchFor?.(context) ?? sharedFetch(context)));
    return await withinTime(timeoutMs, (signal) => act({ context, fetch, signal, hide }));
  } catch (error) {
    throw describeFailure(error, failure, secrets);
  }
}

/** One for all sources of an operation, so that they share connections. */
function sharedFetch(context: KeyContext): Promise<Fetch> {
  return askOnce(context, "fetch", async () => environmentFetch(context));
}

/** What must not get into messages: kept with what is cached, since a cached client goes on using its credentials. */
function secretsOf({ cache }: KeyContext): Set<string> {
  const name = "secrets of key sources";
  const secrets = (cache.get(name) as Set<string> | undefined) ?? new Set();
  cache.set(name, secrets);
  return secrets;
}

/** A shorter text would be found in any message. */
const shortestSecret = 6;

/** Codes that say more than that a key was not wrapped or unwrapped. */
const ownCodes: readonly SopsErrorCode[] = [
  "INVALID_MASTER_KEY",
  "MISSING_OPTIONAL_DEPENDENCY",
  "NOT_AVAILABLE_ON_THIS_PLATFORM",
];

/**
 * The error that the caller sees. What led to it stays behind: the errors of clients and runtimes hold requests, and these hold
 * credentials.
 */
function describeFailure(
  error: unknown,
  { words, code }: { readonly words: string; readonly code: SopsErrorCode },
  secrets: ReadonlySet<string>,
): SopsError {
  const complete = error instanceof SopsError && !(error instanceof ServiceError);
  const reason = without(secrets, complete ? error.message : reasonOf(error));
  const hint = error instanceof SopsError ? error.hint : undefined;
  return new SopsError(
    complete && ownCodes.includes(error.code) ? error.code : code,
    complete ? reason : `${words}: ${shortened(reason)}`,
    hint === undefined ? {} : { hint },
  );
}

const reasonCharacters = 500;

function shortened(text: string): string {
  return text.length > reasonCharacters ? `${text.slice(0, reasonCharacters)}…` : text;
}

function without(secrets: ReadonlySet<string>, message: string): string {
  let clean = message;
  for (const secret of secrets) {
    const forms = [secret, encodeBase64(encodeUtf8(secret)).replace(/=+$/, ""), encodeURIComponent(secret)];
    for (const form of forms) clean = clean.replaceAll(form, "[hidden]");
  }
  return clean;
}

/** Timers of a longer time would end at once. */
const longestTimerMs = 2 ** 31 - 1;

async function withinTime<Result>(timeoutMs: number, act: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const controller = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, fail) => {
    timer = setTimeout(
      () => {
        const error = new ServiceError(`no answer within ${timeoutMs / 1000} seconds`);
        // Whoever listens to the signal ends; whoever does not, such as a program that gives credentials, is not waited for.
        controller.abort(error);
        fail(error);
      },
      Math.min(timeoutMs, longestTimerMs),
    );
  });
  try {
    return await Promise.race([act(controller.signal), late]);
  } finally {
    clearTimeout(timer);
  }
}

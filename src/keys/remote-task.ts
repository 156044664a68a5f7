import { SopsError, type SopsErrorCode } from "../errors.ts";
import { askOnce } from "./ask-once.ts";
import { environmentFetch } from "./environment-fetch.ts";
import { shortened, without } from "./hidden-secrets.ts";
import type { Fetch, Requester } from "./http.ts";
import type { KeyContext } from "./key-source.ts";
import { reasonOf, ServiceError } from "./service-error.ts";

/** Work at a service on the network: what it may use, and what must not get into a message. */
export interface RemoteTask extends Requester {
  readonly context: KeyContext;
  /** Keeps a credential out of the messages of this task, and of those that share its cache. */
  hide(secret: string): void;
}

/** What differs from task to task. */
export interface RemoteTaskSettings {
  readonly context: KeyContext;
  /** How the message of a failure begins, and its code. */
  readonly failure: { readonly words: string; readonly code: SopsErrorCode };
  /** Milliseconds that it may take, with all the requests that it needs. Default: 30,000. */
  readonly timeoutMs?: () => number | undefined;
  /** What requests are made with. Default: what all tasks share. */
  readonly fetch?: () => Fetch | Promise<Fetch> | undefined;
}

const defaultTimeoutMs = 30_000;

/**
 * Works at a service, for no longer than its time.
 *
 * @throws SopsError of the failure's code, which names the cause and no credential
 */
export async function runRemoteTask<Result>(
  settings: RemoteTaskSettings,
  act: (task: RemoteTask) => Promise<Result>,
): Promise<Result> {
  const { context, failure } = settings;
  const secrets = secretsOf(context);
  const hide = (secret: string): void => void (secret.length >= shortestSecret && secrets.add(secret));
  try {
    const timeoutMs = settings.timeoutMs?.() ?? defaultTimeoutMs;
    const fetch = await (settings.fetch?.() ?? sharedFetch(context));
    return await withinTime(timeoutMs, (signal) => act({ context, fetch, signal, hide }));
  } catch (error) {
    throw describeFailure(error, failure, secrets);
  }
}

/** One for all tasks of an operation, so that they share connections. */
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

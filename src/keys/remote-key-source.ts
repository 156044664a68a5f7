import { describeKey } from "../core/master-key.ts";
import type { MasterKey } from "../core/metadata.ts";
import { askOnce } from "./ask-once.ts";
import { textsOf } from "./hidden-secrets.ts";
import type { Fetch } from "./http.ts";
import type { KeyContext, KeySource } from "./key-source.ts";
import { type RemoteTask, type RemoteTaskSettings, runRemoteTask } from "./remote-task.ts";

/*
 * What all key sources have in common that ask a service on the network: the form of their errors, that a ciphertext is unwrapped only
 * once. Time limits, and that no credential gets into a message, are of `remote-task.ts`.
 */

/** What every key source on the network takes; all fields optional. */
export interface RemoteOptions {
  /** Milliseconds that wrapping or unwrapping one key may take, with all the requests it needs. Default: 30,000. */
  readonly timeoutMs?: number;
  /** What requests are made with. Default: the runtime's own `fetch`, through a proxy where the environment names one. */
  readonly fetch?: typeof fetch;
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
    failure: RemoteTaskSettings["failure"],
    act: (task: RemoteTask) => Promise<Result>,
  ): Promise<Result> =>
    runRemoteTask(
      {
        context,
        failure,
        timeoutMs: () => options.timeoutMs ?? service.timeoutMs?.(context),
        fetch: () => options.fetch ?? service.fetchFor?.(context),
      },
      act,
    );
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

import type { LogEntry } from "../core/log-entry.ts";
import type { MasterKey, MasterKeyKind, MasterKeyOf } from "../core/metadata.ts";
import type { Cipher } from "../crypto/cipher.ts";
import type { Platform } from "../platform/platform.ts";

/**
 * The code for one kind of master key. One file or folder a kind, one line in `registry.ts`; the contract suite in
 * `test/keys/` holds every source to what is said here.
 *
 * @example
 * ```ts
 * import { encryptSecrets, type HcVaultKey, type KeySource, readSecrets } from "sops-ts";
 *
 * // A double for tests: it "wraps" by writing the data key down.
 * const double: KeySource<HcVaultKey> = {
 *   kind: "hc_vault",
 *   parse: () => [],
 *   wrap: async (_key, dataKey) => Buffer.from(dataKey).toString("hex"),
 *   unwrap: async (key) => Buffer.from(key.enc, "hex"),
 * };
 * const key: HcVaultKey = {
 *   kind: "hc_vault",
 *   vaultAddress: "https://vault.example.org",
 *   enginePath: "transit",
 *   keyName: "sops",
 *   createdAt: "2026-01-02T03:04:05Z",
 *   enc: "",
 * };
 * const options = { format: "yaml", keySources: { hc_vault: double } } as const;
 * const file = await encryptSecrets({ user: "app" }, { ...options, keyGroups: [[key]] });
 * console.log(await readSecrets(file, options)); // { user: 'app' }
 * ```
 */
export interface KeySource<Key extends MasterKey = MasterKey> {
  /** The kind of master key that it is for. */
  readonly kind: Key["kind"];

  /**
   * The keys that a flag, an environment variable or a field of a creation rule names.
   *
   * @param text - one key, or several with commas between them
   * @throws SopsError `INVALID_MASTER_KEY`
   */
  parse(text: string, context: KeyContext): Promise<Key[]> | Key[];

  /**
   * Fills in what only the key's service can tell, such as the latest version of an Azure key that was named without one. Gives
   * the key itself when nothing is missing. Sources whose keys are always complete don't have it.
   *
   * @throws SopsError
   */
  complete?(key: Key, context: KeyContext): Promise<Key>;

  /**
   * Wraps a data key or a share of one.
   *
   * @param key - the master key; its `enc` is empty or the one before
   * @param dataKey - 32 bytes, or a share of 33
   * @returns the text for the key's `enc` field
   * @throws SopsError, with a message that says why and names no secret
   */
  wrap(key: Key, dataKey: Uint8Array, context: KeyContext): Promise<string>;

  /**
   * Unwraps `key.enc`.
   *
   * @returns what was wrapped: 32 bytes, or a share of 33
   * @throws SopsError, with a message that says why: which identities or credentials were tried, and where
   */
  unwrap(key: Key, context: KeyContext): Promise<Uint8Array>;
}

/** What a key source may use. One context serves one operation, so sources may keep what they loaded in `cache`. */
export interface KeyContext {
  /** Files, environment, processes. */
  readonly platform: Platform;
  /** AES-GCM, hashes, X25519 and random bytes. */
  readonly cipher: Cipher;
  /** The caller's own key sources, used in place of the built-in ones of the same kind. */
  readonly keySources: KeySources;
  /** Who is asked to wrap and unwrap, in this order, until one does it. */
  readonly keyServices: readonly KeyService[];
  /**
   * Identities given by the caller, tried before those that the platform has. age: the text of an identity file or of an SSH
   * private key. PGP: an armored block of keys; public ones are enough to wrap.
   */
  readonly identities: readonly string[];
  /** Whether only `identities` may be used: nothing is read from environment, files or agents. */
  readonly onlyGivenIdentities: boolean;
  /** Asks for a passphrase or a PIN, in place of gpg-agent and the terminal; undefined where those are to be asked. */
  readonly askSecret: AskSecret | undefined;
  /** Kept by sources for the time of one operation, or of several that share it; its keys begin with the source's own name. */
  readonly cache: Map<string, unknown>;
  /** A problem that does not stop the operation; the command line logs it. */
  warn(message: string): void;
  /** A step of the operation; the command line logs it where it was asked to. */
  log(entry: LogEntry): void;
}

/**
 * Who wraps and unwraps data keys with master keys: the key sources of this machine, or a service on another one that has the
 * identities or credentials.
 */
export interface KeyService {
  /**
   * @returns the text for the key's `enc` field
   * @throws SopsError, with a message that says why and names no secret
   */
  wrap(key: MasterKey, dataKey: Uint8Array, context: KeyContext): Promise<string>;

  /**
   * Unwraps `key.enc`.
   *
   * @throws SopsError, with a message that says why
   */
  unwrap(key: MasterKey, context: KeyContext): Promise<Uint8Array>;
}

/** Asks whoever knows it for a secret; a rejected promise means that there is no answer. */
export type AskSecret = (question: string) => Promise<string>;

/** Key sources by the kind of their master keys. */
export type KeySources = { readonly [Kind in MasterKeyKind]?: KeySource<MasterKeyOf<Kind>> };

import type { Branch } from "../core/tree.ts";
import { messageOf, SopsError } from "../errors.ts";
import { DataKeyError } from "../keys/data-key-error.ts";
import type { Platform } from "../platform/platform.ts";
import { openFile, type OperationOptions } from "../sops.ts";
import { loadStore } from "../stores/registry.ts";
import type { Store } from "../stores/store.ts";
import type { PlannedSecret } from "./plan.ts";
import { secretBytes, valueAtKey } from "./value-at-key.ts";

/** The sops files of a manifest; each is read once and decrypted once, however many secrets it holds. */
export class SopsFiles {
  readonly #platform: Platform;
  readonly #contents = new Map<string, Promise<Uint8Array>>();
  readonly #encrypted = new Map<string, Promise<readonly Branch[]>>();
  readonly #decrypted = new Map<string, Promise<DecryptedFile>>();

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  /**
   * Checks without any key that a secret is in its file. Encrypted values are texts whatever they stand for, so a number passes.
   *
   * @throws SopsError when the file cannot be read or is not of its format, or the key names no text
   */
  async check(secret: PlannedSecret): Promise<void> {
    const { sopsFile } = secret;
    const branches = await once(this.#encrypted, sopsFile, () => this.#parse(secret));
    this.#pick(secret, branches[0], () => new Uint8Array());
  }

  /**
   * The bytes of a secret.
   *
   * @param sharers - all secrets of the file, which a failure concerns
   * @throws SopsError that names the file, its secrets, and what was tried
   */
  async decrypt(secret: PlannedSecret, sharers: readonly string[], options: DecryptionOptions): Promise<Uint8Array> {
    const { branches, store } = await once(this.#decrypted, secret.sopsFile, () =>
      this.#open(secret, sharers, options),
    );
    return this.#pick(secret, branches[0], () => store.emit(branches));
  }

  #pick(secret: PlannedSecret, document: Branch | undefined, whole: () => Uint8Array): Uint8Array {
    const { name, key, sopsFile, format } = secret;
    try {
      if (key === "" || (format !== "yaml" && format !== "json")) return whole();
      if (document === undefined) throw new SopsError("TREE_PATH_NOT_FOUND", "the file has no document");
      return secretBytes(valueAtKey(document, key), key);
    } catch (error) {
      if (!(error instanceof SopsError)) throw error;
      throw new SopsError(error.code, `secret ${name} in ${sopsFile} is not valid: ${error.message}`, {
        cause: error,
        ...(error.hint === undefined ? {} : { hint: error.hint }),
      });
    }
  }

  async #parse({ name, sopsFile, format }: PlannedSecret): Promise<readonly Branch[]> {
    const store = await loadStore(format);
    const content = await this.#read(sopsFile, [name]);
    try {
      return (store.encryptedForm ?? store).load(content);
    } catch (error) {
      const message = `cannot parse ${format} of '${sopsFile}', which holds secret ${name}: ${messageOf(error)}`;
      throw new SopsError("COULD_NOT_READ_INPUT_FILE", message, { cause: error });
    }
  }

  async #open(
    { sopsFile, format }: PlannedSecret,
    sharers: readonly string[],
    { triedIdentities, ...options }: DecryptionOptions,
  ): Promise<DecryptedFile> {
    const store = await loadStore(format);
    const content = await this.#read(sopsFile, sharers);
    try {
      return { branches: (await openFile(content, store, options)).branches, store };
    } catch (error) {
      throw cannotDecrypt(error, { sopsFile, sharers, triedIdentities });
    }
  }

  #read(path: string, sharers: readonly string[]): Promise<Uint8Array> {
    return once(this.#contents, path, async () => {
      try {
        return await this.#platform.readFile(path);
      } catch (error) {
        const message = `failed reading ${path}, which holds ${secretsNamed(sharers)}: ${messageOf(error)}`;
        throw new SopsError("COULD_NOT_READ_INPUT_FILE", message, { cause: error });
      }
    });
  }
}

/** How files are opened. */
export interface DecryptionOptions extends OperationOptions {
  /** What is tried, for people: recipients with the places of their identities. */
  readonly triedIdentities: readonly string[];
}

interface DecryptedFile {
  readonly branches: readonly Branch[];
  readonly store: Store;
}

/** What a key has, made once; a failure is kept as well. */
function once<Result>(known: Map<string, Promise<Result>>, key: string, make: () => Promise<Result>): Promise<Result> {
  const result = known.get(key) ?? make();
  known.set(key, result);
  return result;
}

function secretsNamed(names: readonly string[]): string {
  return `${names.length === 1 ? "secret" : "secrets"} ${names.join(", ")}`;
}

interface Attempt {
  readonly sopsFile: string;
  readonly sharers: readonly string[];
  readonly triedIdentities: readonly string[];
}

function cannotDecrypt(error: unknown, { sopsFile, sharers, triedIdentities }: Attempt): unknown {
  if (!(error instanceof SopsError)) return error;
  const start = `failed to decrypt '${sopsFile}', which holds ${secretsNamed(sharers)}: `;
  if (!(error instanceof DataKeyError)) {
    const hint = error.hint === undefined ? {} : { hint: error.hint };
    return new SopsError(error.code, start + error.message, { cause: error, ...hint });
  }
  const recipients = error.groups.flatMap(({ keys }) => keys.map(({ key }) => key));
  const lines = [
    `${start}no identity here opens it.`,
    `Recipients of the file: ${recipients.join(", ") || "none"}`,
    `Identities tried: ${triedIdentities.join(", ") || "none of the manifest"}`,
    error.message,
  ];
  return new SopsError(error.code, lines.join("\n"), {
    cause: error,
    hint: "Add this machine's recipient to the file's rule in .sops.yaml, then run: sops-ts updatekeys FILE",
  });
}

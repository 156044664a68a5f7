import { decodeUtf8Replacing } from "../bytes.ts";
import { SopsError } from "../errors.ts";
import { PlatformError, type Platform } from "../platform/platform.ts";

/** The users and groups of the machine, by name: those of the files in /etc, else those that the system's name service knows. */
export class Accounts {
  readonly #platform: Platform;
  readonly #tables = new Map<Table, Promise<ReadonlyMap<string, number>>>();

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  /** @throws SopsError `INVALID_CONFIG` when there is no such user */
  async userId(name: string): Promise<number> {
    const id = await this.#find("passwd", name);
    if (id === undefined) throw unknown("user", name);
    return id;
  }

  /** @throws SopsError `INVALID_CONFIG` when there is no such group */
  async groupId(name: string): Promise<number> {
    const id = await this.#find("group", name);
    if (id === undefined) throw unknown("group", name);
    return id;
  }

  /**
   * The group that may enter the directories of secrets: `keys`, else `nogroup`.
   *
   * @throws SopsError `GENERIC` when there is neither
   */
  async directoryGroupId(): Promise<number> {
    const id = (await this.#find("group", "keys")) ?? (await this.#find("group", "nogroup"));
    if (id === undefined) throw new SopsError("GENERIC", "can't find group 'keys' nor 'nogroup'");
    return id;
  }

  async #find(table: Table, name: string): Promise<number | undefined> {
    const known = this.#tables.get(table) ?? this.#read(table);
    this.#tables.set(table, known);
    return (await known).get(name) ?? this.#ask(table, name);
  }

  async #read(table: Table): Promise<ReadonlyMap<string, number>> {
    const bytes = await this.#platform.readFileIfExists(`/etc/${table}`);
    return parseAccounts(bytes === undefined ? "" : decodeUtf8Replacing(bytes));
  }

  async #ask(table: Table, name: string): Promise<number | undefined> {
    try {
      const { status, stdout } = await this.#platform.run(["getent", table, "--", name]);
      return status === 0 ? parseAccounts(decodeUtf8Replacing(stdout)).get(name) : undefined;
    } catch (error) {
      if (error instanceof PlatformError && error.notFound) return undefined;
      throw error;
    }
  }
}

type Table = "passwd" | "group";

function unknown(kind: "user" | "group", name: string): SopsError {
  return new SopsError("INVALID_CONFIG", `failed to lookup ${kind} '${name}': unknown ${kind} ${name}`, {
    hint: `The ${kind} must exist when secrets are installed; see neededForUsers for secrets that users need.`,
  });
}

/** The numbers by name, of lines `name:password:number:…`; of two lines with one name the first counts. */
export function parseAccounts(text: string): ReadonlyMap<string, number> {
  const ids = new Map<string, number>();
  for (const line of text.split("\n")) {
    const [name = "", , id = ""] = line.split(":");
    if (name !== "" && /^\d+$/.test(id) && !ids.has(name)) ids.set(name, Number(id));
  }
  return ids;
}

import type { Platform } from "../../platform/platform.ts";
import { BackendError } from "./audit-error.ts";
import { parseConnectionString } from "./connection-string.ts";
import { settingsOfService } from "./service-file.ts";

/**
 * What is said of a database by name: by the environment, before it by a connection string, before that by a service file.
 *
 * @throws BackendError which names a setting, never its value
 */
export async function givenSettings(connectionString: string, platform: Platform): Promise<GivenSettings> {
  const given = namedSettings(connectionString, platform);
  const service = given.get("service")?.value ?? "";
  if (service === "") return new GivenSettings(given);
  for (const [name, value] of await settingsOfService(service, platform)) {
    if (!knownNames.has(name)) throw new BackendError(`pq: unknown setting in service file for service: ${name}`);
    given.set(name, { value, from: `"${name}"` });
  }
  return new GivenSettings(given);
}

interface Given {
  readonly value: string;
  /** How messages name it, such as `"sslmode"` or `$PGSSLMODE`. */
  readonly from: string;
}

/** Variables of the environment, with the settings that they give. */
const variables: Readonly<Record<string, string>> = {
  PGHOST: "host",
  PGHOSTADDR: "hostaddr",
  PGPORT: "port",
  PGDATABASE: "dbname",
  PGUSER: "user",
  PGPASSWORD: "password",
  PGPASSFILE: "passfile",
  PGOPTIONS: "options",
  PGAPPNAME: "application_name",
  PGSSLMODE: "sslmode",
  PGSSLNEGOTIATION: "sslnegotiation",
  PGSSLCERT: "sslcert",
  PGSSLKEY: "sslkey",
  PGSSLROOTCERT: "sslrootcert",
  PGSSLSNI: "sslsni",
  SSLPGMINPROTOCOLVERSION: "ssl_min_protocol_version",
  SSLPGMAXPROTOCOLVERSION: "ssl_max_protocol_version",
  PGCONNECT_TIMEOUT: "connect_timeout",
  PGCLIENTENCODING: "client_encoding",
  PGDATESTYLE: "datestyle",
  PGTZ: "tz",
  PGGEQO: "geqo",
  PGTARGETSESSIONATTRS: "target_session_attrs",
  PGLOADBALANCEHOSTS: "load_balance_hosts",
  PGMINPROTOCOLVERSION: "min_protocol_version",
  PGMAXPROTOCOLVERSION: "max_protocol_version",
  PGSERVICE: "service",
};

/** Settings that no variable gives. */
const furtherNames = [
  "fallback_application_name",
  "sslinline",
  "krbsrvname",
  "krbspn",
  "binary_parameters",
  "disable_prepared_binary_result",
];

const knownNames: ReadonlySet<string> = new Set([...Object.values(variables), ...furtherNames]);

/** What would change how safe the connection is, and is not there: lib/pq refuses it as well. */
const refusedVariables = [
  ...["PGREQUIRESSL", "PGSSLCOMPRESSION", "PGREALM", "PGGSSENCMODE", "PGGSSDELEGATION", "PGGSSLIB", "PGREQUIREAUTH"],
  ...["PGCHANNELBINDING", "PGSSLCERTMODE", "PGSSLCRL", "PGSSLCRLDIR", "PGREQUIREPEER", "PGKRBSRVNAME"],
];

function namedSettings(connectionString: string, platform: Platform): Map<string, Given> {
  const refused = refusedVariables.find((name) => platform.env(name) !== undefined);
  if (refused !== undefined) throw new BackendError(`pq: environment variable $${refused} is not supported`);
  const given = new Map<string, Given>();
  for (const [variable, name] of Object.entries(variables)) {
    const value = platform.env(variable);
    if (value !== undefined) given.set(name, { value, from: `$${variable}` });
  }
  const { database, ...named } = Object.fromEntries(parseConnectionString(connectionString));
  for (const [name, value] of Object.entries(named)) given.set(name, { value, from: `"${name}"` });
  // An old name, which still counts.
  if (database !== undefined) given.set("dbname", { value: database, from: '"database"' });
  return given;
}

/** Reads settings by name and type. */
export class GivenSettings {
  readonly #given: ReadonlyMap<string, Given>;

  constructor(given: ReadonlyMap<string, Given>) {
    this.#given = given;
  }

  /** The names of settings that are none of the connection's, and so the server's own. */
  get unknownNames(): readonly string[] {
    return [...this.#given.keys()].filter((name) => !knownNames.has(name));
  }

  has(name: string): boolean {
    return this.#given.has(name);
  }

  text(name: string): string {
    return this.#given.get(name)?.value ?? "";
  }

  /** The entries of a list; one where it is not given. */
  list(name: string, fallback: string): readonly string[] {
    const values = this.#given.get(name)?.value.split(",") ?? [fallback];
    return values.map((value) => value || fallback);
  }

  oneOf<Word extends string>(name: string, words: readonly Word[]): Word | undefined {
    const given = this.#given.get(name);
    const word = words.find((known) => known === given?.value);
    if (given !== undefined && word === undefined) throw this.wrong(name, `supported values are ${words.join(", ")}`);
    return word;
  }

  boolean(name: string): boolean | undefined {
    const value = this.#given.get(name)?.value;
    if (value === undefined) return undefined;
    if (/^(?:1|t|T|true|TRUE|True|yes|on)$/.test(value)) return true;
    if (/^(?:0|f|F|false|FALSE|False|no|off)$/.test(value)) return false;
    throw this.wrong(name, "it is yes or no");
  }

  integer(name: string): number | undefined {
    const value = this.#given.get(name)?.value;
    if (value === undefined) return undefined;
    if (!/^[+-]?\d{1,15}$/.test(value)) throw this.wrong(name, "it is a whole number");
    return Number(value);
  }

  wrong(name: string, what: string): BackendError {
    return new BackendError(`pq: wrong value for ${this.#given.get(name)?.from ?? `"${name}"`}: ${what}`);
  }
}

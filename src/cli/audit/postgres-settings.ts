import { isIP } from "node:net";
import type { Platform } from "../../platform/platform.ts";
import { BackendError } from "./audit-error.ts";
import { currentUserName } from "./current-user.ts";
import { type GivenSettings, givenSettings } from "./given-settings.ts";
import { postgresDirectory } from "./postgres-directory.ts";

/** Whether a connection is encrypted, and what is checked of the server's certificate. */
export const sslModes = ["disable", "allow", "prefer", "require", "verify-full", "verify-ca"] as const;
export type SslMode = (typeof sslModes)[number];

const sessionKinds = ["any", "read-write", "read-only", "primary", "standby", "prefer-standby"] as const;
/** What a server must be for a connection to it to be used. */
export type SessionKind = (typeof sessionKinds)[number];

const tlsVersions = ["TLSv1.0", "TLSv1.1", "TLSv1.2", "TLSv1.3"] as const;
const protocolVersions = ["3.0", "3.2", "latest"] as const;

/** One of the servers that a connection string names. */
export interface ServerAddress {
  /** A name, an address, or the directory of a socket. */
  readonly host: string;
  /** The address to connect to in place of the host's. */
  readonly hostAddress: string | undefined;
  readonly port: number;
}

/** Where certificates and keys are; what is not given has its usual place. */
export interface TlsFiles {
  readonly cert: string;
  readonly key: string;
  readonly rootCert: string;
  /** The three are PEM texts, not paths. */
  readonly inline: boolean;
}

/** How a database is reached: what a connection string, the environment and a service file say together. */
export interface PostgresSettings {
  /** At least one, in the order in which they are tried. */
  readonly servers: readonly ServerAddress[];
  readonly user: string;
  readonly password: string;
  /** Where else a password may stand. Default: the user's `.pgpass`. */
  readonly passwordFile: string;
  readonly database: string;
  /** Options for the server's command line. */
  readonly options: string;
  readonly applicationName: string;
  readonly sslMode: SslMode;
  /** Whether TLS begins without a question of whether the server has it. */
  readonly directTls: boolean;
  readonly tlsFiles: TlsFiles;
  readonly tlsMinimum: (typeof tlsVersions)[number] | undefined;
  readonly tlsMaximum: (typeof tlsVersions)[number] | undefined;
  /** How long connecting to one server may take. */
  readonly connectTimeoutMs: number;
  readonly sessionKind: SessionKind;
}

/** How long a database may take where nothing says so: lib/pq would wait for ever. */
export const defaultTimeoutMs = 30_000;

/**
 * Reads a connection string as lib/pq does, with the variables of the environment behind it, and a service file's settings before it.
 *
 * @throws BackendError which names a setting, never its value
 * @see lib/pq connector.go, `newConfig`
 */
export async function readSettings(connectionString: string, platform: Platform): Promise<PostgresSettings> {
  return settingsFrom(await givenSettings(connectionString, platform), platform);
}

async function settingsFrom(given: GivenSettings, platform: Platform): Promise<PostgresSettings> {
  for (const name of ["sslsni", "binary_parameters", "disable_prepared_binary_result"]) given.boolean(name);
  refuseUnusable(given);
  const servers = serversFrom(given);
  const seconds = given.integer("connect_timeout") ?? 0;
  return {
    servers: given.oneOf("load_balance_hosts", ["disable", "random"]) === "random" ? shuffled(servers) : servers,
    user: given.has("user") ? given.text("user") : platform.env("USER") || (await currentUserName(platform)),
    password: given.text("password"),
    passwordFile: given.text("passfile"),
    database: given.text("dbname"),
    options: optionsFrom(given),
    applicationName: given.text(given.has("application_name") ? "application_name" : "fallback_application_name"),
    ...tlsFrom(given, platform),
    connectTimeoutMs: seconds > 0 ? seconds * 1000 : defaultTimeoutMs,
    sessionKind: given.oneOf("target_session_attrs", sessionKinds) ?? "any",
  };
}

function refuseUnusable(given: GivenSettings): void {
  const encoding = given
    .text("client_encoding")
    .replaceAll(/[^A-Za-z0-9]/g, "")
    .toLowerCase();
  if (given.has("client_encoding") && encoding !== "utf8" && encoding !== "unicode") {
    throw given.wrong("client_encoding", 'it must be absent or "UTF8"');
  }
  if (given.has("datestyle") && given.text("datestyle") !== "ISO, MDY") {
    throw given.wrong("datestyle", 'it must be absent or "ISO, MDY"');
  }
  const least = given.oneOf("min_protocol_version", protocolVersions) ?? "3.0";
  const most = given.oneOf("max_protocol_version", protocolVersions) ?? "3.0";
  if (least > most) throw given.wrong("min_protocol_version", "it is above max_protocol_version");
  if (least !== "3.0") throw given.wrong("min_protocol_version", "sops-ts speaks version 3.0");
}

function serversFrom(given: GivenSettings): ServerAddress[] {
  const addresses = given.has("hostaddr") ? given.list("hostaddr", "") : [];
  const hosts = given.has("host") || addresses.length === 0 ? given.list("host", "localhost") : addresses.map(() => "");
  if (addresses.length > 0 && hosts.length !== addresses.length) {
    throw new BackendError(`pq: could not match ${hosts.length} host names to ${addresses.length} hostaddr values`);
  }
  if (addresses.some((address) => address !== "" && isIP(address) === 0))
    throw given.wrong("hostaddr", "it is an IP address");
  const ports = given.list("port", "5432");
  if (ports.length > 1 && ports.length !== hosts.length) {
    throw new BackendError(`pq: could not match ${ports.length} port numbers to ${hosts.length} hosts`);
  }
  return hosts.map((host, index) => ({
    host: withoutBrackets(host) || (addresses[index] ?? ""),
    hostAddress: addresses[index] || undefined,
    port: portFrom(ports[index] ?? ports[0] ?? "", given),
  }));
}

function withoutBrackets(host: string): string {
  if (host.startsWith("@")) throw new BackendError("sockets without a file (a host that begins with @) cannot be used");
  return host.replace(/^\[(.*)\]$/, "$1");
}

function portFrom(text: string, given: GivenSettings): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) throw given.wrong("port", "it is a number below 65536");
  return Number(text);
}

function shuffled<Item>(items: readonly Item[]): Item[] {
  return items
    .map((item) => ({ item, rank: Math.random() }))
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ item }) => item);
}

/** Settings that nobody knows are the server's own, such as `search_path`. */
function optionsFrom(given: GivenSettings): string {
  const words = given.unknownNames.map((name) => `-c ${`${name}=${given.text(name)}`.replaceAll(/[\\\s]/g, "\\$&")}`);
  return [given.text("options"), ...words].filter((word) => word !== "").join(" ");
}

type Tls = Pick<PostgresSettings, "sslMode" | "directTls" | "tlsFiles" | "tlsMinimum" | "tlsMaximum">;

function tlsFrom(given: GivenSettings, platform: Platform): Tls {
  const rootCert = given.text("sslrootcert");
  const mode = given.oneOf("sslmode", sslModes);
  const directTls = given.oneOf("sslnegotiation", ["postgres", "direct"]) === "direct";
  if (rootCert === "system" && (mode ?? "verify-full") !== "verify-full") {
    throw new BackendError(`pq: weak sslmode "${mode}" may not be used with sslrootcert=system (use "verify-full")`);
  }
  if (directTls && (mode === "disable" || mode === "allow" || mode === "prefer")) {
    throw new BackendError(
      `pq: weak sslmode "${mode}" may not be used with sslnegotiation=direct (use "require", "verify-ca", or "verify-full")`,
    );
  }
  const directory = postgresDirectory(platform);
  const inline = given.boolean("sslinline") ?? false;
  const usual = (file: string): string => (inline || directory === undefined ? "" : `${directory}/${file}`);
  return {
    sslMode: mode ?? (rootCert === "system" ? "verify-full" : "require"),
    directTls,
    tlsFiles: {
      cert: given.text("sslcert") || usual("postgresql.crt"),
      key: given.text("sslkey") || usual("postgresql.key"),
      rootCert: rootCert || usual("root.crt"),
      inline,
    },
    tlsMinimum: given.oneOf("ssl_min_protocol_version", tlsVersions),
    tlsMaximum: given.oneOf("ssl_max_protocol_version", tlsVersions),
  };
}

import { isAbsolute, join } from "node:path";
import type { Client, ClientConfig } from "pg";
import type { AuditAction } from "../../core/audit-action.ts";
import { missingPackage } from "../../keys/missing-package.ts";
import { quoted } from "../../keys/service-error.ts";
import type { Platform } from "../../platform/platform.ts";
import { dialFailures } from "../dial-failure.ts";
import { BackendError } from "./audit-error.ts";
import { passwordFor } from "./password-file.ts";
import {
  defaultTimeoutMs,
  type PostgresSettings,
  readSettings,
  type ServerAddress,
  type SessionKind,
  type SslMode,
} from "./postgres-settings.ts";
import { tlsOptions } from "./postgres-tls.ts";

/** What a connection is made with besides its settings. */
export interface PostgresWorld {
  readonly platform: Platform;
  /** Told what the person should know. */
  readonly warn: (message: string) => void;
}

/** One row of the log. */
export interface AuditEvent {
  readonly action: AuditAction;
  /** The name of the user that this process runs as. */
  readonly username: string;
  /** An absolute path. */
  readonly file: string;
}

const insertion = "INSERT INTO audit_event (action, username, file) VALUES ($1, $2, $3)";

/** A database that takes audit events. Its calls are made one after the other. */
export class PostgresLog {
  readonly #settings: PostgresSettings;
  readonly #world: PostgresWorld;
  #connection: Connection;

  private constructor(settings: PostgresSettings, world: PostgresWorld, connection: Connection) {
    this.#settings = settings;
    this.#world = world;
    this.#connection = connection;
  }

  /**
   * Connects, and sees that queries are answered.
   *
   * @throws BackendError; SopsError `MISSING_OPTIONAL_DEPENDENCY` without the package pg
   */
  static async open(connectionString: string, world: PostgresWorld): Promise<PostgresLog> {
    const settings = await readSettings(connectionString, world.platform);
    return new PostgresLog(settings, world, await connect(settings, world));
  }

  /**
   * Writes a row. The server may have ended the connection since it was made: then there is a new one.
   *
   * @throws BackendError
   */
  async insert({ action, username, file }: AuditEvent): Promise<void> {
    // What came from the server in the meantime, such as a farewell, is heard before.
    await new Promise((done) => setImmediate(done));
    const values = [action, username, file];
    if (!this.#connection.isAlive) await this.#reconnect();
    try {
      await this.#connection.query(insertion, values);
    } catch (error) {
      if (!(error instanceof ServerFailure && error.isFarewell)) throw error;
      await this.#reconnect();
      await this.#connection.query(insertion, values);
    }
  }

  async close(): Promise<void> {
    await this.#connection.close();
  }

  async #reconnect(): Promise<void> {
    this.#connection = await connect(this.#settings, this.#world);
  }
}

/** What the server says of a failure, in the form of lib/pq. */
class ServerFailure extends BackendError {
  /** Whether the server ended the connection instead of doing what it was asked for. */
  readonly isFarewell: boolean;

  constructor({ message, code, severity, position }: DatabaseError, query: string) {
    const where = query === "" || position === undefined ? "" : ` at column ${position}`;
    super(`pq: ${quoted(message)}${where}${code === undefined ? "" : ` (${code})`}`, hints[code ?? ""]);
    this.isFarewell = severity === "FATAL" || severity === "PANIC";
  }
}

const hints: Readonly<Record<string, string>> = {
  "28P01": "See to user and password of the connection string.",
  "42P01":
    "Make the table: CREATE TABLE audit_event (id SERIAL PRIMARY KEY, timestamp TIMESTAMP DEFAULT CURRENT_TIMESTAMP, action TEXT, username TEXT, file TEXT);",
  "42501": "The user needs INSERT on audit_event, and USAGE on audit_event_id_seq.",
};

/** What pg makes of an answer of the server. */
interface DatabaseError extends Error {
  readonly severity: string;
  readonly code?: string;
  readonly position?: string;
}

function isDatabaseError(error: unknown): error is DatabaseError {
  return error instanceof Error && "severity" in error && typeof error.severity === "string";
}

/** A client that is connected. */
class Connection {
  readonly #client: Client;
  /** For messages. */
  readonly #dialed: string;
  #alive = true;

  constructor(client: Client, dialed: string) {
    this.#client = client;
    this.#dialed = dialed;
    const end = (): void => void (this.#alive = false);
    client.on("error", end).on("end", end);
  }

  get isAlive(): boolean {
    return this.#alive;
  }

  async query(text: string, values?: readonly string[]): Promise<readonly Readonly<Record<string, unknown>>[]> {
    try {
      const result = await this.#client.query<Record<string, unknown>>(
        text,
        values === undefined ? undefined : [...values],
      );
      return result.rows;
    } catch (error) {
      if (isDatabaseError(error)) throw new ServerFailure(error, text);
      // Nobody knows what the server is doing.
      this.#alive = false;
      throw notAnswered(error, this.#dialed, defaultTimeoutMs);
    }
  }

  /** Says goodbye, and does not wait long for an answer. */
  async close(): Promise<void> {
    const ended = this.#client.end().catch(() => undefined);
    await Promise.race([ended, new Promise((done) => setTimeout(done, farewellMs).unref())]);
  }
}

const farewellMs = 500;

async function connect(settings: PostgresSettings, world: PostgresWorld): Promise<Connection> {
  const kinds: readonly SessionKind[] =
    settings.sessionKind === "prefer-standby" ? ["standby", "any"] : [settings.sessionKind];
  const failures: string[] = [];
  let hint: string | undefined;
  for (const kind of kinds) {
    for (const server of settings.servers) {
      try {
        return await connectTo(server, kind, settings, world);
      } catch (error) {
        if (!(error instanceof BackendError)) throw error;
        failures.push(
          settings.servers.length === 1 ? error.message : `connecting to ${placeOf(server)}: ${error.message}`,
        );
        hint ??= error.hint;
      }
    }
  }
  const several = failures.length > 1 ? "pq: could not connect to any of the hosts: " : "";
  throw new BackendError(`${several}${failures.join("; ")}`, hint);
}

async function connectTo(
  server: ServerAddress,
  kind: SessionKind,
  settings: PostgresSettings,
  world: PostgresWorld,
): Promise<Connection> {
  const modes = isSocket(server) ? (["disable"] as const) : (attempts[settings.sslMode] ?? [settings.sslMode]);
  const [first, second] = modes;
  try {
    return await connectAs(first, server, kind, settings, world);
  } catch (error) {
    // Where TLS is only preferred, what the server itself answers was not for want of TLS.
    const isFinal = second === undefined || (settings.sslMode === "prefer" && error instanceof ServerFailure);
    if (isFinal || !(error instanceof BackendError)) throw error;
    return connectAs(second, server, kind, settings, world);
  }
}

/** The modes that are tried one after the other. */
const attempts: Readonly<Partial<Record<SslMode, readonly [SslMode, SslMode]>>> = {
  allow: ["disable", "require"],
  prefer: ["prefer", "disable"],
};

function isSocket({ host, hostAddress }: ServerAddress): boolean {
  return hostAddress === undefined && isAbsolute(host);
}

async function connectAs(
  mode: SslMode,
  server: ServerAddress,
  kind: SessionKind,
  settings: PostgresSettings,
  world: PostgresWorld,
): Promise<Connection> {
  const { Client } = await import("pg").catch((error: unknown) => {
    throw missingPackage("pg", "Audit logs in PostgreSQL", error);
  });
  const client = new Client(await clientConfig(mode, server, settings, world));
  // It hears of the end of a connection here as well as where it waits for something.
  client.on("error", () => undefined);
  const connection = new Connection(client, dialedOf(server));
  try {
    await client.connect();
    await connection.query("SELECT 1");
    await refuseOtherSession(connection, kind);
    return connection;
  } catch (error) {
    await connection.close();
    if (error instanceof BackendError) throw error;
    throw isDatabaseError(error)
      ? new ServerFailure(error, "")
      : notAnswered(error, dialedOf(server), settings.connectTimeoutMs);
  }
}

async function clientConfig(
  mode: SslMode,
  server: ServerAddress,
  settings: PostgresSettings,
  world: PostgresWorld,
): Promise<ClientConfig> {
  const { user, database, options, applicationName } = settings;
  const password = await passwordFor(settings, server, world);
  const usesTls = mode !== "disable";
  return {
    host: server.hostAddress ?? server.host,
    port: server.port,
    user,
    // As a function, so that pg looks nowhere else for one.
    password: () => password,
    ...(database === "" ? {} : { database }),
    ...(options === "" ? {} : { options }),
    ...(applicationName === "" ? {} : { application_name: applicationName }),
    ssl: usesTls ? await tlsOptions(mode, server.host, settings, world.platform) : false,
    ...(usesTls && settings.directTls ? { sslnegotiation: "direct" } : {}),
    connectionTimeoutMillis: settings.connectTimeoutMs,
    query_timeout: defaultTimeoutMs,
  };
}

async function refuseOtherSession(connection: Connection, kind: SessionKind): Promise<void> {
  if (kind === "any") return;
  const [row] = await connection.query(
    "SELECT pg_catalog.pg_is_in_recovery() AS standby, pg_catalog.current_setting('transaction_read_only') = 'on' AS readonly",
  );
  const { standby, readonly } = row ?? {};
  if (kind === "read-only" && readonly !== true) throw new BackendError("session is not read-only");
  if (kind === "read-write" && readonly === true) throw new BackendError("session is read-only");
  if (kind === "standby" && standby !== true) throw new BackendError("server is not in hot standby mode");
  if (kind === "primary" && standby === true) throw new BackendError("server is in hot standby mode");
}

/** Host and port, for a message. */
function placeOf({ host, port }: ServerAddress): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Whom a connection was for, as Go names it. */
function dialedOf(server: ServerAddress): string {
  return isSocket(server) ? `unix ${join(server.host, `.s.PGSQL.${server.port}`)}` : `tcp ${placeOf(server)}`;
}

/** Why there was no answer. Texts of the runtime are not repeated: they may hold anything. */
function notAnswered(error: unknown, dialed: string, timeoutMs: number): BackendError {
  const inner: unknown = error instanceof AggregateError ? error.errors[0] : error;
  const code = inner instanceof Error && "code" in inner && typeof inner.code === "string" ? inner.code : "";
  const message = inner instanceof Error ? inner.message : "";
  if (/does not support SSL/.test(message)) {
    const hint = "Where the way to it is safe, write sslmode=disable into the connection string.";
    return new BackendError("pq: SSL is not enabled on the server", hint);
  }
  const reason = dialFailures[code];
  if (reason !== undefined)
    return new BackendError(`dial ${dialed}: connect: ${reason}`, "Is the server running there?");
  if (/timeout/i.test(message)) {
    const hint = "connect_timeout in the connection string sets how long is waited, in seconds.";
    return new BackendError(`${dialed}: no answer within ${timeoutMs / 1000} s`, hint);
  }
  const words = failures.find(([pattern]) => pattern.test(`${code} ${message}`))?.[1];
  return new BackendError(`${dialed}: ${words ?? (code === "" ? "no connection" : `no connection (${code})`)}`);
}

/** What is said of other failures of pg and of TLS. */
const failures: readonly (readonly [pattern: RegExp, words: string])[] = [
  [/ENOTFOUND|EAI_AGAIN/, "no such host"],
  [/error establishing an SSL/, "the server does not answer as PostgreSQL does"],
  [/terminated|ECONNRESET|EPIPE/, "the server cut the connection"],
  [/non-empty string|must be a string/, "the server wants a password, and there is none"],
  [/SASL/, "server and password do not fit each other (SCRAM)"],
  [/ALTNAME|altname/, "its certificate is for another host"],
  [/CERT|SELF_SIGNED|UNABLE_TO_/, "its certificate is not trusted; sslrootcert names that of who signed it"],
  [/SSL|TLS|EPROTO/, "TLS failed"],
];

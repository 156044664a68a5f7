import { isAbsolute, join } from "node:path";
import type { Client, ClientConfig } from "pg";
import { missingPackage } from "../../keys/missing-package.ts";
import type { Platform } from "../../platform/platform.ts";
import { BackendError } from "./audit-error.ts";
import { passwordFor } from "./password-file.ts";
import { isDatabaseError, notAnswered, ServerFailure, TlsMissing } from "./postgres-failure.ts";
import {
  defaultTimeoutMs,
  type PostgresSettings,
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

/** A client that is connected. */
export class Connection {
  readonly #client: Client;
  /** For messages. */
  readonly #dialed: string;
  #alive = true;

  constructor(client: Client, dialed: string) {
    this.#client = client;
    this.#dialed = dialed;
    // Also so that an end which nobody waits for is none of the whole program.
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

/**
 * Connects to the first of the servers that can be used, and sees that queries are answered.
 *
 * @throws BackendError; SopsError `MISSING_OPTIONAL_DEPENDENCY` without the package pg
 */
export async function connect(settings: PostgresSettings, world: PostgresWorld): Promise<Connection> {
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
  const { sslMode } = settings;
  const as = (mode: SslMode): Promise<Connection> => connectOnce({ server, kind, mode }, settings, world);
  if (isSocket(server)) return as("disable");
  try {
    return await as(sslMode === "allow" ? "disable" : sslMode);
  } catch (error) {
    if (sslMode === "allow" && error instanceof BackendError) return as("require");
    if (sslMode === "prefer" && error instanceof TlsMissing) return as("disable");
    throw error;
  }
}

function isSocket({ host, hostAddress }: ServerAddress): boolean {
  return hostAddress === undefined && isAbsolute(host);
}

/** One attempt to connect. */
interface Attempt {
  readonly server: ServerAddress;
  readonly kind: SessionKind;
  readonly mode: SslMode;
}

async function connectOnce(attempt: Attempt, settings: PostgresSettings, world: PostgresWorld): Promise<Connection> {
  const { Client } = await import("pg").catch((error: unknown) => {
    throw missingPackage("pg", "Audit logs in PostgreSQL", error);
  });
  const client = new Client(await clientConfig(attempt, settings, world));
  const dialed = dialedOf(attempt.server);
  const connection = new Connection(client, dialed);
  try {
    await client.connect();
    await connection.query("SELECT 1");
    await refuseOtherSession(connection, attempt.kind);
    return connection;
  } catch (error) {
    await connection.close();
    if (error instanceof BackendError) throw error;
    throw isDatabaseError(error) ? new ServerFailure(error, "") : notAnswered(error, dialed, settings.connectTimeoutMs);
  }
}

async function clientConfig(
  { mode, server }: Attempt,
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

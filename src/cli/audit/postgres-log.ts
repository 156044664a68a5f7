import type { AuditAction } from "../../core/audit-action.ts";
import { type Connection, connect, type PostgresWorld } from "./postgres-connection.ts";
import { ServerFailure } from "./postgres-failure.ts";
import { type PostgresSettings, readSettings } from "./postgres-settings.ts";

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

import type { AuditAction } from "../../core/audit-action.ts";
import { messageOf, SopsError } from "../../errors.ts";
import type { Log } from "../log.ts";
import type { Platform } from "../../platform/platform.ts";
import { connectionStringsIn } from "./audit-config.ts";
import { AuditError } from "./audit-error.ts";
import { currentUserName } from "./current-user.ts";
import { PostgresLog } from "./postgres-log.ts";

/** The audit log of this host: databases that are told of every file whose values are encrypted or decrypted. */
export class AuditLog {
  readonly #databases: readonly PostgresLog[];
  readonly #platform: Platform;
  readonly #log: Log;
  /** What is still being written: events are told one after the other. */
  #last: Promise<void> = Promise.resolve();

  private constructor(databases: readonly PostgresLog[], platform: Platform, log: Log) {
    this.#databases = databases;
    this.#platform = platform;
    this.#log = log;
  }

  /**
   * Connects to all databases that a config names.
   *
   * @param path - the config's, for messages
   * @throws SopsError `COULD_NOT_READ_INPUT_FILE` for a config that is malformed
   * @throws AuditError which has a line for each database that cannot be used
   */
  static async open(config: Uint8Array, path: string, platform: Platform, log: Log): Promise<AuditLog> {
    const world = { platform, warn: (message: string) => log.line("warning", message, {}, "AUDIT") };
    const attempts = await Promise.allSettled(
      connectionStringsIn(config, path).map((connectionString) => PostgresLog.open(connectionString, world)),
    );
    const databases = attempts.flatMap((attempt) => (attempt.status === "fulfilled" ? [attempt.value] : []));
    const audit = new AuditLog(databases, platform, log);
    if (databases.length === attempts.length) return audit;
    await audit.close();
    const problems = [`connecting to audit database, defined in ${path}`];
    let hint: string | undefined;
    for (const [index, attempt] of attempts.entries()) {
      if (attempt.status === "fulfilled") continue;
      const error: unknown = attempt.reason;
      if (!(error instanceof SopsError)) throw error;
      problems.push(`backends.postgres[${index}], err: Pinging audit database failed: ${error.message}`);
      hint ??= error.hint;
    }
    throw new AuditError("one or more audit backends reported errors, exiting", { problems, hint });
  }

  /**
   * Writes an event to all databases.
   *
   * @param file - an absolute path
   * @throws AuditError
   */
  record(action: AuditAction, file: string): Promise<void> {
    const written = this.#last.then(() => this.#write(action, file));
    this.#last = written.catch(() => undefined);
    return written;
  }

  async close(): Promise<void> {
    await this.#last;
    await Promise.all(this.#databases.map((database) => database.close()));
  }

  async #write(action: AuditAction, file: string): Promise<void> {
    const username = await this.#currentUser();
    for (const database of this.#databases) {
      this.#log.line("debug", `Saving ${action} event to database`, { file }, "AUDIT");
      try {
        await database.insert({ action, username, file });
      } catch (error) {
        if (!(error instanceof SopsError)) throw error;
        throw new AuditError(`Failed to insert audit record: ${error.message}`, { hint: error.hint });
      }
    }
  }

  async #currentUser(): Promise<string> {
    try {
      return await currentUserName(this.#platform);
    } catch (error) {
      throw new AuditError(`Error getting current user for auditing: ${messageOf(error)}`);
    }
  }
}

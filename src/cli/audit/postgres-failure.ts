import { quoted } from "../../keys/service-error.ts";
import { dialFailures } from "../dial-failure.ts";
import { BackendError } from "./audit-error.ts";

/** What the server says of a failure, in the form of lib/pq. */
export class ServerFailure extends BackendError {
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

/** What pg makes of a failure that the server tells of. */
interface DatabaseError extends Error {
  readonly severity: string;
  readonly code?: string;
  readonly position?: string;
}

export function isDatabaseError(error: unknown): error is DatabaseError {
  return error instanceof Error && "severity" in error && typeof error.severity === "string";
}

/** That the server has no TLS, where it is asked for. */
export class TlsMissing extends BackendError {
  constructor() {
    const hint = "Where the way to it is safe, write sslmode=disable into the connection string.";
    super("pq: SSL is not enabled on the server", hint);
  }
}

/**
 * Why there was no answer. Texts of the runtime are not repeated: they may hold anything.
 *
 * @param error - what pg threw
 * @param dialed - whom the connection was for, as Go names it
 */
export function notAnswered(error: unknown, dialed: string, timeoutMs: number): BackendError {
  const inner: unknown = error instanceof AggregateError ? error.errors[0] : error;
  const code = inner instanceof Error && "code" in inner && typeof inner.code === "string" ? inner.code : "";
  const message = inner instanceof Error ? inner.message : "";
  if (/does not support SSL/.test(message)) return new TlsMissing();
  const reason = dialFailures[code];
  if (reason !== undefined) {
    return new BackendError(`dial ${dialed}: connect: ${reason}`, "Is the server running there?");
  }
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

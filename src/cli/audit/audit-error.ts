import { SopsError } from "../../errors.ts";

/** That the audit log could not be opened or written to. Nothing may go on then. */
export class AuditError extends SopsError {
  /** What is logged before the message: a line for each thing that is wrong. */
  readonly problems: readonly string[];

  constructor(message: string, details: { problems?: readonly string[]; hint?: string | undefined } = {}) {
    super("AUDIT_FAILED", message, details.hint === undefined ? {} : { hint: details.hint });
    this.problems = details.problems ?? [];
  }
}

/** What is wrong with one backend, in a clause. Never holds a part of its connection string but host and port. */
export class BackendError extends SopsError {
  constructor(message: string, hint?: string) {
    super("AUDIT_FAILED", message, hint === undefined ? {} : { hint });
  }
}

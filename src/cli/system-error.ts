/** A failed call to the system, as Node throws it. */
export interface SystemError extends Error {
  /** Such as `ENOSPC`. */
  readonly code: string;
}

export function isSystemError(error: unknown): error is SystemError {
  return error instanceof Error && "code" in error && typeof error.code === "string";
}

/** Why a call failed, in the words of the C library, which Go's programs show. */
export function systemReason({ code, message }: Pick<SystemError, "code" | "message">): string {
  return reasons[code] ?? message.replace(/^[A-Z0-9_]+: /, "").replace(/, \w+(?: '.*)?$/s, "");
}

/** What is said otherwise by Node, or not at all where a program cannot be started. */
const reasons: Readonly<Record<string, string>> = {
  E2BIG: "argument list too long",
  EACCES: "permission denied",
  EISDIR: "is a directory",
  ENAMETOOLONG: "file name too long",
  ENOENT: "no such file or directory",
  ENOEXEC: "exec format error",
  EPERM: "operation not permitted",
};

import {
  closeSync,
  fchmodSync,
  fstatSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { SopsError } from "../errors.ts";
import { isSystemError, systemReason } from "./system-error.ts";

/**
 * Writes a file that nobody else can read, and that must not be there yet. Leaves nothing behind when it fails.
 *
 * @throws SopsError
 */
export function createPrivateFile(path: string, content: string): void {
  try {
    writeNew(path, content);
  } catch (error) {
    throw cannotWrite(path, error);
  }
}

/**
 * Writes a file that nobody else can read, in place of one that may be there: whoever could read that cannot read this. A
 * device or a pipe is written to as it is.
 *
 * @throws SopsError
 */
export function replacePrivateFile(path: string, content: string): void {
  try {
    const existing = statSync(path, { throwIfNoEntry: false });
    if (existing === undefined) writeNew(path, content);
    else if (existing.isFile() && !path.startsWith("/dev/") && !path.startsWith("/proc/")) replace(path, content);
    else writeFileSync(path, content);
  } catch (error) {
    throw cannotWrite(path, error);
  }
}

/** Said when an identity is printed into such a file. */
export const sharedOutput =
  "warning: an identity is written to a file that others can read: use chmod 600, and better -o the next time";

/** Whether standard output is a file that others can read, as the shell makes it for `>`. */
export function isOutputShared(): boolean {
  try {
    const output = fstatSync(1);
    return output.isFile() && (output.mode & 0o077) !== 0;
  } catch (error) {
    // Standard output may be closed.
    if (isSystemError(error)) return false;
    throw error;
  }
}

function replace(path: string, content: string): void {
  const target = realpathSync(path);
  const temporary = join(dirname(target), `.${basename(target)}.${process.pid}.tmp`);
  writeNew(temporary, content);
  try {
    renameSync(temporary, target);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

function writeNew(path: string, content: string): void {
  const descriptor = openSync(path, "wx", 0o600);
  try {
    fchmodSync(descriptor, 0o600);
    writeFileSync(descriptor, content);
  } catch (error) {
    rmSync(path, { force: true });
    throw error;
  } finally {
    closeSync(descriptor);
  }
}

function cannotWrite(path: string, error: unknown): unknown {
  if (!isSystemError(error)) return error;
  const reason = error.code === "EEXIST" ? "file exists" : systemReason(error);
  const hint =
    error.code === "EEXIST" ? { hint: "Choose another name, or move the file away: it may be a key in use." } : {};
  return new SopsError("GENERIC", `failed to open output file "${path}": ${reason}`, {
    cause: error,
    ...hint,
  });
}

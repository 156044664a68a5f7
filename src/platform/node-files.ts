import {
  closeSync,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  openSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  type Stats,
} from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { uninterrupted } from "./node-signals.ts";
import { PlatformError } from "./platform.ts";

/*
 * Synchronous calls throughout: a program that reads one file and writes one file starts faster with them, and of a signal it
 * hears between them only.
 */

/** Reads a whole file; see {@link Platform.readFile}. */
export function readWholeFile(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    // Deno finds out when it opens a directory, Node and Go when they read it.
    throw fileError(error, path, isSystemError(error) && error.code === "EISDIR" ? "read" : undefined);
  }
}

/**
 * Whether there is certainly no such file; false leaves it to whoever reads it to find out. Finds out without an error, since making the
 * first one takes two milliseconds.
 */
export function isMissing(path: string): boolean {
  try {
    if (path.endsWith("/") || statSync(path, quietly) !== undefined) return false;
    // There is no file below one that is no folder either, but that is another failure.
    return statSync(dirname(path), quietly)?.isDirectory() === true;
  } catch {
    return false;
  }
}

const quietly = { throwIfNoEntry: false } as const;

/**
 * Replaces a file; see {@link Platform.writeFile}. The new content goes to a file beside the target, which then takes the
 * target's name. Where that cannot keep what the target is (its owner, a mount point) or the folder takes no new files, an
 * existing target is overwritten in place, which is what sops does.
 */
export async function replaceFile(path: string, content: Uint8Array): Promise<void> {
  await uninterrupted(() => replace(path, content));
}

function replace(path: string, content: Uint8Array): void {
  try {
    const target = isDescriptorPath(path) ? path : followLinks(path);
    const existing = statIfExists(target);
    if (isDescriptorPath(target) || (existing !== undefined && !existing.isFile())) writeInPlace(target, content);
    else if (existing === undefined) writeBeside(target, content, undefined);
    else replaceExisting(target, content, existing);
  } catch (error) {
    throw fileError(error, path);
  }
}

/** What Go's programs say of a failed call: the call, the path, the reason. */
function fileError(error: unknown, path: string, failed?: "read"): unknown {
  if (!isSystemError(error)) return error;
  const words = error.message.replace(/^[A-Z0-9_]+: /, "").replace(/, \w+(?: '.*)?$/s, "");
  const reason = reasons[error.code] ?? words;
  const call = failed ?? (error.syscall === "read" || error.syscall === "write" ? error.syscall : "open");
  return new PlatformError(`${call} ${path}: ${reason}`, { notFound: error.code === "ENOENT", cause: error });
}

/** Where the C library's words, which Go shows, differ from libuv's. */
const reasons: Readonly<Record<string, string>> = {
  EISDIR: "is a directory",
  ELOOP: "too many levels of symbolic links",
  ENAMETOOLONG: "file name too long",
  EBUSY: "device or resource busy",
};

interface SystemError extends Error {
  readonly code: string;
  readonly syscall?: string;
}

function isSystemError(error: unknown): error is SystemError {
  return error instanceof Error && "code" in error && typeof error.code === "string";
}

/** Whether a path stands for an open descriptor, such as `/dev/stdout`: what it leads to must not be replaced. */
function isDescriptorPath(path: string): boolean {
  return /^\/(?:proc\/|dev\/(?:fd|stdin|stdout|stderr)(?:\/|$))/.test(resolve(path));
}

const mostLinks = 40;

/** The file that a path leads to, existing or not; stops at a descriptor's path. */
function followLinks(path: string): string {
  let current = resolve(path);
  for (let links = 0; links < mostLinks; links++) {
    const stats = statIfExists(current, lstatSync);
    if (stats === undefined || !stats.isSymbolicLink() || isDescriptorPath(current)) return current;
    current = resolve(realpathSync(dirname(current)), readlinkSync(current));
  }
  return current;
}

function statIfExists(path: string, stat: (path: string) => Stats = statSync): Stats | undefined {
  try {
    return stat(path);
  } catch (error) {
    if (isSystemError(error) && error.code === "ENOENT") return undefined;
    throw error;
  }
}

function replaceExisting(target: string, content: Uint8Array, existing: Stats): void {
  // A file that may not be written must not be replaced either, though its folder would allow that.
  closeSync(openSync(target, "r+"));
  try {
    writeBeside(target, content, existing);
  } catch (error) {
    if (!isSystemError(error) || !replacingFailed.has(error.code)) throw error;
    writeInPlace(target, content);
  }
}

const replacingFailed = new Set(["EACCES", "EPERM", "EROFS", "EBUSY", "EXDEV", "EINVAL"]);

function writeInPlace(target: string, content: Uint8Array): void {
  writeFileSync(target, content, { flag: "w" });
}

/** Writes a file of its own and gives it the target's name; leaves nothing behind when it fails. */
function writeBeside(target: string, content: Uint8Array, existing: Stats | undefined): void {
  // The umask can only take permissions away, so the new file is never open to more people than the target.
  const { path, descriptor } = openBeside(target, existing === undefined ? 0o666 : existing.mode & 0o700);
  try {
    try {
      writeFileSync(descriptor, content);
      fsyncSync(descriptor);
      // Last of all: what a crash leaves behind is to be closed to other people.
      if (existing !== undefined) keepOwnerAndMode(descriptor, existing);
    } finally {
      closeSync(descriptor);
    }
    renameSync(path, target);
  } catch (error) {
    rmSync(path, { force: true });
    throw error;
  }
}

function openBeside(target: string, mode: number): { path: string; descriptor: number } {
  for (;;) {
    const random = Math.random().toString(36).slice(2, 10);
    const path = join(dirname(target), `.${basename(target).slice(0, 200)}.${random}.tmp`);
    try {
      return { path, descriptor: openSync(path, "wx", mode | 0o200) };
    } catch (error) {
      if (!isSystemError(error) || error.code !== "EEXIST") throw error;
    }
  }
}

function keepOwnerAndMode(descriptor: number, existing: Stats): void {
  const made = fstatSync(descriptor);
  const sameOwner = made.uid === existing.uid && made.gid === existing.gid;
  // Before the mode: changing the owner clears the set-user-ID bit.
  if (!sameOwner) fchownSync(descriptor, existing.uid, existing.gid);
  fchmodSync(descriptor, existing.mode & 0o7777);
}

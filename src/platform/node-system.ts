import {
  appendFileSync,
  chmodSync,
  chownSync,
  closeSync,
  constants,
  existsSync,
  fchmodSync,
  fchownSync,
  fstatSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
  type Stats,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { PlatformError } from "./platform.ts";
import type { FileRights, FileStatus, Owner, Rights, System } from "./system.ts";

/** The file system of Node, Deno and Bun. */
export const system: System = {
  status: (path) => explained(() => statusOf(path)),
  exists: (path) => existsSync(path),
  realPath: (path) => explained(() => (existsSync(path) ? realpathSync(path) : path)),
  readFile: (path) => explained(() => readIfFile(path)),
  readLink: (path) => explained(() => readlinkSync(path)),
  list: (path) => explained(() => readdirSync(path)),
  makeDirectories: (path, mode) => explained(() => void mkdirSync(path, { recursive: true, mode })),
  createDirectory: (path, rights) => explained(() => createDirectory(path, rights)),
  createFile: (path, content, rights) => explained(() => createFile(path, content, rights)),
  append: (path, text) => explained(() => appendFileSync(path, text, { mode: 0o600 })),
  changeOwner: (path, { uid, gid }) => explained(() => chownSync(path, uid, gid)),
  placeLink: (path, target, owner) => explained(() => placeLink(path, target, owner)),
  remove: (path) => explained(() => remove(path)),
  removeTree: (path) => explained(() => rmSync(path, { recursive: true, force: true })),
};

function statusOf(path: string): FileStatus | undefined {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  return stats && { type: typeOf(stats), uid: stats.uid, gid: stats.gid };
}

function typeOf(stats: Stats): FileStatus["type"] {
  if (stats.isSymbolicLink()) return "link";
  if (stats.isDirectory()) return "directory";
  return stats.isFile() ? "file" : "other";
}

function readIfFile(path: string): Uint8Array | undefined {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  return stats?.isFile() === true ? readFileSync(path) : undefined;
}

function createDirectory(path: string, { mode, owner }: Rights): void {
  mkdirSync(path, { mode: 0o700 });
  if (owner !== undefined) chownSync(path, owner.uid, owner.gid);
  chmodSync(path, mode);
}

function createFile(path: string, content: Uint8Array, { mode, owner, lessUmask }: FileRights): void {
  // Only the system knows the umask, and it applies it here alone.
  const descriptor = openSync(path, "wx", lessUmask ? mode : 0o600);
  try {
    writeFileSync(descriptor, content);
    if (owner !== undefined) fchownSync(descriptor, owner.uid, owner.gid);
    if (!lessUmask) fchmodSync(descriptor, mode);
  } finally {
    closeSync(descriptor);
  }
}

/**
 * The link is made in a directory of its own, which others cannot look into, and then takes its place. Nothing in there is removed but the
 * link itself: the directory above may be somebody's who puts another one in its place.
 */
function placeLink(path: string, target: string, owner: Owner | undefined): void {
  const directory = mkdtempSync(join(dirname(path), `.${basename(path).slice(0, 200)}.`));
  const link = join(directory, "link");
  try {
    symlinkSync(target, link);
    if (owner !== undefined) changeLinkOwner(link, owner);
    renameSync(link, path);
  } catch (error) {
    rmSync(link, { force: true });
    throw error;
  } finally {
    rmdirSync(directory);
  }
}

/** Linux's flag, which Node has no name for: the file itself is opened, and nothing in it. */
const openPath = 0o10000000;

/**
 * Gives a link to somebody. What is changed is what was looked at: where the directory above is somebody else's, another file could come to
 * be at the path in between, and a file would then change hands that never was theirs.
 *
 * @throws PlatformError when something else is at the path
 */
export function changeLinkOwner(path: string, { uid, gid }: Owner): void {
  if (process.platform !== "linux") return lchownSync(path, uid, gid);
  const descriptor = openSync(path, openPath | constants.O_NOFOLLOW);
  try {
    if (!fstatSync(descriptor).isSymbolicLink()) throw new PlatformError(`chown ${path}: it is no link any more`);
    chownSync(`/proc/self/fd/${descriptor}`, uid, gid);
  } finally {
    closeSync(descriptor);
  }
}

function remove(path: string): void {
  if (lstatSync(path).isDirectory()) rmdirSync(path);
  else unlinkSync(path);
}

function explained<Result>(act: () => Result): Result {
  try {
    return act();
  } catch (error) {
    throw isSystemError(error) ? describe(error) : error;
  }
}

interface SystemError extends Error {
  readonly code: string;
  readonly syscall?: string;
  readonly path?: string;
}

function isSystemError(error: unknown): error is SystemError {
  return error instanceof Error && "code" in error && typeof error.code === "string";
}

/** `mkdir /run/secrets.d: permission denied`, from Node's `EACCES: permission denied, mkdir '/run/secrets.d'`. */
function describe(error: SystemError): PlatformError {
  const reason = error.message.replace(/^[A-Z0-9_]+: /, "").replace(/, \w+(?: '.*)?$/s, "");
  const place = [error.syscall, error.path].filter((part) => part !== undefined).join(" ");
  return new PlatformError(`${place}: ${reason}`, { notFound: error.code === "ENOENT", cause: error });
}

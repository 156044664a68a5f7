import { createHash } from "node:crypto";
import {
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, isAbsolute, join } from "node:path";

/*
 * What V8 made of the program's source, kept in the user's cache folder. It is run as it is found, so it has to be as safe as the
 * program: a folder is used only if nobody but this user can have written to it. It holds nothing but what is made of the source.
 */

/**
 * The folder for it, made if need be: `sops-ts` in `$XDG_CACHE_HOME` or `~/.cache`, which has to be there already. Undefined where one
 * of them belongs to somebody else or can be written to by others, with `NODE_DISABLE_COMPILE_CACHE`, on Windows, and on other runtimes
 * than Node, whose versions the names of files do not tell.
 */
export function codeCacheFolder(): string | undefined {
  if ("Bun" in globalThis || "Deno" in globalThis) return undefined;
  if (process.geteuid === undefined || process.env["NODE_DISABLE_COMPILE_CACHE"]) return undefined;
  const { XDG_CACHE_HOME: cache, HOME: home } = process.env;
  const parent = cache || (home && join(home, ".cache"));
  if (!parent || !isAbsolute(parent)) return undefined;
  try {
    if (!isOwn(statSync(parent))) return undefined;
    const folder = join(parent, "sops-ts");
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return isOwn(statSync(folder)) ? folder : undefined;
  } catch {
    // It goes without.
    return undefined;
  }
}

/** Whether something belongs to this user, and nobody else can write to it. */
function isOwn({ uid, mode }: Stats): boolean {
  return uid === process.geteuid?.() && (mode & 0o022) === 0;
}

/** What was kept under a path; undefined when there is nothing, it is somebody else's, or not whole: V8 would run it as it is. */
export function readCodeCache(path: string): Uint8Array | undefined {
  try {
    const descriptor = openSync(path, "r");
    try {
      if (!isOwn(fstatSync(descriptor))) return undefined;
      const file = readFileSync(descriptor);
      const content = file.subarray(hashBytes);
      return hashOf(content).equals(file.subarray(0, hashBytes)) ? content : undefined;
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return undefined;
  }
}

/** Keeps something under a path, in place of what was kept under other names with the same beginning. */
export function writeCodeCache(path: string, beginning: string, content: Uint8Array): void {
  try {
    const folder = dirname(path);
    const aside = `${path}.${process.pid}`;
    writeFileSync(aside, Buffer.concat([hashOf(content), content]), { flag: "wx", mode: 0o600 });
    renameSync(aside, path);
    const others = readdirSync(folder).filter((name) => name.startsWith(beginning) && name !== basename(path));
    for (const name of others) rmSync(join(folder, name), { force: true });
  } catch {
    // It goes without: a disk that is full is no reason to fail.
  }
}

const hashBytes = 32;

function hashOf(content: Uint8Array): Buffer {
  return createHash("sha256").update(content).digest();
}

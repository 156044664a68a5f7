import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
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
  const user = process.geteuid?.();
  if (user === undefined || process.env["NODE_DISABLE_COMPILE_CACHE"]) return undefined;
  const { XDG_CACHE_HOME: cache, HOME: home } = process.env;
  const parent = cache || (home && join(home, ".cache"));
  if (!parent || !isAbsolute(parent)) return undefined;
  try {
    if (!isSafe(parent, user)) return undefined;
    const folder = join(parent, "sops-ts");
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return isSafe(folder, user) ? folder : undefined;
  } catch {
    // It goes without.
    return undefined;
  }
}

function isSafe(folder: string, user: number): boolean {
  const { uid, mode } = statSync(folder);
  return uid === user && (mode & 0o022) === 0;
}

/** What was kept under a path; undefined when there is nothing, or it is not whole: V8 would run it as it is. */
export function readCodeCache(path: string): Uint8Array | undefined {
  try {
    const file = readFileSync(path);
    const content = file.subarray(hashBytes);
    return hashOf(content).equals(file.subarray(0, hashBytes)) ? content : undefined;
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

import { randomInt } from "node:crypto";
import { chmodSync, closeSync, mkdirSync, openSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, isAbsolute, join } from "node:path";
import { messageOf, SopsError } from "../errors.ts";
import type { Platform } from "../platform/platform.ts";
import { isSystemError, systemReason } from "./system-error.ts";

/** Where temporary files go: `$TMPDIR`, else `/tmp`. */
export function temporaryDirectory(platform: Platform): string {
  if (platform.os === "win32") return tmpdir();
  return platform.env("TMPDIR") || "/tmp";
}

/**
 * Where plain text may lie for a while, the best place first: on a memory file system where there is one, of which `$TMPDIR` is the
 * first choice, then `$XDG_RUNTIME_DIR`, then `/dev/shm`; `$TMPDIR` as it is comes last.
 */
export function secretDirectories(platform: Platform): readonly string[] {
  const temporary = temporaryDirectory(platform);
  const inMemory = [platform.env("TMPDIR"), platform.env("XDG_RUNTIME_DIR"), "/dev/shm", temporary].filter(
    (path) => path !== undefined && isAbsolute(path) && isMemoryFileSystem(path),
  ) as string[];
  return [...new Set([...inMemory, temporary])];
}

/** Linux's numbers for tmpfs and ramfs. */
const memoryFileSystems: ReadonlySet<number> = new Set([0x01021994, 0x858458f6]);

function isMemoryFileSystem(path: string): boolean {
  if (process.platform !== "linux") return false;
  try {
    return memoryFileSystems.has(statfsSync(path).type);
  } catch (error) {
    if (isSystemError(error)) return false;
    throw error;
  }
}

/** A directory that nobody else can look into; it is removed when this process ends, if not before. */
export class PrivateDirectory {
  readonly path: string;
  readonly #removeAtExit = (): void => this.remove();

  private constructor(path: string) {
    this.path = path;
    process.once("exit", this.#removeAtExit);
  }

  /**
   * Makes a directory in the first place that takes it and what `fill` puts into it.
   *
   * @param prefix - what its name starts with; digits follow
   * @throws SopsError `COULD_NOT_WRITE_OUTPUT_FILE` when no place does
   */
  static create<Result>(
    places: readonly string[],
    prefix: string,
    fill: (directory: PrivateDirectory) => Result,
  ): { readonly directory: PrivateDirectory; readonly result: Result } {
    const failures: string[] = [];
    for (const place of places) {
      try {
        const directory = new PrivateDirectory(makeDirectory(place, prefix));
        try {
          return { directory, result: fill(directory) };
        } catch (error) {
          directory.remove();
          throw error;
        }
      } catch (error) {
        if (error instanceof SopsError || !isSystemError(error)) throw error;
        failures.push(`${place}: ${systemReason(error)}`);
      }
    }
    throw new SopsError("COULD_NOT_WRITE_OUTPUT_FILE", `Could not create temporary directory: ${failures.join("; ")}`, {
      hint: "Set TMPDIR to a directory that can be written to.",
    });
  }

  /** The path for a name, with the directories that it names. */
  pathFor(name: string): string {
    const path = join(this.path, name);
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    return path;
  }

  /** Writes a new file that only its owner can read; returns its path. */
  writeFile(name: string, content: Uint8Array): string {
    const path = this.pathFor(name);
    const descriptor = openSync(path, "wx", 0o600);
    try {
      writeFileSync(descriptor, content);
    } finally {
      closeSync(descriptor);
    }
    chmodSync(path, 0o600);
    return path;
  }

  /** @throws SopsError when something of it stays */
  remove(): void {
    process.off("exit", this.#removeAtExit);
    try {
      // An editor that is just ending may still write into it.
      rmSync(this.path, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 });
    } catch (error) {
      throw new SopsError("GENERIC", `Could not remove ${this.path}, which holds plain text: ${messageOf(error)}`, {
        cause: error,
        hint: "Remove it by hand.",
      });
    }
  }
}

function makeDirectory(place: string, prefix: string): string {
  for (;;) {
    const path = join(place, `${prefix}${randomInt(2 ** 32)}`);
    try {
      mkdirSync(path, { mode: 0o700 });
      return path;
    } catch (error) {
      if (!isSystemError(error) || error.code !== "EEXIST") throw error;
    }
  }
}

import { decodeUtf8Replacing } from "../bytes.ts";
import { messageOf, SopsError } from "../errors.ts";
import { PlatformError, type Platform } from "../platform/platform.ts";

/** File systems that are never on a disk; ramfs is never swapped out either. */
export type MemoryFileSystem = "ramfs" | "tmpfs";

const protections = "nosuid,nodev,noexec";

/** Where programs are when the path of a boot script does not tell. */
const folders = ["", "/run/current-system/sw/bin/", "/usr/bin/", "/bin/"];

/**
 * Mounts a file system of memory at a directory, mode 0751. Does nothing where one of the type is mounted already; another type
 * is mounted over.
 *
 * @param directory - a path without links in it
 * @returns whether something was mounted
 * @throws SopsError `GENERIC` when that is not allowed, or not possible on this machine
 */
export async function mountMemory(directory: string, type: MemoryFileSystem, platform: Platform): Promise<boolean> {
  const table = await platform.readFileIfExists("/proc/self/mountinfo");
  if (table !== undefined && mountedType(decodeUtf8Replacing(table), directory) === type) return false;
  const options = `${protections},mode=0751`;
  // Old kernels have no tmpfs that stays out of swap.
  const attempts = type === "tmpfs" ? [`${options},noswap`, options] : [options];
  let failure = "";
  for (const attempt of attempts) {
    failure = await tryRun("mount", ["-t", type, "-o", attempt, "none", directory], platform);
    if (failure === "") return true;
  }
  throw new SopsError("GENERIC", `cannot mount ${type} at ${directory}: ${failure}`, {
    hint: "Installing secrets for the whole system needs root and the program mount.",
  });
}

/**
 * Takes the topmost file system away from a directory.
 *
 * @throws SopsError `GENERIC` when that is not possible
 */
export async function unmount(directory: string, platform: Platform): Promise<void> {
  const failure = await tryRun("umount", [directory], platform);
  if (failure !== "") throw new SopsError("GENERIC", `cannot unmount ${directory} again: ${failure}`);
}

/** Why it failed; empty when it did not. */
async function tryRun(program: string, words: readonly string[], platform: Platform): Promise<string> {
  let failure: unknown;
  for (const folder of folders) {
    try {
      const { status, stderr } = await platform.run([`${folder}${program}`, ...words]);
      return status === 0 ? "" : decodeUtf8Replacing(stderr).trim() || `${program} ended with exit status ${status}`;
    } catch (error) {
      if (!(error instanceof PlatformError) || !error.notFound) throw error;
      failure ??= error;
    }
  }
  return messageOf(failure);
}

/**
 * The type of the file system that is mounted at a directory, the topmost of several; undefined when none is.
 *
 * @param table - the text of /proc/self/mountinfo
 */
export function mountedType(table: string, directory: string): string | undefined {
  const entries = table.split("\n").flatMap((line) => {
    const [left = "", right = ""] = line.split(" - ");
    return unescapeOctal(left.split(" ")[4] ?? "") === directory ? [right.split(" ")[0]] : [];
  });
  return entries.at(-1);
}

/** Blanks in paths are written as `\040`. */
function unescapeOctal(text: string): string {
  return text.replaceAll(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}

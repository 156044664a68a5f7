import type { Platform } from "../platform/platform.ts";

/** What a config file and the files it speaks of are placed by: forms of paths, without asking the file system. */
export type Whereabouts = Pick<Platform, "os" | "workingDirectory">;

/** The separator of directories, `/` or `\`. */
export function separatorOf(where: Pick<Platform, "os">): string {
  return where.os === "win32" ? "\\" : "/";
}

/**
 * An absolute path without `.` and `..`; a relative one starts at the working directory. Symbolic links stay as they are.
 *
 * @see Go path/filepath, `Abs`
 */
export function absolutePath(path: string, where: Whereabouts): string {
  const separator = separatorOf(where);
  const root = rootOf(path, where);
  const absolute = root === "" ? `${where.workingDirectory()}${separator}${path}` : path;
  const start = root === "" ? rootOf(absolute, where) : root;
  const names: string[] = [];
  for (const name of absolute.slice(start.length).split(where.os === "win32" ? /[\\/]/ : "/")) {
    if (name === "..") names.pop();
    else if (name !== "" && name !== ".") names.push(name);
  }
  return start.replaceAll("/", separator) + names.join(separator);
}

/** The directory that an absolute path is in. */
export function directoryOf(path: string, where: Whereabouts): string {
  return absolutePath(`${path}${separatorOf(where)}..`, where);
}

/** The part of an absolute path that `..` does not leave: `/`, `C:\`, `\\server\share\`; empty for a relative path. */
function rootOf(path: string, where: Pick<Platform, "os">): string {
  if (where.os !== "win32") return path.startsWith("/") ? "/" : "";
  return /^(?:[A-Za-z]:[\\/]|[\\/]{2}[^\\/]+[\\/][^\\/]+[\\/]?|[\\/])/.exec(path)?.[0] ?? "";
}

/** A path as seen from a directory that it is in; the whole path when it is not in there. */
export function withinDirectory(path: string, directory: string, where: Pick<Platform, "os">): string {
  const prefix = directory + separatorOf(where);
  return path.startsWith(prefix) ? path.slice(prefix.length) : path;
}

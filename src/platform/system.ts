/**
 * What installing secrets needs of the file system beyond {@link Platform}: directories, links, owners and exact modes. All of
 * it is synchronous, and fails with a `PlatformError` that names the call and the path.
 */
export interface System {
  /** What is at a path, links not followed; undefined when there is nothing. */
  status(path: string): FileStatus | undefined;

  /** Whether a path leads to something, links followed. */
  exists(path: string): boolean;

  /** A path without links in it; the path itself when there is nothing. */
  realPath(path: string): string;

  /** The content of a file; undefined when there is no file. */
  readFile(path: string): Uint8Array | undefined;

  /** The target of a link, as it is written there. */
  readLink(path: string): string;

  /** The names in a directory, in no particular order. */
  list(path: string): readonly string[];

  /** Makes a directory and those above it that are missing, each with `mode` less the umask. */
  makeDirectories(path: string, mode: number): void;

  /** Makes a directory that is not there yet, with exactly this mode and owner. */
  createDirectory(path: string, rights: Rights): void;

  /** Writes a file that is not there yet; its rights are never wider than those it ends with. */
  createFile(path: string, content: Uint8Array, rights: FileRights): void;

  /** Adds text to a file; one that is not there is made with mode 0600. */
  append(path: string, text: string): void;

  changeOwner(path: string, owner: Owner): void;

  /** Puts a link at a path in one step, in place of a file or a link that may be there. */
  placeLink(path: string, target: string, owner: Owner | undefined): void;

  /** Removes a file, a link, or an empty directory. */
  remove(path: string): void;

  /** Removes whatever is at a path, with all that is below it; nothing there is fine. */
  removeTree(path: string): void;
}

/** User and group, by number. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

export interface FileStatus extends Owner {
  readonly type: "file" | "directory" | "link" | "other";
}

export interface Rights {
  /** Permission bits. */
  readonly mode: number;
  /** Undefined: who runs the program. */
  readonly owner: Owner | undefined;
}

export interface FileRights extends Rights {
  /** Whether the umask takes bits away from the mode, as it does when programs make files. */
  readonly lessUmask: boolean;
}

import { SopsError } from "../errors.ts";
import type { Owner, System } from "../platform/system.ts";
import { describeFile, type PlannedFile } from "./plan.ts";
import { parentOf } from "./places.ts";

/** A link to a file below the live link, for who looks for it elsewhere. */
export interface FileLink {
  readonly path: string;
  readonly target: string;
  /** Undefined in user mode. */
  readonly owner: Owner | undefined;
  /** The secret or template, for messages. */
  readonly subject: string;
}

/** The link that a file wants; undefined when it is looked for in its own place. */
export function linkOf(file: PlannedFile, link: string, options: { readonly userMode: boolean }): FileLink | undefined {
  if (file.path === undefined) return undefined;
  const owner = options.userMode ? undefined : file.owner;
  return { path: file.path, target: `${link}/${file.place}`, owner, subject: describeFile(file) };
}

/**
 * Whether a link can be made. It replaces files and links, and directories that are empty.
 *
 * @throws SopsError `GENERIC` when a directory with something in it is in the way
 */
export function checkLink({ path, subject }: FileLink, system: System): void {
  if (system.status(path)?.type !== "directory" || system.list(path).length === 0) return;
  throw new SopsError("GENERIC", `cannot link ${path} to ${subject}: there is a directory that is not empty`, {
    hint: "Move it away, or choose another path for the secret.",
  });
}

/** Makes a link, unless it is there. */
export function makeLink(link: FileLink, system: System): void {
  const { path, target, owner } = link;
  checkLink(link, system);
  const status = system.status(path);
  if (status?.type === "link" && system.readLink(path) === target && hasOwner(status, owner)) return;
  if (status?.type === "directory") system.remove(path);
  system.makeDirectories(parentOf(path), 0o777);
  system.placeLink(path, target, owner);
}

function hasOwner(status: Owner, owner: Owner | undefined): boolean {
  return owner === undefined || (status.uid === owner.uid && status.gid === owner.gid);
}

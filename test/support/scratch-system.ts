import { system } from "../../src/platform/node-system.ts";
import { PlatformError } from "../../src/platform/platform.ts";
import type { Owner, System } from "../../src/platform/system.ts";

/** A system whose absolute paths are below a scratch directory, and whose owners are remembered and not set: no test needs root. */
export interface ScratchSystem extends System {
  /** The owners that were wanted, by path. */
  readonly owners: ReadonlyMap<string, Owner>;
  /** Calls that fail from now on, by `call path`. */
  readonly broken: Set<string>;
}

/** @param root - an existing directory; links that are made keep the targets that they are given */
export function scratchSystem(root: string): ScratchSystem {
  const owners = new Map<string, Owner>();
  const broken = new Set<string>();
  const own = (call: string, path: string): string => {
    if (broken.has(`${call} ${path}`)) throw new PlatformError(`${call} ${path}: input/output error`);
    return root + follow(path);
  };
  /** Links of the scratch directory lead to places in it too. */
  const follow = (path: string): string => {
    const steps = path.split("/");
    for (let depth = 2; depth < steps.length; depth++) {
      const above = steps.slice(0, depth).join("/");
      if (system.status(root + above)?.type !== "link") continue;
      return follow([system.readLink(root + above), ...steps.slice(depth)].join("/"));
    }
    return path;
  };
  const remember = (path: string, owner: Owner | undefined): undefined => {
    if (owner !== undefined) owners.set(path, owner);
    return undefined;
  };
  return {
    owners,
    broken,
    status: (path) => system.status(own("status", path)),
    exists: (path) => system.exists(root + follow(`${path}/`).replace(/\/$/, "")),
    realPath: (path) => follow(`${path}/`).replace(/\/$/, ""),
    readFile: (path) => system.readFile(own("read", path)),
    readLink: (path) => system.readLink(own("readlink", path)),
    list: (path) => system.list(own("list", path)),
    makeDirectories: (path, mode) => system.makeDirectories(own("mkdir", path), mode),
    createDirectory: (path, { mode, owner }) =>
      system.createDirectory(own("mkdir", path), { mode, owner: remember(path, owner) }),
    createFile: (path, content, { owner, ...rights }) =>
      system.createFile(own("open", path), content, { ...rights, owner: remember(path, owner) }),
    append: (path, text) => system.append(own("append", path), text),
    changeOwner: (path, owner) => {
      own("chown", path);
      remember(path, owner);
    },
    placeLink: (path, target, owner) => system.placeLink(own("symlink", path), target, remember(path, owner)),
    remove: (path) => system.remove(own("remove", path)),
    removeTree: (path) => system.removeTree(own("remove", path)),
  };
}

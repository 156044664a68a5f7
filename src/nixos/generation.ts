import { SopsError } from "../errors.ts";
import type { Owner, System } from "../platform/system.ts";
import { isBelow, lastStep, parentOf } from "./places.ts";

/** A file of a generation, with its content. */
export interface GenerationFile {
  readonly kind: "secret" | "template";
  /** Its path below the generation. */
  readonly place: string;
  readonly content: Uint8Array;
  readonly mode: number;
  readonly owner: Owner;
}

/** Where generations are. */
export interface GenerationStore {
  /** The directory of all of them. */
  readonly directory: string;
  /** The link to the live one. */
  readonly link: string;
  /** Whose the directories are; undefined in user mode, where everything belongs to the user. */
  readonly directoryOwner: Owner | undefined;
}

/** Of the store and all directories in it: everybody may pass through, only those of the group see what is there. */
export const directoryMode = 0o751;

/**
 * The number after the live generation's; 1 where the link does not point below the store.
 *
 * @throws SopsError `GENERIC` when it points to something in the store that has no number
 */
export function nextGeneration({ directory, link }: GenerationStore, system: System): number {
  if (system.status(link)?.type !== "link") return 1;
  const target = system.readLink(link);
  if (!isBelow(target, directory)) return 1;
  const name = lastStep(target);
  const number = Number(name);
  if (/^\d+$/.test(name) && Number.isSafeInteger(number)) return number + 1;
  throw new SopsError("GENERIC", `cannot parse ${name} of ${target} as a number`, {
    hint: `Remove ${link}; the next run then starts with generation 1.`,
  });
}

/**
 * Writes a new generation, in place of what an earlier run may have left there. When that fails nothing stays of it.
 *
 * @throws PlatformError
 */
export function writeGeneration(
  number: number,
  files: readonly GenerationFile[],
  { directory, directoryOwner }: GenerationStore,
  system: System,
): void {
  const generation = `${directory}/${number}`;
  const rights = { mode: directoryMode, owner: directoryOwner };
  system.removeTree(generation);
  try {
    system.createDirectory(generation, rights);
    for (const place of directoriesOf(files)) system.createDirectory(`${generation}/${place}`, rights);
    for (const { kind, place, content, mode, owner } of files) {
      const fileOwner = directoryOwner && owner;
      // As in sops-nix: secrets are written as programs write files, of templates the mode is set.
      const lessUmask = kind === "secret";
      system.createFile(`${generation}/${place}`, content, { mode, owner: fileOwner, lessUmask });
    }
  } catch (error) {
    system.removeTree(generation);
    throw error;
  }
}

/** All directories above files, each before those in it. */
function directoriesOf(files: readonly GenerationFile[]): readonly string[] {
  const directories = new Set<string>();
  for (const { place } of files) {
    const steps = place.split("/");
    for (let depth = 1; depth < steps.length; depth++) directories.add(steps.slice(0, depth).join("/"));
  }
  return [...directories];
}

/**
 * Makes a generation the live one, in one step where there is a link already. When that fails nothing stays of it.
 *
 * @throws PlatformError
 */
export function goLive(number: number, { directory, link }: GenerationStore, system: System): void {
  const generation = `${directory}/${number}`;
  try {
    system.makeDirectories(parentOf(link), 0o755);
    // Only a directory cannot be replaced in one step.
    if (system.status(link)?.type === "directory") system.removeTree(link);
    system.placeLink(link, generation, undefined);
  } catch (error) {
    system.removeTree(generation);
    throw error;
  }
}

/** Removes the generations that are too old; other names and higher numbers stay. */
export function prune(live: number, keep: number, { directory }: GenerationStore, system: System): void {
  if (keep <= 0) return;
  for (const name of system.list(directory)) {
    if (/^\d+$/.test(name) && Number(name) <= live - keep) system.removeTree(`${directory}/${name}`);
  }
}

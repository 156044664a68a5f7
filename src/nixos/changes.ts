import { compareByBytes, equalBytes } from "../bytes.ts";
import type { System } from "../platform/system.ts";
import type { GenerationFile } from "./generation.ts";
import { isBelow, renderedDirectory } from "./places.ts";
import type { PlannedFile } from "./plan.ts";

/** What is different between the live generation and a new one. */
export interface Changes {
  readonly added: readonly PlannedFile[];
  readonly modified: readonly PlannedFile[];
  /** Places below the live generation. */
  readonly removed: readonly string[];
}

/**
 * Compares the contents of a new generation with the live one.
 *
 * @param places - all places that the manifest names, also those of secrets that failed: these do not count as removed
 */
export function findChanges(
  files: readonly (PlannedFile & GenerationFile)[],
  places: ReadonlySet<string>,
  link: string,
  system: System,
): Changes {
  const added: PlannedFile[] = [];
  const modified: PlannedFile[] = [];
  for (const file of files) {
    const before = system.readFile(`${link}/${file.place}`);
    if (before === undefined) added.push(file);
    else if (!equalBytes(before, file.content)) modified.push(file);
  }
  return { added, modified, removed: filesBelow(system.realPath(link), system).filter((place) => !places.has(place)) };
}

function filesBelow(directory: string, system: System, prefix = ""): string[] {
  return system.list(directory).flatMap((name) => {
    const isDirectory = system.status(`${directory}/${name}`)?.type === "directory";
    return isDirectory ? filesBelow(`${directory}/${name}`, system, `${prefix}${name}/`) : [`${prefix}${name}`];
  });
}

/** The changes in words, one line a kind of change, names sorted: `adding secrets: a, b`. */
export function changeLines({ added, modified, removed }: Changes, options: { readonly dryRun: boolean }): string[] {
  const isTemplate = (place: string): boolean => isBelow(place, renderedDirectory);
  const namesOf = (files: readonly PlannedFile[], kind: PlannedFile["kind"]): string[] =>
    files.filter((file) => file.kind === kind).map(({ name }) => name);
  const verbs = options.dryRun ? ["would add", "would modify", "would remove"] : ["adding", "modifying", "removing"];
  const removedTemplates = removed.filter(isTemplate).map((place) => place.slice(renderedDirectory.length + 1));
  const kinds = [
    ["secret", [namesOf(added, "secret"), namesOf(modified, "secret"), removed.filter((place) => !isTemplate(place))]],
    ["rendered secret", [namesOf(added, "template"), namesOf(modified, "template"), removedTemplates]],
  ] as const;
  return kinds.flatMap(([noun, lists]) =>
    lists.flatMap((names, index) => {
      if (names.length === 0) return [];
      return `${verbs[index]} ${noun}${names.length === 1 ? "" : "s"}: ${names.toSorted(compareByBytes).join(", ")}`;
    }),
  );
}

import type { Leaf } from "./leaves.ts";
import { Branch, Comment, NonStringKey, type Value } from "./tree.ts";

/**
 * Opens an encrypted comment that a YAML reader gave to a neighbouring container: a comment below the last item of a mapping
 * may come back as one of the mapping around it, and the other way round. Its envelope is still bound to the path it had, so
 * the paths of the containers around are tried. Comments are not part of the MAC; where one stands is all this can change.
 *
 * @param open - opens the comment with a path as additional data, or gives undefined
 */
export function openMovedComment(
  branches: readonly Branch[],
  leaf: Leaf,
  open: (additionalData: string) => Comment | undefined,
): Comment | undefined {
  for (const path of neighbouringPaths(branches, leaf)) {
    const comment = open(path);
    if (comment !== undefined) return comment;
  }
  return undefined;
}

/** Additional data of the containers around a comment: those that hold it, then those that end before or begin after it. */
function neighbouringPaths(branches: readonly Branch[], leaf: Leaf): Set<string> {
  const paths = new Set<string>([":"]);
  for (const branch of branches) {
    const trail = trailTo(branch, leaf.container, "");
    for (const path of trail ?? []) paths.add(path === "" ? ":" : path);
  }
  const own = leaf.additionalData === ":" ? "" : leaf.additionalData;
  const siblings = leaf.container instanceof Branch ? leaf.container.items : leaf.container;
  addEdge(paths, siblings, leaf.index, -1, own);
  addEdge(paths, siblings, leaf.index, 1, own);
  paths.delete(leaf.additionalData);
  return paths;
}

/** The paths of a container and all that hold it, innermost first. */
function trailTo(value: Value, container: Branch | Value[], path: string): string[] | undefined {
  if (value === container) return [path];
  for (const [child, childPath] of children(value, path)) {
    const trail = trailTo(child, container, childPath);
    if (trail !== undefined) return [...trail, path];
  }
  return undefined;
}

function children(value: Value, path: string): [Value, string][] {
  if (Array.isArray(value)) return value.map((element) => [element, path]);
  if (!(value instanceof Branch)) return [];
  return value.items.flatMap((item): [Value, string][] =>
    item instanceof Comment || item.key instanceof NonStringKey ? [] : [[item.value, `${path}${item.key}:`]],
  );
}

type Sibling = Branch["items"][number] | Value;

/** Adds the containers that are nested at the near edge of the next sibling in one direction. */
function addEdge(paths: Set<string>, siblings: readonly Sibling[], index: number, step: 1 | -1, path: string): void {
  let position = index + step;
  while (siblings[position] instanceof Comment) position += step;
  const sibling = siblings[position];
  if (sibling === undefined || sibling === null) return;
  let edge: [Value, string] | undefined = valueOf(sibling, path);
  while (edge !== undefined && (edge[0] instanceof Branch || Array.isArray(edge[0]))) {
    paths.add(edge[1]);
    const nested: [Value, string][] = children(edge[0], edge[1]).filter(([child]) => !(child instanceof Comment));
    edge = step === 1 ? nested[0] : nested.at(-1);
  }
}

function valueOf(sibling: Sibling, path: string): [Value, string] | undefined {
  if (typeof sibling === "object" && sibling !== null && "key" in sibling) {
    return sibling.key instanceof NonStringKey ? undefined : [sibling.value, `${path}${sibling.key}:`];
  }
  return [sibling as Value, path];
}

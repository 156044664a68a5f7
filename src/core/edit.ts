import { SopsError } from "../errors.ts";
import { equalValues } from "./equality.ts";
import { Branch, Comment, type Item, type Value } from "./tree.ts";
import { formatTreePath, type TreePath } from "./tree-path.ts";

/**
 * The value at a path of a document.
 *
 * @throws SopsError `TREE_PATH_NOT_FOUND` when there is none
 */
export function getValue(root: Branch, path: TreePath): Value {
  let current: Value = root;
  for (const [position, step] of path.entries()) {
    const here = path.slice(0, position + 1);
    if (typeof step === "string") {
      if (!(current instanceof Branch)) {
        throw notFound(`component ['${step}'] looks into a value that is not a mapping`, here);
      }
      const item = findItem(current, step);
      if (item === undefined) throw notFound(`component ['${step}'] not found`, here);
      current = item.value;
    } else {
      if (!Array.isArray(current)) {
        throw notFound(`component [${step}] is integer, but tree part is not a slice`, here);
      }
      const element: Value | undefined = current[step];
      if (element === undefined) throw notFound(`component [${step}] accesses out of bounds`, here);
      current = element;
    }
  }
  return current;
}

/** The first item of a mapping with this key. */
export function findItem(branch: Branch, key: string): Item | undefined {
  return branch.items.find((item): item is Item => !(item instanceof Comment) && item.key === key);
}

function notFound(reason: string, path: TreePath): SopsError {
  return new SopsError("TREE_PATH_NOT_FOUND", reason, {
    path: formatTreePath(path),
    hint: "Keys are written as they are in the file, list positions count from 0.",
  });
}

/**
 * Sets the value at a path of a document, in place. Mappings that are missing on the way are made (where a step is a position, a
 * list of one element), a position at or past a list's end appends, and a scalar in the way gives way.
 *
 * @returns whether anything changed: false when an equal value, of the same type, was there
 * @throws SopsError `INVALID_SET_FORMAT` for an empty path, a key into a list or a negative position
 */
export function setValue(root: Branch, path: TreePath, value: Value): boolean {
  if (path.length === 0) throw invalidStep("The path is empty", path);
  return setIn(root, path, 0, value).changed;
}

interface Changed {
  readonly value: Value;
  readonly changed: boolean;
}

function setIn(current: Value, path: TreePath, depth: number, value: Value): Changed {
  if (depth === path.length) return { value, changed: !equalValues(current, value) };
  const step = path[depth] as string | number;
  if (current instanceof Branch) return setInBranch(current, step, path, depth, value);
  if (Array.isArray(current)) return setInList(current, step, path, depth, value);
  return { value: made(path, depth, value), changed: true };
}

function setInBranch(branch: Branch, step: string | number, path: TreePath, depth: number, value: Value): Changed {
  // sops takes a position on a mapping for a change that changes nothing.
  if (typeof step === "number") return { value: branch, changed: true };
  const item = findItem(branch, step);
  if (item === undefined) {
    branch.items.push({ key: step, value: made(path, depth + 1, value) });
    return { value: branch, changed: true };
  }
  const inner = setIn(item.value, path, depth + 1, value);
  item.value = inner.value;
  return { value: branch, changed: inner.changed };
}

function setInList(list: Value[], step: string | number, path: TreePath, depth: number, value: Value): Changed {
  const position = positionIn(step, path.slice(0, depth + 1));
  const element = list[position];
  if (element === undefined) {
    list.push(made(path, depth + 1, value));
    return { value: list, changed: true };
  }
  const inner = setIn(element, path, depth + 1, value);
  list[position] = inner.value;
  return { value: list, changed: inner.changed };
}

/** A step into a list. */
function positionIn(step: string | number, path: TreePath): number {
  if (typeof step === "number" && step >= 0) return step;
  throw invalidStep(`${formatTreePath([step])} is not a position of a list`, path);
}

/** The containers that the rest of a path asks for, with the value inside. */
function made(path: TreePath, depth: number, value: Value): Value {
  let result = value;
  for (const step of path.slice(depth).reverse()) {
    result = typeof step === "number" ? [result] : new Branch([{ key: step, value: result }]);
  }
  return result;
}

function invalidStep(reason: string, path: TreePath): SopsError {
  return new SopsError("INVALID_SET_FORMAT", `Invalid path: ${reason}`, {
    path: formatTreePath(path),
    hint: `A path is written as '["database"]["users"][0]'; positions count from 0.`,
  });
}

/**
 * Removes the value at a path of a document, in place.
 *
 * @throws SopsError `TREE_PATH_NOT_FOUND` when it is not there; `INVALID_SET_FORMAT` for an empty path, a key into a list or a
 * negative position; `GENERIC` when a scalar is in the way
 */
export function unsetValue(root: Branch, path: TreePath): void {
  const last = path.at(-1);
  if (last === undefined) throw invalidStep("The path is empty", path);
  let container: Value = root;
  for (const [depth, step] of path.slice(0, -1).entries()) {
    container = childOf(container, step, path.slice(0, depth + 1));
  }
  if (container instanceof Branch && typeof last === "string") {
    childOf(container, last, path);
    container.items.splice(
      container.items.findIndex((item) => !(item instanceof Comment) && item.key === last),
      1,
    );
  } else {
    childOf(container, last, path);
    (container as Value[]).splice(Number(last), 1);
  }
}

function childOf(container: Value, step: string | number, path: TreePath): Value {
  const item = container instanceof Branch && typeof step === "string" ? findItem(container, step) : undefined;
  if (item !== undefined) return item.value;
  if (Array.isArray(container)) {
    const element = container[positionIn(step, path)];
    if (element === undefined) throw notFound(`Index ${step} out of bounds`, path);
    return element;
  }
  if (container instanceof Branch) throw notFound(`Key not found: ${step}`, path);
  throw new SopsError("GENERIC", `Unsupported type for item '${step}': what is above it is neither mapping nor list`, {
    path: formatTreePath(path),
  });
}

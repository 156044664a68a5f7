import { SopsError } from "../errors.ts";
import { setValue, unsetValue } from "./edit.ts";
import { fromPlain, type PlainInput } from "./plain-object.ts";
import { Branch, isComment, type Value } from "./tree.ts";
import type { TreePath } from "./tree-path.ts";

/** One change of a file: a value that is set, or one that is removed. */
export type TreeEdit = SetEdit | RemoveEdit;

/** Sets a value. What is missing on the way is made; a position at or past a list's end appends. */
export interface SetEdit {
  /** From the root of its document. */
  readonly path: TreePath;
  /** The new value: a leaf, or a whole mapping or list. */
  readonly value: PlainInput;
  /** The document, counted from 0. Default: the first. */
  readonly document?: number;
}

/** Removes a value, with all that is below it. */
export interface RemoveEdit {
  /** From the root of its document. */
  readonly path: TreePath;
  /** Says what is to be done. */
  readonly remove: true;
  /** The document, counted from 0. Default: the first. */
  readonly document?: number;
}

/**
 * The documents with edits made; those that were given stay as they are. All paths are those of the given documents: values are set
 * in the given order, then removed from the last to the first, so that no removal moves what another one names.
 *
 * @throws SopsError `INVALID_SET_FORMAT`, `TREE_PATH_NOT_FOUND`, also for a document that is not there
 * @throws TypeError for a value that a file cannot hold
 */
export function editedBranches(branches: readonly Branch[], edits: readonly TreeEdit[]): Branch[] {
  const edited = branches.map(copyBranch);
  for (const edit of edits) {
    if (!isRemoval(edit)) setValue(documentOf(edited, edit), edit.path, fromPlain(edit.value));
  }
  for (const edit of edits.filter(isRemoval).toSorted((a, b) => compareLastFirst(a.path, b.path))) {
    unsetValue(documentOf(edited, edit), edit.path);
  }
  return edited;
}

function copyBranch(branch: Branch): Branch {
  return new Branch(
    branch.items.map((item) => (isComment(item) ? item : { key: item.key, value: copyValue(item.value) })),
  );
}

/** What cannot change is shared: scalars and comments. */
function copyValue(value: Value): Value {
  if (value instanceof Branch) return copyBranch(value);
  return Array.isArray(value) ? value.map(copyValue) : value;
}

function isRemoval(edit: TreeEdit): edit is RemoveEdit {
  return "remove" in edit;
}

function documentOf(branches: readonly Branch[], { document = 0 }: TreeEdit): Branch {
  const branch = branches[document];
  if (branch === undefined) {
    throw new SopsError("TREE_PATH_NOT_FOUND", `the file has no document ${document}: it has ${branches.length}`, {
      hint: "Documents count from 0.",
    });
  }
  return branch;
}

/** Orders later positions before earlier ones, and what is inside before what is around it. */
function compareLastFirst(a: TreePath, b: TreePath): number {
  const depth = a.findIndex((step, index) => step !== b[index]);
  const [left, right] = [a[depth], b[depth]];
  if (left === undefined || right === undefined) return b.length - a.length;
  if (typeof left === "number" && typeof right === "number") return right - left;
  return String(left) < String(right) ? -1 : 1;
}

import { SopsError } from "../errors.ts";
import { looksLikeEnvelope } from "./envelope.ts";
import type { Selector } from "./selection.ts";
import { Branch, Comment, type Item, NonStringKey, type Scalar, type Value } from "./tree.ts";
import { formatTreePath, type TreePath } from "./tree-path.ts";

/** A value or comment of a tree that is not a container, in its place. */
export interface Leaf {
  readonly value: Exclude<Scalar, null> | Comment;
  /** What holds it. */
  readonly container: Branch | Value[];
  /** Its position in `container`'s items or elements. */
  readonly index: number;
  /** What its envelope is bound to: the keys on its path, each followed by ":"; a list position adds nothing. */
  readonly additionalData: string;
  /** Whether the selection rule wants it encrypted. */
  readonly selected: boolean;
}

/**
 * All leaves of the documents in file order, depth first. A null is no leaf: it is neither encrypted nor part of the MAC.
 *
 * Comments have the path of the mapping or list that holds them. For comment rules the active comments are, at every level
 * from the root, those since the last sibling that is not a comment.
 *
 * @param sealed - whether the tree is an encrypted one: there a list element may be an encrypted comment, and counts as one
 * @throws SopsError `ERROR_ENCRYPTING_TREE` or `ERROR_DECRYPTING_TREE` on a key that is not a string
 */
export function collectLeaves(branches: readonly Branch[], selector: Selector, sealed: boolean): Leaf[] {
  const walk: Walk = { leaves: [], selector, sealed };
  for (const branch of branches) walkBranch(walk, branch, "", false);
  return walk.leaves;
}

/** Puts a value in a leaf's place. A comment in a mapping stays a comment, with the text as its own. */
export function replaceLeaf(leaf: Leaf, value: Scalar | Comment): void {
  const { container, index } = leaf;
  if (!(container instanceof Branch)) {
    container[index] = value;
    return;
  }
  const item = container.items[index] as Item | Comment;
  if (item instanceof Comment) container.items[index] = commentFrom(value, item);
  else item.value = value;
}

function commentFrom(value: Scalar | Comment, before: Comment): Comment {
  return value instanceof Comment ? value : new Comment(String(value), before.inline);
}

/** What is the same for all of a walk. */
interface Walk {
  readonly leaves: Leaf[];
  readonly selector: Selector;
  readonly sealed: boolean;
}

/** @param matched - whether a key, or an active comment, of a level above matches the rule */
function walkBranch(walk: Walk, branch: Branch, path: string, matched: boolean): void {
  const { selector } = walk;
  const { items } = branch;
  let matchedHere = matched;
  for (let index = 0; index < items.length; index++) {
    const item = items[index] as Item | Comment;
    if (item instanceof Comment) {
      matchedHere = addComment(walk, item, branch, index, path, matchedHere);
      continue;
    }
    const { key, value } = item;
    if (key instanceof NonStringKey) throw nonStringKey(walk, key);
    const matchedKey = selector.usesComments ? matchedHere : matched || selector.matchesKey(key);
    walkValue(walk, value, branch, index, `${path}${key}:`, matchedKey);
    matchedHere = matched;
  }
}

function walkList(walk: Walk, list: Value[], path: string, matched: boolean): void {
  let matchedHere = matched;
  for (let index = 0; index < list.length; index++) {
    const element = list[index] as Value;
    if (element instanceof Comment) {
      matchedHere = addComment(walk, element, list, index, path, matchedHere);
      continue;
    }
    walkValue(walk, element, list, index, path, matchedHere);
    // An encrypted comment is a text element here; like a comment it leaves the active comments as they are.
    if (!(walk.sealed && walk.selector.usesComments && isSealedComment(element))) matchedHere = matched;
  }
}

function walkValue(
  walk: Walk,
  value: Value,
  container: Branch | Value[],
  index: number,
  path: string,
  matched: boolean,
): void {
  if (value === null) return;
  if (typeof value !== "object") addLeaf(walk, value, container, index, path, matched);
  else if (value instanceof Branch) walkBranch(walk, value, path, matched);
  else if (Array.isArray(value)) walkList(walk, value, path, matched);
  else addLeaf(walk, value, container, index, path, matched);
}

/** Adds a comment, and says whether the rule matches from here on. */
function addComment(
  walk: Walk,
  comment: Comment,
  container: Branch | Value[],
  index: number,
  path: string,
  matched: boolean,
): boolean {
  const { selector } = walk;
  const matches = selector.usesComments && (matched || selector.matchesComment(comment.text));
  // The comment that switches encryption on stays readable itself; one that switches it off does so for itself too.
  const own = selector.usesComments && !selector.encryptsWhenMatched ? matches : matched;
  addLeaf(walk, comment, container, index, path === "" ? ":" : path, own);
  return selector.usesComments ? matches : matched;
}

function addLeaf(
  { leaves, selector }: Walk,
  value: Leaf["value"],
  container: Branch | Value[],
  index: number,
  path: string,
  matched: boolean,
): void {
  leaves.push({ value, container, index, additionalData: path, selected: matched === selector.encryptsWhenMatched });
}

function nonStringKey({ sealed }: Walk, key: NonStringKey): SopsError {
  const [code, doing] = sealed
    ? (["ERROR_DECRYPTING_TREE", "decrypting"] as const)
    : (["ERROR_ENCRYPTING_TREE", "encrypting"] as const);
  const reason = `Tree contains a non-string key (type ${key.goType}): ${key.text}. Only string keys are supported`;
  return new SopsError(code, `Error ${doing} tree: Error walking tree: ${reason}`, {
    hint: `Quote the key: "${key.text}"`,
  });
}

function isSealedComment(element: Value): boolean {
  return typeof element === "string" && element.includes(",type:comment]") && looksLikeEnvelope(element);
}

/** Where a leaf stands, for messages; undefined when it is not part of the documents. */
export function pathOfLeaf(branches: readonly Branch[], leaf: Leaf): string | undefined {
  for (const branch of branches) {
    const path = findContainer(branch, leaf.container, []);
    if (path !== undefined) return formatTreePath([...path, ...lastStep(leaf)]);
  }
  return undefined;
}

function lastStep({ container, index }: Leaf): TreePath {
  if (!(container instanceof Branch)) return [index];
  const item = container.items[index];
  return item === undefined || item instanceof Comment ? [] : [keyText(item)];
}

function findContainer(value: Value, container: Branch | Value[], path: TreePath): TreePath | undefined {
  if (value === container) return path;
  if (value instanceof Branch) {
    for (const item of value.items) {
      const found =
        item instanceof Comment ? undefined : findContainer(item.value, container, [...path, keyText(item)]);
      if (found !== undefined) return found;
    }
  } else if (Array.isArray(value)) {
    for (const [index, element] of value.entries()) {
      const found = findContainer(element, container, [...path, index]);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function keyText(item: Item): string {
  return item.key instanceof NonStringKey ? item.key.text : item.key;
}

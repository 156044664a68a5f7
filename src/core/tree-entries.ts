import { collectLeaves } from "./leaves.ts";
import { type PlainObject, type PlainValue, toPlain } from "./plain-object.ts";
import type { Selector } from "./selection.ts";
import { Branch, Comment, type Item, NonStringKey, type Scalar, UnsignedInteger, type Value } from "./tree.ts";
import type { TreePath } from "./tree-path.ts";
import { datatypeOf } from "./value.ts";

/** What stands in a document or below one of its keys, in file order. */
export type TreeEntry = LeafEntry | ContainerEntry | CommentEntry;

/** A value that holds no others. */
export interface LeafEntry {
  /** Says what entry this is. */
  readonly kind: "leaf";
  /** From the root of its document; the last step is its own key or position. */
  readonly path: TreePath;
  /** Integers beyond 2^53 are `bigint`, times RFC 3339 texts, strings that are not UTF-8 `Uint8Array`. */
  readonly value: Exclude<PlainValue, readonly PlainValue[] | PlainObject>;
  /** The type word of its envelope, or `null`, which is never encrypted. */
  readonly datatype: "str" | "int" | "float" | "bool" | "time" | "null";
  /** Whether the file's selection rule has it encrypted. */
  readonly encrypted: boolean;
}

/** A mapping or a list. */
export interface ContainerEntry {
  /** Says what entry this is. */
  readonly kind: "mapping" | "list";
  /** From the root of its document; the last step is its own key or position. */
  readonly path: TreePath;
  /** What it holds, comments included. */
  readonly entries: readonly TreeEntry[];
}

/** A comment. */
export interface CommentEntry {
  /** Says what entry this is. */
  readonly kind: "comment";
  /** Without its mark, and with the blanks after the mark. */
  readonly text: string;
  /** Whether the file's selection rule has it encrypted. */
  readonly encrypted: boolean;
}

/**
 * The entries of each document, for people and programs that look at a whole file: with comments, types, and what is encrypted.
 * Positions in lists count comments, as the paths of `set` and `--extract` do.
 *
 * @param branches - plain documents
 */
export function treeEntries(branches: readonly Branch[], selector: Selector): TreeEntry[][] {
  const selected = new Map<Branch | Value[], Set<number>>();
  for (const leaf of collectLeaves(branches, selector, false)) {
    if (!leaf.selected) continue;
    const positions = selected.get(leaf.container) ?? new Set();
    selected.set(leaf.container, positions.add(leaf.index));
  }
  const isEncrypted = (container: Branch | Value[], index: number): boolean =>
    selected.get(container)?.has(index) ?? false;
  return branches.map((branch) => entriesIn(branch, [], isEncrypted));
}

type IsEncrypted = (container: Branch | Value[], index: number) => boolean;

function entriesIn(container: Branch | Value[], path: TreePath, isEncrypted: IsEncrypted): TreeEntry[] {
  const elements: readonly (Item | Comment | Value)[] = container instanceof Branch ? container.items : container;
  return elements.map((element, index) => {
    const encrypted = isEncrypted(container, index);
    if (element instanceof Comment) {
      return { kind: "comment", text: element.text, encrypted };
    }
    return isItem(element)
      ? entryOf(element.value, [...path, keyText(element)], encrypted, isEncrypted)
      : entryOf(element, [...path, index], encrypted, isEncrypted);
  });
}

function isItem(element: Item | Value): element is Item {
  return typeof element === "object" && element !== null && "key" in element;
}

function keyText({ key }: Item): string {
  return key instanceof NonStringKey ? key.text : key;
}

function entryOf(value: Value, path: TreePath, encrypted: boolean, isEncrypted: IsEncrypted): TreeEntry {
  if (value instanceof Branch) return { kind: "mapping", path, entries: entriesIn(value, path, isEncrypted) };
  if (Array.isArray(value)) return { kind: "list", path, entries: entriesIn(value, path, isEncrypted) };
  const plain = toPlain(value) as LeafEntry["value"];
  return { kind: "leaf", path, value: plain, datatype: datatypeWord(value), encrypted };
}

function datatypeWord(value: Scalar | Comment): LeafEntry["datatype"] {
  if (value === null) return "null";
  if (value instanceof UnsignedInteger) return "int";
  return datatypeOf(value) as Exclude<LeafEntry["datatype"], "null">;
}

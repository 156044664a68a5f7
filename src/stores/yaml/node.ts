import type { Item, Scalar } from "../../core/tree.ts";
import { resolvePlain, resolveTagged, tagOf } from "./resolve.ts";

/** A node of a document as it was written: aliases not followed, comments attached to nodes. Lines count from 0. */
export type Node = ScalarNode | CollectionNode | AliasNode;

/** A node that an alias can refer to. */
export type AnchoredNode = ScalarNode | CollectionNode;

/** Comment lines with their `#`, joined by line feeds: above a node, behind it on its line, below it. */
export interface NodeComments {
  readonly head: string;
  readonly line: string;
  readonly foot: string;
}

/** What nearly every node has. */
export const noComments: NodeComments = { head: "", line: "", foot: "" };

/** A single value. */
export interface ScalarNode {
  readonly kind: "scalar";
  readonly line: number;
  comments: NodeComments;
  readonly text: string;
  /** Whether it stands without quotes and block indicator. */
  readonly plain: boolean;
  /** The explicit tag in its short form (`!!int`), empty when there is none. */
  readonly tag: string;
  /** What the text stands for; undefined when it does not fit the tag. */
  readonly value: Scalar | undefined;
}

/** A mapping or a sequence. */
export interface CollectionNode {
  readonly kind: "mapping" | "sequence";
  readonly line: number;
  comments: NodeComments;
  readonly inFlow: boolean;
  readonly tag: string;
  /** The elements; of a mapping, keys and values in turn. */
  readonly content: Node[];
  /** Items of a mapping that were read without nodes; empty unless the composer was asked for runs. */
  readonly runs: ItemRun[];
}

/** Items that stand in a mapping before one of its `content`. */
export interface ItemRun {
  /** The index of the key behind them. */
  readonly before: number;
  readonly items: readonly Item[];
}

/** A reference to a node with an anchor. */
export interface AliasNode {
  readonly kind: "alias";
  readonly line: number;
  comments: NodeComments;
  readonly anchor: string;
  readonly target: AnchoredNode;
}

/** One document of a stream, with the comments that are no node's. */
export interface DocumentNode {
  readonly content: Node;
  readonly head: string;
  readonly foot: string;
}

export function scalarNode(line: number, text: string, plain: boolean, tag: string): ScalarNode {
  const value = tag === "" ? (plain ? resolvePlain(text) : text) : resolveTagged(tag, text);
  return { kind: "scalar", line, comments: noComments, text, plain, tag, value };
}

/** A value that is not there, such as that of `key:`. */
export function emptyNode(line: number): ScalarNode {
  return { kind: "scalar", line, comments: noComments, text: "", plain: true, tag: "", value: null };
}

export function collectionNode(
  line: number,
  kind: CollectionNode["kind"],
  inFlow: boolean,
  tag: string,
): CollectionNode {
  return { kind, line, comments: noComments, inFlow, tag, content: [], runs: [] };
}

export function aliasNode(line: number, anchor: string, target: AnchoredNode): AliasNode {
  return { kind: "alias", line, comments: noComments, anchor, target };
}

/** A node's tag in its short form: the explicit one or that of its type; of an alias, that of its target. */
export function shortTagOf(node: Node): string {
  if (node.kind === "alias") return shortTagOf(node.target);
  if (node.tag !== "") return node.tag;
  if (node.kind === "scalar") return isMergeKey(node) ? "!!merge" : tagOf(node.value ?? null);
  return node.kind === "mapping" ? "!!map" : "!!seq";
}

/** Whether a node is the key `<<` that asks for another mapping to be merged in. */
export function isMergeKey(node: Node): boolean {
  if (node.kind !== "scalar" || node.text !== "<<") return false;
  return node.tag === "!!merge" || (node.plain && node.tag === "");
}

/** Whether all keys of a mapping are strings (or `<<`): Go then makes another type of map. */
export function hasOnlyStringKeys(mapping: CollectionNode): boolean {
  for (let index = 0; index < mapping.content.length; index += 2) {
    const tag = shortTagOf(mapping.content[index] as Node);
    if (tag !== "!!str" && tag !== "!!merge") return false;
  }
  return true;
}

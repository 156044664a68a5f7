import type { Scalar } from "../../core/tree.ts";
import { resolvePlain, resolveTagged, tagOf } from "./resolve.ts";

/** A node of a document as it was written: aliases not followed, comments attached to nodes. */
export type Node = ScalarNode | CollectionNode | AliasNode;

/** Comment lines with their `#`, joined by line feeds: above a node, behind it on its line, below it. */
export interface NodeComments {
  readonly head: string;
  readonly line: string;
  readonly foot: string;
}

/** What nearly every node has. */
export const noComments: NodeComments = { head: "", line: "", foot: "" };

/** A single value. */
export class ScalarNode {
  readonly kind = "scalar";
  /** Counted from 0. */
  readonly line: number;
  comments = noComments;
  readonly text: string;
  /** The explicit tag in its short form (`!!int`), empty when there is none. */
  readonly tag: string;
  /** What the text stands for; undefined when it does not fit the tag. */
  readonly value: Scalar | undefined;
  readonly plain: boolean;

  constructor(line: number, text: string, plain: boolean, tag: string) {
    this.line = line;
    this.text = text;
    this.tag = tag;
    if (tag !== "") this.value = resolveTagged(tag, text);
    else this.value = plain ? resolvePlain(text) : text;
    this.plain = plain;
  }

  /** Whether it is the key `<<` that asks for another mapping to be merged in. */
  get merges(): boolean {
    return this.text === "<<" && (this.tag === "!!merge" || (this.plain && this.tag === ""));
  }

  /** The tag, explicit or of the value's type. */
  get shortTag(): string {
    if (this.tag !== "") return this.tag;
    return this.merges ? "!!merge" : tagOf(this.value ?? null);
  }
}

/** A mapping or a sequence. */
export class CollectionNode {
  readonly kind: "mapping" | "sequence";
  readonly line: number;
  comments = noComments;
  readonly inFlow: boolean;
  readonly tag: string;
  /** The elements; of a mapping, keys and values in turn. */
  readonly content: Node[] = [];

  constructor(line: number, kind: "mapping" | "sequence", inFlow: boolean, tag: string) {
    this.line = line;
    this.kind = kind;
    this.inFlow = inFlow;
    this.tag = tag;
  }

  get shortTag(): string {
    if (this.tag !== "") return this.tag;
    return this.kind === "mapping" ? "!!map" : "!!seq";
  }
}

/** A reference to a node with an anchor. */
export class AliasNode {
  readonly kind = "alias";
  readonly line: number;
  comments = noComments;
  readonly anchor: string;
  readonly target: ScalarNode | CollectionNode;

  constructor(line: number, anchor: string, target: ScalarNode | CollectionNode) {
    this.line = line;
    this.anchor = anchor;
    this.target = target;
  }

  get shortTag(): string {
    return this.target.shortTag;
  }
}

/** One document of a stream. */
export interface DocumentNode {
  readonly content: Node;
  readonly head: string;
  readonly foot: string;
}

/** Whether all keys of a mapping are strings (or `<<`): Go then makes another type of map. */
export function hasOnlyStringKeys(mapping: CollectionNode): boolean {
  for (let index = 0; index < mapping.content.length; index += 2) {
    const tag = mapping.content[index]?.shortTag;
    if (tag !== "!!str" && tag !== "!!merge") return false;
  }
  return true;
}

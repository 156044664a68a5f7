import type { Scalar } from "../../core/tree.ts";
import { deepestNesting } from "./composer.ts";
import { fail, failAt } from "./failure.ts";
import {
  type AliasNode,
  type CollectionNode,
  type DocumentNode,
  hasOnlyStringKeys,
  isMergeKey,
  type Node,
  type ScalarNode,
  shortTagOf,
} from "./node.ts";
import { resolvePlain, tagOf } from "./resolve.ts";

/*
 * sops decodes the first document of a file into a Go map before it reads anything, for the sake of duplicate keys.
 * That decoding refuses more than duplicates: what follows finds the same faults, in the same order.
 */

/** What a node is decoded into: anything, the string that a key must be, or a map with keys of one of these. */
type Target = "any" | "string" | "map of strings" | "map of any";

/** How many faults a message lists. */
const mostProblems = 20;

/**
 * Refuses a first document that sops refuses: not a mapping, duplicate keys at any depth, scalars that do not fit their
 * tag, keys that are collections, merges of something else than mappings, anchors within themselves, excessive aliasing.
 *
 * @throws SopsError `COULD_NOT_READ_INPUT_FILE`
 */
export function checkFirstDocument(document: DocumentNode): void {
  const check = new DocumentCheck();
  check.decode(document.content, "map of strings", 0);
  const { problems } = check;
  if (problems.length === 0) return;
  const told = problems.slice(0, mostProblems);
  if (problems.length > told.length) told.push(`and ${problems.length - told.length} more`);
  fail(`unmarshal errors:\n  ${told.join("\n  ")}`);
}

class DocumentCheck {
  /** Faults that do not end the decoding. */
  readonly problems: string[] = [];
  readonly #budget = new AliasBudget();
  readonly #openAliases = new Set<AliasNode>();
  /** While a mapping is merged into another: the keys that are taken. */
  #taken: Set<string> | undefined;

  /** Decodes a node; returns whether there is a value, as a key without one leaves its item unread. */
  decode(node: Node, target: Target, depth: number): boolean {
    this.#budget.spend(node.line);
    if (depth > deepestNesting) failAt(node.line, `exceeded max depth of ${deepestNesting}`);
    if (node.kind === "alias") return this.#decodeAlias(node, target, depth);
    if (node.kind === "scalar") return this.#decodeScalar(node, target);
    return node.kind === "mapping"
      ? this.#decodeMapping(node, target, depth)
      : this.#decodeSequence(node, target, depth);
  }

  #decodeAlias(node: AliasNode, target: Target, depth: number): boolean {
    if (this.#openAliases.has(node)) failAt(node.line, `anchor '${node.anchor}' value contains itself`);
    this.#openAliases.add(node);
    this.#budget.aliasDepth += 1;
    const good = this.decode(node.target, target, depth + 1);
    this.#budget.aliasDepth -= 1;
    this.#openAliases.delete(node);
    return good;
  }

  #decodeScalar(node: ScalarNode, target: Target): boolean {
    const { value } = node;
    if (value === undefined) return failToFit(node);
    if (value === null) return target === "any";
    return target === "any" || target === "string" || this.#refuse(node, target);
  }

  #decodeSequence(node: CollectionNode, target: Target, depth: number): boolean {
    if (target !== "any") return this.#refuse(node, target);
    for (const element of node.content) this.decode(element, "any", depth + 1);
    return true;
  }

  #decodeMapping(node: CollectionNode, target: Target, depth: number): boolean {
    if (this.#hasDuplicates(node)) return false;
    if (target === "string") return this.#refuse(node, target);
    const map = target === "any" ? (hasOnlyStringKeys(node) ? "map of strings" : "map of any") : target;
    const taken = this.#taken;
    this.#taken = undefined;
    const merged = this.#decodeItems(node, map === "map of strings" ? "string" : "any", taken, depth);
    this.#taken = taken;
    if (merged !== undefined) this.#merge(node, merged, map, depth);
    return true;
  }

  /** Decodes the items whose keys are not taken; returns the value of `<<`. */
  #decodeItems(node: CollectionNode, keys: "string" | "any", taken: Set<string> | undefined, depth: number) {
    let merged: Node | undefined;
    for (let index = 0; index < node.content.length; index += 2) {
      const key = node.content[index] as Node;
      const value = node.content[index + 1] as Node;
      if (isMergeKey(key)) {
        merged = value;
      } else if (this.decode(key, keys, depth + 1) && this.#take(key, keys, taken)) {
        this.decode(value, "any", depth + 1);
      }
    }
    return merged;
  }

  /** Marks a key as taken while merging; returns whether it was free. */
  #take(key: Node, keys: "string" | "any", taken: Set<string> | undefined): boolean {
    const scalar = key.kind === "alias" ? key.target : key;
    if (scalar.kind !== "scalar") return failAt(key.line, `invalid map key: ${scalar.kind}`);
    if (taken === undefined) return true;
    const identity = identityOf(scalar, keys);
    if (taken.has(identity)) return false;
    taken.add(identity);
    return true;
  }

  /** Notes the duplicates among the keys of a mapping: such a mapping is left unread. */
  #hasDuplicates(mapping: CollectionNode): boolean {
    if (!mayHaveDuplicates(mapping)) return false;
    if (mapping.runs.length > 0) fail("duplicate keys");
    const before = this.problems.length;
    const firstLines = new Map<string, number>();
    for (let index = 0; index < mapping.content.length; index += 2) {
      const key = mapping.content[index] as Node;
      const name = nameOf(key);
      const firstLine = firstLines.get(`${key.kind} ${name}`);
      if (firstLine === undefined) {
        firstLines.set(`${key.kind} ${name}`, key.line);
      } else {
        const quoted = JSON.stringify(name);
        this.problems.push(`line ${key.line + 1}: mapping key ${quoted} already defined at line ${firstLine + 1}`);
      }
    }
    return this.problems.length > before;
  }

  /** Go's own mapping of the merged keys goes by; only what it refuses on the way matters here. */
  #merge(parent: CollectionNode, merged: Node, map: Target, depth: number): void {
    const taken = this.#taken;
    this.#taken ??= this.#keysOf(parent, depth);
    const mappings = merged.kind === "sequence" ? merged.content : [merged];
    for (const mapping of mappings) {
      const { kind } = mapping.kind === "alias" ? mapping.target : mapping;
      if (kind !== "mapping") failAt(mapping.line, "map merge requires map or sequence of maps as the value");
      this.decode(mapping, map, depth + 1);
    }
    this.#taken = taken;
  }

  #keysOf(mapping: CollectionNode, depth: number): Set<string> {
    const taken = new Set<string>();
    for (let index = 0; index < mapping.content.length; index += 2) {
      const key = mapping.content[index] as Node;
      if (this.decode(key, "any", depth + 1)) this.#take(key, "any", taken);
    }
    return taken;
  }

  #refuse(node: ScalarNode | CollectionNode, target: Target): false {
    const type = target === "string" ? "string" : target === "map of strings" ? "map[string]interface {}" : "map";
    this.problems.push(`line ${node.line + 1}: cannot unmarshal ${shortTagOf(node)} into ${type}`);
    return false;
  }
}

const smallMapping = 16;

/** Whether two keys of a mapping have the same name; quick, as nearly all mappings have none. */
function mayHaveDuplicates({ content, runs }: CollectionNode): boolean {
  if (content.length > smallMapping || runs.length > 0) {
    const names = new Set<unknown>();
    let count = 0;
    for (let index = 0; index < content.length; index += 2, count++) names.add(nameOf(content[index] as Node));
    for (const { items } of runs) {
      for (const item of items) names.add(item.key);
      count += items.length;
    }
    return names.size < count;
  }
  for (let index = 2; index < content.length; index += 2) {
    const name = nameOf(content[index] as Node);
    for (let earlier = 0; earlier < index; earlier += 2) {
      if (nameOf(content[earlier] as Node) === name) return true;
    }
  }
  return false;
}

/** What go-yaml compares keys by, together with their kind: the text as written, whatever its type; collections are alike. */
function nameOf(key: Node): string {
  return key.kind === "scalar" ? key.text : key.kind === "alias" ? key.anchor : "";
}

function failToFit(node: ScalarNode): never {
  if (node.tag === "!!binary") failAt(node.line, "!!binary value contains invalid base64 data");
  return failAt(node.line, `cannot decode ${tagOf(resolvePlain(node.text))} as a ${node.tag}`);
}

/** A key as Go's maps tell them apart: by type and value. */
function identityOf(key: ScalarNode, as: "string" | "any"): string {
  const value: Scalar = key.value ?? null;
  const isString = typeof value === "string";
  if (as === "string" || isString) return `string ${isString ? value : key.text}`;
  return `${tagOf(value)} ${typeof value === "object" ? JSON.stringify(Object.values(value ?? {}).map(String)) : String(value)}`;
}

/**
 * Bounds how much of a document may come out of aliases, as go-yaml does: nearly all of a small one, a tenth of a large
 * one. A few lines of aliases of aliases would otherwise expand beyond any memory.
 */
class AliasBudget {
  aliasDepth = 0;
  /** The document itself counts. */
  #spent = 1;
  #spentInAliases = 0;

  /** Counts a node. */
  spend(line: number): void {
    this.#spent += 1;
    if (this.aliasDepth > 0) this.#spentInAliases += 1;
    if (this.#spentInAliases <= 100 || this.#spent <= 1000) return;
    if (this.#spentInAliases / this.#spent > allowedAliasRatio(this.#spent)) {
      failAt(line, "document contains excessive aliasing");
    }
  }
}

const smallDocument = 400_000;
const largeDocument = 4_000_000;

function allowedAliasRatio(spent: number): number {
  if (spent <= smallDocument) return 0.99;
  if (spent >= largeDocument) return 0.1;
  return 0.99 - (0.89 * (spent - smallDocument)) / (largeDocument - smallDocument);
}

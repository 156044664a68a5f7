import type { Scalar } from "../core/tree.ts";
import { SopsError } from "../errors.ts";
import {
  isMergeKey,
  shortTagOf,
  type AliasNode,
  type CollectionNode,
  type Node,
  type ScalarNode,
} from "../stores/yaml/node.ts";
import { isOldBoolean } from "../stores/yaml/resolve.ts";

/*
 * From YAML nodes to typed data, as go-yaml decodes into Go structs: any scalar is taken for a text, `yes` and `no` for booleans;
 * null leaves the default and drops out of lists; unknown keys are ignored; merge keys fill what a mapping does not say itself.
 *
 * @see go-yaml decode.go
 */

/** Reads one value. Undefined: it is null or wrong, and in the latter case the decoding knows. */
export type Decode<T> = (node: Node, decoding: Decoding, where: string) => T | undefined;

type ResolvedNode = ScalarNode | CollectionNode;

/** Aliases multiply: a few lines can stand for more nodes than there is memory. */
const maxVisits = 1_000_000;

/** One run over a document: collects what is wrong with it. */
export class Decoding {
  readonly problems: string[] = [];
  readonly #openAliases = new Set<AliasNode>();
  #visits = 0;

  /** Looks through aliases. */
  visit<T>(node: Node, use: (node: ResolvedNode) => T): T {
    this.#visits += 1;
    if (this.#visits > maxVisits) throw invalidConfig("document contains excessive aliasing");
    if (node.kind !== "alias") return use(node);
    if (this.#openAliases.has(node)) throw invalidConfig(`anchor '${node.anchor}' value contains itself`, node);
    this.#openAliases.add(node);
    const result = this.visit(node.target, use);
    this.#openAliases.delete(node);
    return result;
  }

  /** Something wrong with a node. */
  add(node: Node, problem: string): void {
    this.problems.push(`line ${node.line + 1}: ${problem}`);
  }

  /** A value of the wrong type. Says which type, never the value. */
  wrongType(node: ResolvedNode, where: string, wanted: string): undefined {
    this.add(node, `cannot unmarshal ${shortTagOf(node)} into ${wanted} (${where})`);
  }
}

/** What ends the reading at once. */
export function invalidConfig(what: string, node?: Node): SopsError {
  return new SopsError("INVALID_CONFIG", node === undefined ? `yaml: ${what}` : `yaml: line ${node.line + 1}: ${what}`);
}

/** Any scalar, as it is written. */
export const text: Decode<string> = (node, decoding, where) =>
  decoding.visit(node, (resolved) => {
    if (resolved.kind !== "scalar") return decoding.wrongType(resolved, where, "string");
    const value = valueOf(resolved);
    if (value === null) return undefined;
    return typeof value === "string" ? value : resolved.text;
  });

/** A number; its fraction is cut off. */
export const integer: Decode<number> = (node, decoding, where) =>
  decoding.visit(node, (resolved) => {
    const value = resolved.kind === "scalar" ? valueOf(resolved) : undefined;
    if (value === null) return undefined;
    const number = typeof value === "bigint" || typeof value === "number" ? Math.trunc(Number(value)) : Number.NaN;
    return Math.abs(number) < 2 ** 63 ? number : decoding.wrongType(resolved, where, "int");
  });

/** `true`, `false`, or one of YAML 1.1's other words for them, quoted or not. */
export const boolean: Decode<boolean> = (node, decoding, where) =>
  decoding.visit(node, (resolved) => {
    const value = resolved.kind === "scalar" ? valueOf(resolved) : undefined;
    if (value === null) return undefined;
    if (typeof value === "boolean") return value;
    if (typeof value === "string" && isOldBoolean(value)) return /^(?:y|yes|on)$/i.test(value);
    return decoding.wrongType(resolved, where, "bool");
  });

/** A sequence. Items that are null drop out. */
export function list<T>(item: Decode<T>, name: string): Decode<T[]> {
  return (node, decoding, where) =>
    decoding.visit(node, (resolved) => {
      if (isNull(resolved)) return undefined;
      if (resolved.kind !== "sequence") return decoding.wrongType(resolved, where, name);
      const items = resolved.content.map((itemNode, index) => item(itemNode, decoding, `${where}[${index}]`));
      return items.filter((value) => value !== undefined);
    });
}

/** The fields of a mapping: name in the file, how to read it, what stands for an absent, null or wrong one. */
export type Fields<T> = {
  readonly [Name in keyof T]: readonly [key: string, decode: Decode<T[Name]>, fallback: T[Name]];
};

/** What a mapping without any entry stands for. */
export function defaultsOf<T extends object>(fields: Fields<T>): T {
  const names = Object.keys(fields) as (keyof T)[];
  return Object.fromEntries(names.map((name) => [name, fields[name][2]])) as T;
}

/** A mapping with known fields. */
export function record<T extends object>(fields: Fields<T>): Decode<T> {
  const names = Object.keys(fields) as (keyof T)[];
  return (node, decoding, where) =>
    decoding.visit(node, (resolved) => {
      if (isNull(resolved)) return undefined;
      if (resolved.kind !== "mapping") return decoding.wrongType(resolved, where, "a mapping");
      const found = entriesOf(resolved, decoding, where);
      const values = names.map((name) => {
        const [key, decode, fallback] = fields[name];
        const value = found.get(key);
        return [name, (value && decode(value, decoding, where === "" ? key : `${where}.${key}`)) ?? fallback];
      });
      return Object.fromEntries(values) as T;
    });
}

/** A mapping of any keys to texts. */
export const textsByKey: Decode<Record<string, string | null>> = (node, decoding, where) =>
  decoding.visit(node, (resolved) => {
    if (isNull(resolved)) return undefined;
    if (resolved.kind !== "mapping") return decoding.wrongType(resolved, where, "a mapping");
    const entries = [...entriesOf(resolved, decoding, where)];
    return Object.fromEntries(entries.map(([key, value]) => [key, text(value, decoding, `${where}.${key}`) ?? null]));
  });

/** Looks for what is wrong in a value whose type is left open: duplicate keys, texts that do not fit their tag. */
export function checkUntyped(node: Node, decoding: Decoding, where: string): void {
  decoding.visit(node, (resolved) => {
    if (resolved.kind === "scalar") valueOf(resolved);
    else if (resolved.kind === "sequence") for (const item of resolved.content) checkUntyped(item, decoding, where);
    else for (const value of entriesOf(resolved, decoding, where).values()) checkUntyped(value, decoding, where);
  });
}

/** The value of a scalar. */
export function valueOf(node: ScalarNode): Scalar {
  if (node.value === undefined) throw invalidConfig(`cannot decode a value as a ${node.tag}`, node);
  return node.value;
}

function isNull(node: ResolvedNode): boolean {
  return node.kind === "scalar" && node.value === null;
}

/** A mapping's own entries and those of what it merges, the first of each key. */
function entriesOf(mapping: CollectionNode, decoding: Decoding, where: string): Map<string, Node> {
  const found = new Map<string, Node>();
  collectEntries(mapping, found, decoding, where);
  return found;
}

function collectEntries(mapping: CollectionNode, found: Map<string, Node>, decoding: Decoding, where: string): void {
  if (hasDuplicates(mapping, decoding)) return;
  const own = new Set<string>();
  let merged: Node | undefined;
  for (const [key, value] of pairsOf(mapping)) {
    if (isMergeKey(key)) {
      merged = value;
      continue;
    }
    const name = text(key, decoding, where);
    if (name === undefined) continue;
    if (own.has(name)) decoding.add(key, `field ${name} already set`);
    own.add(name);
    if (!found.has(name)) found.set(name, value);
  }
  if (merged !== undefined) collectMerged(merged, found, decoding, where);
}

function collectMerged(merged: Node, found: Map<string, Node>, decoding: Decoding, where: string): void {
  for (const node of merged.kind === "sequence" ? merged.content : [merged]) {
    decoding.visit(node, (mapping) => {
      if (mapping.kind !== "mapping") {
        throw invalidConfig("map merge requires map or sequence of maps as the value", merged);
      }
      collectEntries(mapping, found, decoding, where);
    });
  }
}

/** Compares keys as they are written, which lets an alias stand beside the key that it stands for. */
function hasDuplicates(mapping: CollectionNode, decoding: Decoding): boolean {
  const lines = new Map<string, number>();
  const before = decoding.problems.length;
  for (const [key] of pairsOf(mapping)) {
    const written = key.kind === "scalar" ? key.text : key.kind === "alias" ? key.anchor : "";
    const identity = `${key.kind}:${written}`;
    const first = lines.get(identity);
    if (first === undefined) lines.set(identity, key.line);
    else decoding.add(key, `mapping key ${JSON.stringify(written)} already defined at line ${first + 1}`);
  }
  return decoding.problems.length > before;
}

function* pairsOf(mapping: CollectionNode): Generator<readonly [key: Node, value: Node]> {
  for (let index = 0; index < mapping.content.length; index += 2) {
    yield [mapping.content[index] as Node, mapping.content[index + 1] as Node];
  }
}

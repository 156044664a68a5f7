import type { Scalar } from "../core/tree.ts";
import { isOldBoolean, tagOf } from "../stores/yaml/resolve.ts";
import { type AliasNode, type ConfigNode, type MappingNode, type ScalarNode, syntaxError } from "./yaml-node.ts";

/*
 * From nodes to typed data, as go-yaml decodes into Go structs: any scalar is taken for a text, `yes` and `no` for booleans;
 * null leaves the default and drops out of lists; unknown keys are ignored; merge keys fill what a mapping does not say itself.
 *
 * @see go-yaml decode.go
 */

/** Reads one value. Undefined: it is null or wrong, and in the latter case the decoding knows. */
export type Decode<T> = (node: ConfigNode, decoding: Decoding, where: string) => T | undefined;

type ResolvedNode = Exclude<ConfigNode, AliasNode>;

/** Aliases multiply: a few lines can stand for more nodes than there is memory. */
const maxVisits = 1_000_000;

/** One run over a document: collects what is wrong with it. */
export class Decoding {
  readonly problems: string[] = [];
  readonly #openAliases = new Set<ConfigNode>();
  #visits = 0;

  /** Looks through aliases. */
  visit<T>(node: ConfigNode, use: (node: ResolvedNode) => T): T {
    this.#visits += 1;
    if (this.#visits > maxVisits) throw syntaxError(undefined, "document contains excessive aliasing");
    if (node.kind !== "alias") return use(node);
    if (this.#openAliases.has(node)) throw syntaxError(node.line, `anchor '${node.anchor}' value contains itself`);
    this.#openAliases.add(node);
    const result = this.visit(node.target, use);
    this.#openAliases.delete(node);
    return result;
  }

  /** A value of the wrong type. Says which type, never the value. */
  wrongType(node: ResolvedNode, where: string, wanted: string): undefined {
    this.problems.push(`line ${node.line}: cannot unmarshal ${shortTag(node)} into ${wanted} (${where})`);
  }
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
      const items = resolved.items.map((itemNode, index) => item(itemNode, decoding, `${where}[${index}]`));
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

/** A mapping of any keys to texts. A null is refused, since there is no telling what it should mean. */
export const textsByKey: Decode<Record<string, string>> = (node, decoding, where) =>
  decoding.visit(node, (resolved) => {
    if (isNull(resolved)) return undefined;
    if (resolved.kind !== "mapping") return decoding.wrongType(resolved, where, "a mapping");
    const values: [string, string][] = [];
    for (const [key, valueNode] of entriesOf(resolved, decoding, where)) {
      const value = text(valueNode, decoding, `${where}.${key}`);
      if (value !== undefined) values.push([key, value]);
      else decoding.problems.push(`line ${valueNode.line}: expected a string, got null (${where}.${key})`);
    }
    return Object.fromEntries(values);
  });

/** Looks for what is wrong in a value whose type is left open: duplicate keys, texts that do not fit their tag. */
export function checkUntyped(node: ConfigNode, decoding: Decoding, where: string): void {
  decoding.visit(node, (resolved) => {
    if (resolved.kind === "scalar") valueOf(resolved);
    if (resolved.kind === "sequence") for (const item of resolved.items) checkUntyped(item, decoding, where);
    if (resolved.kind !== "mapping") return;
    for (const [key, value] of entriesOf(resolved, decoding, where)) checkUntyped(value, decoding, `${where}.${key}`);
  });
}

/** The value of a scalar. */
export function valueOf(node: ScalarNode): Scalar {
  if (node.value === undefined) throw syntaxError(node.line, "cannot decode a value as what its tag says");
  return node.value;
}

function isNull(node: ResolvedNode): boolean {
  return node.kind === "scalar" && node.value === null;
}

/** The short tag that messages name: `!!int`, `!!map`. */
function shortTag(node: ResolvedNode): string {
  if (node.kind === "mapping") return "!!map";
  if (node.kind === "sequence") return "!!seq";
  return tagOf(valueOf(node));
}

/** A mapping's own entries and those of what it merges, the first of each key. */
function entriesOf(mapping: MappingNode, decoding: Decoding, where: string): Map<string, ConfigNode> {
  const found = new Map<string, ConfigNode>();
  collectEntries(mapping, found, decoding, where);
  return found;
}

function collectEntries(mapping: MappingNode, found: Map<string, ConfigNode>, decoding: Decoding, where: string): void {
  if (hasDuplicates(mapping, decoding)) return;
  let merged: ConfigNode | undefined;
  for (const { key, value } of mapping.entries) {
    if (key.kind === "scalar" && key.isMerge) {
      merged = value;
      continue;
    }
    const name = text(key, decoding, where);
    if (name !== undefined && !found.has(name)) found.set(name, value);
  }
  if (merged !== undefined) collectMerged(merged, found, decoding, where);
}

function collectMerged(merged: ConfigNode, found: Map<string, ConfigNode>, decoding: Decoding, where: string): void {
  decoding.visit(merged, (resolved) => {
    const mappings = resolved.kind === "sequence" && merged.kind !== "alias" ? resolved.items : [resolved];
    for (const node of mappings) {
      decoding.visit(node, (mapping) => {
        if (mapping.kind !== "mapping") {
          throw syntaxError(merged.line, "map merge requires map or sequence of maps as the value");
        }
        collectEntries(mapping, found, decoding, where);
      });
    }
  });
}

/** Compares keys as they are written, which lets an alias stand beside the key that it stands for. */
function hasDuplicates(mapping: MappingNode, decoding: Decoding): boolean {
  const lines = new Map<string, number>();
  const before = decoding.problems.length;
  for (const { key } of mapping.entries) {
    const written = key.kind === "scalar" ? key.text : key.kind === "alias" ? key.anchor : "";
    const identity = `${key.kind}:${written}`;
    const first = lines.get(identity);
    if (first === undefined) {
      lines.set(identity, key.line);
    } else {
      decoding.problems.push(
        `line ${key.line}: mapping key ${JSON.stringify(written)} already defined at line ${first}`,
      );
    }
  }
  return decoding.problems.length > before;
}

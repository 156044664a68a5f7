import type * as Yaml from "yaml";
import type { Alias, LineCounter, Range, Scalar as YamlScalar, YAMLMap, YAMLSeq } from "yaml";
import type { Scalar } from "../core/tree.ts";
import { SopsError } from "../errors.ts";
import { resolvePlain, resolveTagged } from "../stores/yaml/resolve.ts";

/*
 * `.sops.yaml` as nodes with their line, before any of it has a meaning. The `yaml` package parses the syntax; what a scalar
 * stands for is go-yaml's rule, so that a config means here what it means to sops.
 */

/** A number, text, boolean, null or date. */
export interface ScalarNode {
  readonly kind: "scalar";
  readonly line: number;
  /** As written, without quotes. */
  readonly text: string;
  /** What it stands for; undefined when the text does not fit its tag. */
  readonly value: Scalar | undefined;
  /** Whether it is the plain key `<<`. */
  readonly isMerge: boolean;
}

export interface SequenceNode {
  readonly kind: "sequence";
  readonly line: number;
  readonly items: ConfigNode[];
}

/** A mapping as written: duplicate and merge keys are still there. */
export interface MappingNode {
  readonly kind: "mapping";
  readonly line: number;
  readonly entries: { readonly key: ConfigNode; readonly value: ConfigNode }[];
}

/** Stands for another node, which may be one that it is part of. */
export interface AliasNode {
  readonly kind: "alias";
  readonly line: number;
  readonly anchor: string;
  readonly target: ConfigNode;
}

export type ConfigNode = ScalarNode | SequenceNode | MappingNode | AliasNode;

/**
 * The first document of a YAML text; undefined when there is none. Later documents are not looked at.
 *
 * @throws SopsError `INVALID_CONFIG` with the line of a mistake in the syntax
 */
export async function parseConfigNodes(text: string): Promise<ConfigNode | undefined> {
  const yaml = await import("yaml");
  const lines = new yaml.LineCounter();
  try {
    const [document] = yaml.parseAllDocuments(text, {
      schema: "failsafe",
      resolveKnownTags: false,
      uniqueKeys: false,
      prettyErrors: false,
      logLevel: "silent",
      lineCounter: lines,
    });
    const mistake = document?.errors[0];
    if (mistake !== undefined) throw syntaxError(lines.linePos(mistake.pos[0]).line, withoutContent(mistake.message));
    const contents = document?.contents ?? undefined;
    return contents && new NodeReader(yaml, lines).read(contents);
  } catch (error) {
    if (error instanceof RangeError) throw syntaxError(undefined, "nested too deeply");
    throw error;
  }
}

/** An error in a config file's text; `line` counts from 1. */
export function syntaxError(line: number | undefined, what: string): SopsError {
  const where = line === undefined ? "" : `line ${line}: `;
  return new SopsError(
    "INVALID_CONFIG",
    `error loading config: Could not unmarshal config file: yaml: ${where}${what}`,
  );
}

/** Whoever names the wrong file as config must not find its content in a message. */
function withoutContent(message: string): string {
  return message.replace(/(?: *["'`(]|: ).*$/s, "");
}

class NodeReader {
  readonly #yaml: typeof Yaml;
  readonly #lines: LineCounter;
  readonly #anchors = new Map<string, ConfigNode>();

  constructor(yaml: typeof Yaml, lines: LineCounter) {
    this.#yaml = yaml;
    this.#lines = lines;
  }

  read(node: unknown): ConfigNode {
    const { isAlias, isMap, isScalar, isSeq } = this.#yaml;
    if (isMap(node)) return this.#mapping(node);
    if (isSeq(node)) return this.#sequence(node);
    if (isAlias(node)) return this.#alias(node);
    if (isScalar(node)) return this.#scalar(node);
    return { kind: "scalar", line: 0, text: "", value: null, isMerge: false };
  }

  // A collection is known by its anchor before its content is read, which may hold an alias to it.
  #mapping(node: YAMLMap): ConfigNode {
    const mapping: MappingNode = { kind: "mapping", line: this.#line(node), entries: [] };
    this.#remember(node, mapping);
    for (const { key, value } of node.items) mapping.entries.push({ key: this.read(key), value: this.read(value) });
    return mapping;
  }

  #sequence(node: YAMLSeq): ConfigNode {
    const sequence: SequenceNode = { kind: "sequence", line: this.#line(node), items: [] };
    this.#remember(node, sequence);
    for (const item of node.items) sequence.items.push(this.read(item));
    return sequence;
  }

  #alias(node: Alias): ConfigNode {
    const target = this.#anchors.get(node.source);
    const line = this.#line(node);
    if (target === undefined) throw syntaxError(line, `unknown anchor '${node.source}' referenced`);
    return { kind: "alias", line, anchor: node.source, target };
  }

  #scalar(node: YamlScalar): ConfigNode {
    const plain = node.type === undefined || node.type === "PLAIN";
    const text = node.source ?? "";
    const tag = node.tag?.replace("tag:yaml.org,2002:", "!!");
    const value = tag !== undefined ? resolveTagged(tag, text) : plain ? resolvePlain(text) : text;
    const isMerge = text === "<<" && (tag === undefined ? plain : tag === "!!merge");
    const scalar: ScalarNode = { kind: "scalar", line: this.#line(node), text, value, isMerge };
    this.#remember(node, scalar);
    return scalar;
  }

  #remember(node: { readonly anchor?: string }, read: ConfigNode): void {
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, read);
  }

  #line(node: { readonly range?: Range | null }): number {
    return this.#lines.linePos(node.range?.[0] ?? 0).line;
  }
}

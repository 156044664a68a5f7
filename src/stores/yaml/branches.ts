import {
  Branch,
  Comment,
  type Item,
  NonStringKey,
  type Scalar,
  Timestamp,
  UnsignedInteger,
  type Value,
} from "../../core/tree.ts";
import { deepestNesting } from "./composer.ts";
import { fail, failAt } from "./failure.ts";
import {
  type AliasNode,
  type CollectionNode,
  type DocumentNode,
  hasOnlyStringKeys,
  type Node,
  shortTagOf,
} from "./node.ts";

/** Values that the aliases of a file may expand to. */
const mostAliased = 4_000_000;

/**
 * Documents → branches: aliases become copies of what they refer to, with its comments; comments become items of the
 * mapping or list that holds their node.
 *
 * @see sops stores/yaml/store.go, `appendYamlNodeToTreeBranch`
 */
export class BranchBuilder {
  readonly #openAliases = new Set<Node>();
  #aliased = 0;

  /** @throws SopsError `COULD_NOT_READ_INPUT_FILE` when the document is a list or a value, or when aliases have no end */
  build(document: DocumentNode): Branch {
    const branch = new Branch();
    addComments(branch.items, document.head);
    this.#addContent(branch, document.content);
    addComments(branch.items, document.foot);
    return branch;
  }

  #addContent(branch: Branch, node: Node): void {
    if (node.kind === "sequence") fail("YAML documents that are sequences are not supported");
    if (node.kind === "mapping") return this.#addMapping(branch.items, node, 0);
    const { head, line, foot } = node.comments;
    addComments(branch.items, head);
    addComments(branch.items, line);
    if (node.kind === "alias") {
      this.#addContent(branch, node.target);
      addComments(branch.items, foot);
    } else if (shortTagOf(node) !== "!!null") {
      fail("YAML documents that are values are not supported");
    }
  }

  /** Adds a mapping's items with the comments that are the mapping's own. */
  #addMapping(items: (Item | Comment)[], mapping: CollectionNode, depth: number): void {
    const { head, line, foot } = mapping.comments;
    addComments(items, head);
    addComments(items, line);
    this.#addItems(items, mapping, depth);
    addComments(items, foot);
  }

  #addItems(items: (Item | Comment)[], mapping: CollectionNode, depth: number): void {
    const { content, runs } = mapping;
    let nextRun = 0;
    for (let index = 0; index < content.length; index += 2) {
      const run = runs[nextRun];
      if (run?.before === index) {
        for (const item of run.items) items.push(item);
        nextRun += 1;
      }
      const key = content[index] as Node;
      const value = content[index + 1] as Node;
      const single = value.kind === "scalar" || value.kind === "alias";
      addComments(items, key.comments.head);
      addComments(items, key.comments.line);
      if (single) {
        addComments(items, value.comments.head);
        addComments(items, value.comments.line, true);
      }
      items.push({ key: keyOf(key), value: this.#valueOf(value, !single, depth) });
      if (single) addComments(items, value.comments.foot);
      addComments(items, key.comments.foot);
    }
  }

  /** @param ownComments - whether a collection's own comments are to go into it */
  #valueOf(node: Node, ownComments: boolean, depth: number): Value {
    if (node.kind === "scalar") return node.value ?? null;
    if (this.#openAliases.size > 0) this.#countAliased(node);
    if (depth > deepestNesting) failAt(node.line, `exceeded max depth of ${deepestNesting}`);
    if (node.kind === "alias") return this.#expand(node, depth);
    if (node.kind === "sequence") return this.#listOf(node, ownComments, depth);
    const branch = new Branch();
    if (ownComments) this.#addMapping(branch.items, node, depth + 1);
    else this.#addItems(branch.items, node, depth + 1);
    return branch;
  }

  #listOf(sequence: CollectionNode, ownComments: boolean, depth: number): Value[] {
    const list: Value[] = [];
    if (ownComments) {
      addComments(list, sequence.comments.head);
      addComments(list, sequence.comments.line);
    }
    for (const element of sequence.content) {
      const { head, line, foot } = element.comments;
      addComments(list, head);
      addComments(list, line, true);
      list.push(this.#valueOf(element, false, depth + 1));
      addComments(list, foot);
    }
    if (ownComments) addComments(list, sequence.comments.foot);
    return list;
  }

  #expand(alias: AliasNode, depth: number): Value {
    const { target } = alias;
    if (this.#openAliases.has(target)) failAt(alias.line, `anchor '${alias.anchor}' value contains itself`);
    this.#openAliases.add(target);
    const value = this.#valueOf(target, true, depth + 1);
    this.#openAliases.delete(target);
    return value;
  }

  #countAliased(node: Node): void {
    this.#aliased += "content" in node ? 1 + node.content.length : 1;
    if (this.#aliased > mostAliased) failAt(node.line, "document contains excessive aliasing");
  }
}

function addComments(items: unknown[], text: string, inline = false): void {
  if (text === "") return;
  for (const line of text.split("\n")) {
    if (line !== "") items.push(new Comment(line.slice(1), inline));
  }
}

function keyOf(key: Node): string | NonStringKey {
  const node = key.kind === "alias" ? key.target : key;
  if (node.kind !== "scalar") return new NonStringKey(goTypeOfCollection(node), "");
  const value = node.value ?? null;
  if (typeof value === "string") return value;
  return new NonStringKey(goTypeOf(value), node.text);
}

function goTypeOfCollection(node: CollectionNode): string {
  if (node.kind === "sequence") return "[]interface {}";
  return hasOnlyStringKeys(node) ? "map[string]interface {}" : "map[interface {}]interface {}";
}

function goTypeOf(value: Scalar): string {
  if (typeof value === "bigint") return "int";
  if (typeof value === "number") return "float64";
  if (typeof value === "boolean") return "bool";
  if (value instanceof Timestamp) return "time.Time";
  return value instanceof UnsignedInteger ? "uint64" : "<nil>";
}

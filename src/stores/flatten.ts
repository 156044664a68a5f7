import { Branch, Comment, type Item, NonStringKey, type Value } from "../core/tree.ts";
import { SopsError } from "../errors.ts";

/*
 * Formats without nesting keep metadata under flat keys: `kms__list_0__map_context__map_KEY` is the entry KEY of the mapping
 * `context` of the first element of the list `kms`.
 */

const mapSeparator = "__map_";
const listSeparator = "__list_";

/** The scalars of a tree under flat keys, in tree order; empty lists and mappings vanish, comments too. */
export function flattenBranch(branch: Branch, prefix: string): Branch {
  const items: Item[] = [];
  const descend = (value: Value, key: string): void => {
    if (value instanceof Branch) {
      for (const item of value.items) {
        if (!(item instanceof Comment)) descend(item.value, `${key}${mapSeparator}${textKey(item)}`);
      }
    } else if (Array.isArray(value)) {
      const elements = value.filter((element) => !(element instanceof Comment));
      for (const [index, element] of elements.entries()) descend(element, `${key}${listSeparator}${index}`);
    } else {
      items.push({ key, value });
    }
  };
  for (const item of branch.items) {
    if (!(item instanceof Comment)) descend(item.value, prefix + textKey(item));
  }
  return new Branch(items);
}

function textKey(item: Item): string {
  if (item.key instanceof NonStringKey) throw invalid(`Found non-string key "${item.key.text}"`);
  return item.key;
}

/** A place in the tree that flat keys describe. */
interface Node {
  value?: Value;
  readonly entries: Map<string, Node>;
  readonly elements: Map<number, Node>;
}

/**
 * The tree that flat keys describe; keys of a mapping come out sorted.
 *
 * @throws SopsError `INVALID_METADATA` when keys contradict each other, or a list has gaps
 */
export function unflattenBranch(branch: Branch): Branch {
  const root = newNode();
  for (const item of branch.items) {
    if (item instanceof Comment) continue;
    const key = textKey(item);
    const node = parseFlatKey(key).reduce(childOf, root);
    if (node.value !== undefined) throw invalid(`"${key}" is there twice`);
    node.value = item.value;
  }
  const tree = toValue(root, "");
  return tree instanceof Branch ? tree : new Branch();
}

function newNode(): Node {
  return { entries: new Map(), elements: new Map() };
}

type Step = string | number;

function parseFlatKey(key: string): Step[] {
  const pieces = key.split(/(__map_|__list_)/);
  const steps: Step[] = [pieces[0] ?? ""];
  for (let index = 1; index < pieces.length; index += 2) {
    const piece = pieces[index + 1] ?? "";
    steps.push(pieces[index] === mapSeparator ? piece : listIndex(piece));
  }
  return steps;
}

/** What is no number counts as 0, as with sops. */
function listIndex(piece: string): number {
  return /^[+-]?\d+$/.test(piece) ? Number(piece) : 0;
}

function childOf(node: Node, step: Step): Node {
  const known = typeof step === "string" ? node.entries.get(step) : node.elements.get(step);
  if (known !== undefined) return known;
  const child = newNode();
  if (typeof step === "string") node.entries.set(step, child);
  else node.elements.set(step, child);
  return child;
}

function toValue(node: Node, key: string): Value {
  const { value, entries, elements } = node;
  const forms = Number(value !== undefined) + Number(entries.size > 0) + Number(elements.size > 0);
  if (forms > 1) throw invalid(`"${key}" is a value, a mapping and a list at once`);
  if (value !== undefined) return value;
  if (elements.size === 0) {
    return new Branch(
      [...entries.keys()].sort().map((name) => ({ key: name, value: toValue(entries.get(name) ?? node, name) })),
    );
  }
  return Array.from({ length: elements.size }, (_, index) => {
    const element = elements.get(index);
    if (element === undefined) throw invalid(`the list "${key}" is incomplete`);
    return toValue(element, `${key}[${index}]`);
  });
}

function invalid(reason: string): SopsError {
  return new SopsError("INVALID_METADATA", `Error while unflattening the metadata: ${reason}`, {
    hint: "The `sops` entries were changed by hand or damaged. Restore them from version control.",
  });
}

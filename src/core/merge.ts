import { Branch, Comment, NonStringKey, type Value } from "./tree.ts";
import { fromPlain, type PlainInput, toPlain } from "./plain-object.ts";

/**
 * Brings a document to what a plain object says, in place. What is equal stays as it is, with its comments, its place and its
 * exact type; keys that are gone are removed, new ones come last.
 */
export function mergePlain(branch: Branch, object: Readonly<Record<string, PlainInput | undefined>>): void {
  const wanted = new Map(Object.entries(object).filter(([, value]) => value !== undefined));
  const kept = branch.items.filter((item) => item instanceof Comment || wanted.has(keyText(item.key)));
  for (const item of kept) {
    if (item instanceof Comment) continue;
    const key = keyText(item.key);
    item.value = merged(item.value, wanted.get(key) ?? null);
    wanted.delete(key);
  }
  const added = [...wanted].map(([key, value]) => ({ key, value: fromPlain(value ?? null) }));
  branch.items.splice(0, branch.items.length, ...kept, ...added);
}

function keyText(key: string | NonStringKey): string {
  return key instanceof NonStringKey ? key.text : key;
}

function merged(before: Value, after: PlainInput): Value {
  if (before instanceof Branch && isRecord(after)) {
    mergePlain(before, after);
    return before;
  }
  if (Array.isArray(before) && Array.isArray(after)) return mergedList(before, after);
  return isSame(before, after) ? before : fromPlain(after);
}

/** Elements are paired by position; comments stay before the element that they stood before. */
function mergedList(before: readonly Value[], after: readonly PlainInput[]): Value[] {
  const result: Value[] = [];
  let position = 0;
  for (const element of before) {
    if (element instanceof Comment) {
      result.push(element);
    } else if (position < after.length) {
      result.push(merged(element, after[position] ?? null));
      position += 1;
    }
  }
  return [...result, ...after.slice(position).map((element) => fromPlain(element))];
}

function isRecord(value: PlainInput): value is { readonly [key: string]: PlainInput | undefined } {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return !(value instanceof Uint8Array) && !(value instanceof Date);
}

function isSame(before: Value, after: PlainInput): boolean {
  if (before instanceof Branch || Array.isArray(before)) return false;
  const plain = toPlain(before);
  if (plain instanceof Uint8Array && after instanceof Uint8Array) {
    return plain.length === after.length && plain.every((byte, index) => byte === after[index]);
  }
  return Object.is(plain, after);
}

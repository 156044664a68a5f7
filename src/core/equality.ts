import { equalBytes } from "../bytes.ts";
import { formatRfc3339Nano } from "./timestamp.ts";
import { Branch, Comment, type Item, NonStringKey, Timestamp, UnsignedInteger, type Value } from "./tree.ts";

/**
 * Whether two values are the same in type and content: the integer 5 is not the float 5. Items count in their order, comments by
 * their text alone.
 */
export function equalValues(a: Value, b: Value): boolean {
  if (a instanceof Branch) return b instanceof Branch && equalLists(a.items, b.items, equalItems);
  if (Array.isArray(a)) return Array.isArray(b) && equalLists(a, b, equalValues);
  if (a instanceof Comment) return b instanceof Comment && a.text === b.text;
  if (a instanceof Uint8Array) return b instanceof Uint8Array && equalBytes(a, b);
  if (a instanceof Timestamp) return b instanceof Timestamp && formatRfc3339Nano(a) === formatRfc3339Nano(b);
  if (a instanceof UnsignedInteger) return b instanceof UnsignedInteger && a.value === b.value;
  return a === b;
}

function equalLists<T>(a: readonly T[], b: readonly T[], equal: (left: T, right: T) => boolean): boolean {
  return a.length === b.length && a.every((element, index) => equal(element, b[index] as T));
}

function equalItems(a: Item | Comment, b: Item | Comment): boolean {
  if (a instanceof Comment || b instanceof Comment)
    return a instanceof Comment && b instanceof Comment && a.text === b.text;
  return keyText(a) === keyText(b) && equalValues(a.value, b.value);
}

function keyText(item: Item): string {
  return item.key instanceof NonStringKey ? `${item.key.goType} ${item.key.text}` : item.key;
}

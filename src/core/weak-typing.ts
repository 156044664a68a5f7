import { SopsError } from "../errors.ts";
import { formatFloatPlain } from "./go-format.ts";
import { formatRfc3339 } from "./timestamp.ts";
import { Branch, Comment, NonStringKey, Timestamp, UnsignedInteger, type Value } from "./tree.ts";
import { goTypeOf, parseBoolean, parseInteger } from "./value.ts";

/*
 * Metadata is read leniently, as sops does: keys in any case, `"2"` and `2` alike, nulls as if they were absent. An INI or
 * dotenv file has only texts, and files of other tools and times have other types than ours.
 */

/** The fields of a mapping by name: an exact match first, else one that differs in case only; null is absent. */
export function fieldOf(branch: Branch, name: string): Value | undefined {
  let found: Value | undefined;
  let exact = false;
  for (const item of branch.items) {
    if (item instanceof Comment || item.key instanceof NonStringKey) continue;
    if (item.key === name) {
      found = item.value;
      exact = true;
    } else if (!exact && item.key.toLowerCase() === name) {
      found = item.value;
    }
  }
  return found === null ? undefined : found;
}

/** A text field; "" when absent. Numbers, booleans and times are taken in their text form. */
export function textField(branch: Branch, name: string): string {
  const value = fieldOf(branch, name);
  if (value === undefined) return "";
  if (typeof value === "string") return value;
  if (typeof value === "boolean") return value ? "1" : "0";
  if (typeof value === "bigint") return value.toString();
  if (typeof value === "number") return formatFloatPlain(value);
  if (value instanceof UnsignedInteger) return value.value.toString();
  // Quoted is what sops writes and reads; unquoted is what older tools and rops write.
  if (value instanceof Timestamp) return formatRfc3339(value);
  throw wrongType(name, "string", value);
}

/** A whole number; 0 when absent or an empty text. */
export function integerField(branch: Branch, name: string): number {
  const value = fieldOf(branch, name);
  if (value === undefined || value === "") return 0;
  if (typeof value === "bigint") return Number(value);
  if (typeof value === "number") return Math.trunc(value);
  if (typeof value === "boolean") return value ? 1 : 0;
  const parsed = typeof value === "string" ? parseInteger(value) : undefined;
  if (parsed === undefined) throw wrongType(name, "int", value);
  return Number(parsed);
}

/** A truth value; false when absent or an empty text. */
export function booleanField(branch: Branch, name: string): boolean {
  const value = fieldOf(branch, name);
  if (value === undefined || value === "") return false;
  if (typeof value === "boolean") return value;
  if (typeof value === "bigint" || typeof value === "number") return Number(value) !== 0;
  const parsed = typeof value === "string" ? parseBoolean(value) : undefined;
  if (parsed === undefined) throw wrongType(name, "bool", value);
  return parsed;
}

/** A list of mappings; empty when absent. A mapping alone counts as a list of one, an empty one as an empty list. */
export function branchesField(branch: Branch, name: string): Branch[] {
  const value = fieldOf(branch, name);
  if (value === undefined) return [];
  if (value instanceof Branch) return value.items.length === 0 ? [] : [value];
  const elements = Array.isArray(value) ? value.filter((element) => !(element instanceof Comment)) : [value];
  return elements.map((element, index) => {
    if (element instanceof Branch) return element;
    if (element === null) return new Branch();
    throw wrongType(`${name}[${index}]`, "map", element);
  });
}

/** A mapping of texts, such as an encryption context; empty when absent. */
export function textMapField(branch: Branch, name: string): Record<string, string> {
  const value = fieldOf(branch, name);
  const texts: Record<string, string> = {};
  if (value === undefined || (Array.isArray(value) && value.length === 0) || value === "") return texts;
  if (!(value instanceof Branch)) throw wrongType(name, "map", value);
  for (const item of value.items) {
    if (item instanceof Comment || item.key instanceof NonStringKey) continue;
    if (item.value === null) throw wrongType(`${name}[${item.key}]`, "string", item.value);
    texts[item.key] = textField(new Branch([item]), item.key);
  }
  return texts;
}

function wrongType(name: string, expected: string, value: Value): SopsError {
  return new SopsError(
    "INVALID_METADATA",
    `Error in the file's metadata: '${name}' expected type '${expected}', got unconvertible type '${typeName(value)}'`,
    { hint: "The `sops` block was changed by hand or damaged. Restore it from version control." },
  );
}

function typeName(value: Value): string {
  if (value instanceof Branch) return "map";
  return Array.isArray(value) ? "slice" : goTypeOf(value);
}

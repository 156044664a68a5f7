import { encodeByteString } from "../bytes.ts";
import { formatRfc3339 } from "../core/timestamp.ts";
import { Branch, Comment, Timestamp, type Value } from "../core/tree.ts";
import { SopsError } from "../errors.ts";

/**
 * The value that a secret's key names: keys of mappings with `/` between them. A key that holds a `/` itself cannot be named,
 * and lists cannot be entered.
 *
 * @throws SopsError `TREE_PATH_NOT_FOUND`, which names the key and no value
 */
export function valueAtKey(document: Branch, key: string): Value {
  const steps = key.split("/");
  let value: Value = document;
  for (const [index, step] of steps.entries()) {
    if (!(value instanceof Branch)) {
      throw notFound(
        `key '${steps.slice(0, index).join("/")}' does not refer to a dictionary but to ${describe(value)}`,
        key,
      );
    }
    const child: Value | undefined = childOf(value, step);
    if (child === undefined) throw notFound("it cannot be found", key);
    value = child;
  }
  return value;
}

/** Of several items with one key the last counts. */
function childOf(branch: Branch, step: string): Value | undefined {
  const item = branch.items.findLast((candidate) => !(candidate instanceof Comment) && candidate.key === step);
  return item instanceof Comment ? undefined : item?.value;
}

/**
 * The bytes of a value as a secret: a text as it is, without a newline; a time as RFC 3339.
 *
 * @throws SopsError `TREE_PATH_NOT_FOUND` for values that are no text
 */
export function secretBytes(value: Value, key: string): Uint8Array {
  if (typeof value === "string") return encodeByteString(value);
  if (value instanceof Uint8Array) return value;
  if (value instanceof Timestamp) return encodeByteString(formatRfc3339(value));
  throw notFound(`the value is not a string but ${describe(value)}`, key);
}

function describe(value: Value): string {
  if (value instanceof Branch) return "a mapping";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "bigint" || typeof value === "number") return "a number";
  if (typeof value === "boolean") return "true or false";
  return value === null ? "null" : "a string";
}

function notFound(reason: string, key: string): SopsError {
  return new SopsError("TREE_PATH_NOT_FOUND", `the key '${key}' cannot be used: ${reason}`, {
    hint: "Write the value as a string in the sops file, and name it by its keys with / between them.",
  });
}

import { formatRfc3339Nano } from "./timestamp.ts";
import { Branch, Comment, NonStringKey, Timestamp, UnsignedInteger, type Value } from "./tree.ts";

/**
 * A value as a program uses it. Integers beyond 2^53 are `bigint`, times RFC 3339 texts, strings that are not UTF-8 `Uint8Array`.
 * Comments are left out.
 */
export type PlainValue = string | number | bigint | boolean | null | Uint8Array | PlainValue[] | PlainObject;

/** A mapping as a program uses it, in file order; of a key that is there twice the last value counts. */
export interface PlainObject {
  [key: string]: PlainValue;
}

/**
 * A value to encrypt. A number without a fraction becomes an integer, any other a float, a `Date` a time; entries that are `undefined`
 * are left out. Functions, symbols, instances of classes and cycles are refused with a `TypeError`.
 */
export type PlainInput = PlainValue | Date | readonly PlainInput[] | { readonly [key: string]: PlainInput | undefined };

/** A value of a tree as a plain one. Comments are left out; of a key that is there twice the last value counts. */
export function toPlain(value: Value): PlainValue {
  if (value instanceof Branch) return toPlainObject(value);
  if (Array.isArray(value)) return value.filter((element) => !(element instanceof Comment)).map(toPlain);
  if (typeof value === "bigint") return plainInteger(value);
  if (value instanceof UnsignedInteger) return plainInteger(value.value);
  if (value instanceof Timestamp) return formatRfc3339Nano(value);
  return value instanceof Comment ? null : value;
}

function plainInteger(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** A mapping of a tree as a plain object. */
export function toPlainObject(branch: Branch): PlainObject {
  const object: PlainObject = {};
  for (const item of branch.items) {
    if (item instanceof Comment) continue;
    const key = item.key instanceof NonStringKey ? item.key.text : item.key;
    // Defined, not assigned: a key `__proto__` is a key like any other.
    Object.defineProperty(object, key, {
      value: toPlain(item.value),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return object;
}

/**
 * A plain value as one of a tree. A number without a fraction is an integer, any other a float; entries that are `undefined` are
 * left out.
 *
 * @throws TypeError for what no file can hold: a function, a symbol, an instance of a class, a cycle
 */
export function fromPlain(value: PlainInput): Value {
  return convert(value, new Set());
}

function convert(value: PlainInput, parents: ReadonlySet<object>): Value {
  if (typeof value === "number") return Number.isSafeInteger(value) && !Object.is(value, -0) ? BigInt(value) : value;
  if (typeof value === "bigint") return BigInt.asIntN(64, value) === value ? value : new UnsignedInteger(value);
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (value instanceof Uint8Array) return value;
  if (value instanceof Date) return timestampOf(value);
  if (typeof value !== "object") throw new TypeError(`a ${typeof value} cannot be encrypted`);
  if (parents.has(value)) throw new TypeError("an object that holds itself cannot be encrypted");
  const inside = new Set(parents).add(value);
  if (Array.isArray(value)) return value.map((element: PlainInput) => convert(element, inside));
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null)
    throw new TypeError("an instance of a class cannot be encrypted");
  return new Branch(
    Object.entries(value).flatMap(([key, entry]: [string, PlainInput | undefined]) =>
      entry === undefined ? [] : [{ key, value: convert(entry, inside) }],
    ),
  );
}

function timestampOf(date: Date): Timestamp {
  if (Number.isNaN(date.getTime())) throw new TypeError("an invalid Date cannot be encrypted");
  return new Timestamp(
    date.getUTCFullYear(),
    date.getUTCMonth() + 1,
    date.getUTCDate(),
    date.getUTCHours(),
    date.getUTCMinutes(),
    date.getUTCSeconds(),
    date.getUTCMilliseconds() * 1_000_000,
  );
}

import { decodeByteString, decodeUtf8, encodeByteString, encodeUtf8 } from "../bytes.ts";
import { formatFloatPlain } from "./go-format.ts";
import { formatRfc3339Nano, parseRfc3339 } from "./timestamp.ts";
import { Comment, type Scalar, Timestamp, UnsignedInteger } from "./tree.ts";

/** The type word of an envelope. `bytes` is read, never written. */
export type Datatype = "str" | "int" | "float" | "bool" | "bytes" | "time" | "comment";

/** What an envelope can hold. */
export type Leaf = Exclude<Scalar, null> | Comment;

/** The datatype that a leaf is sealed as. An {@link UnsignedInteger} has none. */
export function datatypeOf(leaf: Exclude<Leaf, UnsignedInteger>): Datatype {
  if (typeof leaf === "string" || leaf instanceof Uint8Array) return "str";
  if (typeof leaf === "bigint") return "int";
  if (typeof leaf === "number") return "float";
  if (typeof leaf === "boolean") return "bool";
  return leaf instanceof Timestamp ? "time" : "comment";
}

/**
 * The text form of a leaf: its plaintext, and what the MAC covers. Booleans are `True` and `False`, floats never have an
 * exponent, times are RFC 3339 with nanoseconds.
 */
export function plaintextOf(leaf: Exclude<Leaf, Uint8Array>): string {
  if (typeof leaf === "string") return leaf;
  if (typeof leaf === "bigint") return leaf.toString();
  if (typeof leaf === "number") return formatFloatPlain(leaf);
  if (typeof leaf === "boolean") return leaf ? "True" : "False";
  if (leaf instanceof Timestamp) return formatRfc3339Nano(leaf);
  return leaf instanceof Comment ? leaf.text : leaf.value.toString();
}

/** {@link plaintextOf} as bytes. */
export function plaintextBytes(leaf: Leaf): Uint8Array {
  if (leaf instanceof Uint8Array) return leaf;
  if (typeof leaf === "string") return encodeByteString(leaf);
  return leaf instanceof Comment ? encodeByteString(leaf.text) : encodeUtf8(plaintextOf(leaf));
}

/**
 * The leaf that a plaintext of some datatype stands for.
 *
 * @returns undefined when the datatype is unknown or the plaintext is not of it
 */
export function leafFromPlaintext(plaintext: Uint8Array, datatype: string): Leaf | undefined {
  const text = decodeUtf8(plaintext);
  if (text !== undefined) return leafFromText(text, datatype);
  if (datatype === "str" || datatype === "bytes") return plaintext;
  return datatype === "comment" ? new Comment(decodeByteString(plaintext)) : undefined;
}

/** As {@link leafFromPlaintext}, for the text of a plaintext that is UTF-8. */
export function leafFromText(text: string, datatype: string): Leaf | undefined {
  switch (datatype) {
    case "str":
    case "bytes":
      return text;
    case "comment":
      return new Comment(text);
    case "int":
      return parseInteger(text);
    case "float":
      return parseFloat64(text);
    case "bool":
      return parseBoolean(text);
    case "time":
      return parseRfc3339(text);
    default:
      return undefined;
  }
}

/** A 64-bit signed integer in decimal, as Go's `strconv.Atoi` reads it; undefined when it is not one. */
export function parseInteger(text: string): bigint | undefined {
  if (!/^[+-]?\d+$/.test(text)) return undefined;
  const value = BigInt(text.startsWith("+") ? text.slice(1) : text);
  return BigInt.asIntN(64, value) === value ? value : undefined;
}

/** A float as Go's `strconv.ParseFloat` reads decimal digits, infinities and NaN; undefined when it is not one. */
export function parseFloat64(text: string): number | undefined {
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) {
    const value = Number(text);
    return Number.isFinite(value) ? value : undefined;
  }
  const word = /^([+-]?)(inf|infinity|nan)$/i.exec(text);
  if (word === null) return undefined;
  if (word[2]?.toLowerCase() === "nan") return word[1] === "" ? Number.NaN : undefined;
  return word[1] === "-" ? -Infinity : Infinity;
}

const booleans = new Map([
  ...["1", "t", "T", "TRUE", "true", "True"].map((word) => [word, true] as const),
  ...["0", "f", "F", "FALSE", "false", "False"].map((word) => [word, false] as const),
]);

/** A boolean in one of the spellings of Go's `strconv.ParseBool`; undefined when it is none. */
export function parseBoolean(text: string): boolean | undefined {
  return booleans.get(text);
}

/** The name that Go gives to the type of a value, as sops's messages have it. */
export function goTypeOf(value: Scalar | Comment): string {
  if (value === null) return "<nil>";
  if (value instanceof UnsignedInteger) return "uint64";
  if (value instanceof Timestamp) return "time.Time";
  if (value instanceof Comment) return "sops.Comment";
  const names: Readonly<Record<string, string>> = { bigint: "int", number: "float64", boolean: "bool" };
  return names[typeof value] ?? "string";
}

import type { LeafEntry, PlainInput } from "sops-ts";

/** A value as a person types it: what sort it is, and the text. */
export interface LeafText {
  readonly sort: Sort;
  readonly text: string;
}

/** The sorts of values, for people. */
export type Sort = "text" | "number" | "true or false" | "time" | "nothing" | "bytes";

/** Sorts that can be typed. */
export const typedSorts: readonly Sort[] = ["text", "number", "true or false", "time", "nothing"];

const sorts: Readonly<Record<LeafEntry["datatype"], Sort>> = {
  str: "text",
  int: "number",
  float: "number",
  bool: "true or false",
  time: "time",
  null: "nothing",
};

/** A value of a file as a person types it. */
export function leafText({ value, datatype }: LeafEntry): LeafText {
  if (value instanceof Uint8Array) return { sort: "bytes", text: `${value.length.toLocaleString("en")} bytes` };
  return { sort: sorts[datatype], text: value === null ? "" : String(value) };
}

/** What a typed value is in a file; a text says what is wrong with it. */
export function parseLeaf({ sort, text }: LeafText): { readonly value: PlainInput } | { readonly problem: string } {
  switch (sort) {
    case "number":
      return parseNumber(text.trim());
    case "true or false":
      return { value: text === "true" };
    case "time":
      return parseTime(text.trim());
    case "nothing":
      return { value: null };
    default:
      return { value: text };
  }
}

function parseNumber(text: string): ReturnType<typeof parseLeaf> {
  if (/^-?\d+$/.test(text)) {
    const integer = BigInt(text);
    return BigInt.asIntN(64, integer) === integer
      ? { value: integer }
      : { problem: "A whole number has at most 64 bits. Keep a larger one as text." };
  }
  const number = Number(text);
  return text !== "" && Number.isFinite(number) ? { value: number } : { problem: "This is not a number." };
}

function parseTime(text: string): ReturnType<typeof parseLeaf> {
  const time = new Date(text);
  return /^\d{4}-\d{2}-\d{2}/.test(text) && !Number.isNaN(time.getTime())
    ? { value: time }
    : { problem: "Write a time as 2026-01-31T12:00:00Z." };
}

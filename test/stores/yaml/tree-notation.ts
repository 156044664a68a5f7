import { Branch, Comment, type Item, NonStringKey, type Value } from "../../../src/core/tree.ts";

/* A short notation for trees: `map(comment(" c"), ["a", 1n], ["b", ["x", inline(" d")]])`. */

export function map(...items: (Comment | readonly [string | NonStringKey, Value])[]): Branch {
  return new Branch(
    items.map((item): Item | Comment => (item instanceof Comment ? item : { key: item[0], value: item[1] })),
  );
}

export function comment(text: string): Comment {
  return new Comment(text);
}

export function inline(text: string): Comment {
  return new Comment(text, true);
}

export function key(goType: string, text: string): NonStringKey {
  return new NonStringKey(goType, text);
}

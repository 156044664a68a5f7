import { Branch, type Item, type Scalar, type Value } from "../../core/tree.ts";
import { resolvePlain } from "./resolve.ts";

/*
 * Nearly all lines of a large file are `key: value`, `key:` or `- value`, one like the other. Token by token, such a line takes twenty times as
 * long as by one regular expression: so runs of them are read here, and the reader that knows all of YAML has the rest. A run is
 * only taken where both read the same: no comments, anchors, aliases or merges are in or at it, and the line behind it is again an
 * item of the same mapping, so that nothing that follows can reach back into the run.
 */

/** Items of a block mapping. */
export interface PlainRun {
  readonly items: readonly Item[];
  /** Where the line of the next item begins. */
  readonly end: number;
  /** How many lines there are up to that one. */
  readonly lines: number;
}

/** Deeper mappings are left to the other reader; so no line is tried more often than this. */
export const mostLevels = 16;
/** Longer keys have rules of their own. */
const longestName = 128;

/** What stands on a line, but for tabs and byte order marks. */
const character = String.raw`[^\t\n\r\x85\u2028\u2029\ufeff]`;
const quotedText = (quote: string): string => `${quote}${character.replace("]", String.raw`${quote}\\]`)}*${quote}`;
const key = "[A-Za-z_][A-Za-z0-9_./-]*";
const scalar = String.raw`-?[A-Za-z0-9_./+$(~^=;\\]${character}*|${quotedText('"')}|${quotedText("'")}`;
const line = new RegExp(`( *)(- )?(?:(${key}):(?: |(?=\\n)))?(${scalar})?(\\n+)`, "y");

/** What ends a plain scalar before the end of its line, or makes it a key. */
const cutShort = /: | #|[: ]$/;

/** What may be an anchor, an alias or a merge; inside of a word it is none. */
const reference = /(?:^|[^A-Za-z0-9])[&*]|<</;

/** Whether nothing in a text refers to something else in it, so that a part of it can be read by itself. */
export function hasNoReferences(text: string): boolean {
  const mayHave = text.includes("&") || text.includes("*") || text.includes("<<");
  return !(mayHave && reference.test(text));
}

/** A mapping or a list that is being read. */
interface Level {
  readonly content: Item[] | Value[];
  readonly column: number;
  readonly isList: boolean;
}

/**
 * Reads the items of a block mapping from one on, as far as they are plain.
 *
 * @param start - where the line of the first item begins
 * @param column - the column of the mapping's keys
 */
export function readPlainRun(text: string, start: number, column: number): PlainRun {
  const items: Item[] = [];
  const levels: Level[] = [{ content: items, column, isList: false }];
  let lines = 0;
  /** What is known to be complete, at the last line of this mapping. */
  let complete = { count: 0, end: start, lines: 0 };
  /** The item on the line before when it has no value there. */
  let open: Item | undefined;
  for (let position = start; ; position = line.lastIndex) {
    line.lastIndex = position;
    const match = line.exec(text);
    if (match === null) break;
    const [, indentation = "", dash, name, scalarText, breaks = ""] = match;
    const indent = indentation.length;
    const isElement = dash !== undefined;
    if (name === undefined && (!isElement || scalarText === undefined)) break;
    if (open !== undefined) openLevel(levels, open, indent, isElement);
    if (!closeLevels(levels, indent, isElement) || levels.length > mostLevels) break;
    if (levels.length === 1) complete = { count: items.length, end: position, lines };
    const value = scalarText === undefined ? null : valueOf(scalarText);
    if (value === undefined) break;
    if (name === undefined) {
      (innermost(levels).content as Value[]).push(value);
      open = undefined;
    } else {
      if (name.length > longestName || typeof resolvePlain(name) !== "string") break;
      if (isElement) openElement(levels, indent);
      const item: Item = { key: name, value };
      (innermost(levels).content as Item[]).push(item);
      open = scalarText === undefined ? item : undefined;
    }
    lines += breaks.length;
  }
  return { items: items.slice(0, complete.count), end: complete.end, lines: complete.lines };
}

function innermost(levels: readonly Level[]): Level {
  return levels[levels.length - 1] as Level;
}

/** Begins the mapping or the list that a line makes the value of the item above it, if it does. */
function openLevel(levels: Level[], item: Item, column: number, isList: boolean): void {
  const { column: above } = innermost(levels);
  if (column < above || (column === above && !isList)) return;
  if (isList) {
    const list: Value[] = [];
    item.value = list;
    levels.push({ content: list, column, isList });
  } else {
    const items: Item[] = [];
    item.value = new Branch(items);
    levels.push({ content: items, column, isList });
  }
}

/** Begins a mapping that is an element of the innermost list: its keys stand behind the dash. */
function openElement(levels: Level[], dashColumn: number): void {
  const items: Item[] = [];
  (innermost(levels).content as Value[]).push(new Branch(items));
  levels.push({ content: items, column: dashColumn + 2, isList: false });
}

/**
 * Ends what a line is not part of: it belongs to the mapping, or with a dash to the list, in its column. Returns whether there is
 * one.
 */
function closeLevels(levels: Level[], column: number, isElement: boolean): boolean {
  let level = innermost(levels);
  while (level.column > column || (level.column === column && level.isList !== isElement)) {
    if (levels.length === 1 || (!level.isList && hasDuplicates(level.content as Item[]))) return false;
    levels.pop();
    level = innermost(levels);
  }
  return level.column === column;
}

const smallMapping = 8;

function hasDuplicates(items: readonly Item[]): boolean {
  if (items.length > smallMapping) return new Set(items.map(({ key: name }) => name)).size < items.length;
  for (let index = 1; index < items.length; index++) {
    const { key: name } = items[index] as Item;
    for (let earlier = 0; earlier < index; earlier++) {
      if ((items[earlier] as Item).key === name) return true;
    }
  }
  return false;
}

/** What a scalar that fills the rest of its line stands for; undefined when it does not fill it. */
function valueOf(text: string): Scalar | undefined {
  if (text.startsWith('"') || text.startsWith("'")) return text.slice(1, -1);
  return cutShort.test(text) ? undefined : resolvePlain(text);
}

/** A comment: the text after `#` (YAML, dotenv) or the comment mark (INI), verbatim. */
export class Comment {
  readonly text: string;
  /** Whether it stands behind a value on the same line. */
  readonly inline: boolean;

  constructor(text: string, inline = false) {
    this.text = text;
    this.inline = inline;
  }
}

/** A mapping key that is not a string. sops can read such a file, but refuses to encrypt it. */
export class NonStringKey {
  /** The Go type that sops names: `int`, `bool`, `float64`, `time.Time`, `<nil>`. */
  readonly goType: string;
  /** The key as written. */
  readonly text: string;

  constructor(goType: string, text: string) {
    this.goType = goType;
    this.text = text;
  }
}

/** A key and its value. */
export interface Item {
  readonly key: string | NonStringKey;
  value: Value;
}

/** A mapping: items in file order, duplicate keys kept, with the comments between them. */
export class Branch {
  readonly items: (Item | Comment)[];

  constructor(items: (Item | Comment)[] = []) {
    this.items = items;
  }
}

/** A point in time as civil fields, with the offset that the file gave. See `timestamp.ts` for text forms. */
export class Timestamp {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly nanosecond: number;
  /** Seconds east of UTC; 0 is UTC. */
  readonly offsetSeconds: number;

  constructor(
    year: number,
    month: number,
    day: number,
    hour = 0,
    minute = 0,
    second = 0,
    nanosecond = 0,
    offsetSeconds = 0,
  ) {
    this.year = year;
    this.month = month;
    this.day = day;
    this.hour = hour;
    this.minute = minute;
    this.second = second;
    this.nanosecond = nanosecond;
    this.offsetSeconds = offsetSeconds;
  }
}

/** An integer that does not fit 64 bits signed. Go's YAML reads it as uint64, and sops refuses to encrypt it. */
export class UnsignedInteger {
  readonly value: bigint;

  constructor(value: bigint) {
    this.value = value;
  }
}

/**
 * A leaf. Go's types map to:
 *
 * | here | Go | |
 * | --- | --- | --- |
 * | `string` | string | bytes that are not UTF-8 are lone surrogates, see `bytes.ts` |
 * | `Uint8Array` | string | bytes that are not UTF-8, where they come as a whole (a binary file) |
 * | `bigint` | int | 64 bits, signed |
 * | `number` | float64 | |
 * | `boolean` `null` | bool, nil | |
 * | `Timestamp` | time.Time | |
 */
export type Scalar = string | Uint8Array | bigint | number | boolean | null | Timestamp | UnsignedInteger;

/** What a key or a list position holds. Comments stand in lists as elements. */
export type Value = Scalar | Branch | Comment | Value[];

/** Whether an item of a branch is a comment. */
export function isComment(item: Item | Comment): item is Comment {
  return item instanceof Comment;
}

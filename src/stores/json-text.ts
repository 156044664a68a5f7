import { decodeByteString } from "../bytes.ts";
import { SopsError } from "../errors.ts";
import { formatFloatG, formatFloatJson } from "../core/go-format.ts";
import { formatRfc3339Nano } from "../core/timestamp.ts";
import { formatTreePath } from "../core/tree-path.ts";
import {
  Branch,
  Comment,
  type Item,
  NonStringKey,
  type Scalar,
  Timestamp,
  UnsignedInteger,
  type Value,
} from "../core/tree.ts";
import { maxNesting } from "./store.ts";

/**
 * A value as Go's `encoding/json` writes it: keys in order, comments dropped, `{}` and `[]` on one line, no newline at the end.
 *
 * @param indent - what one level is indented by; undefined: everything on one line, no spaces
 * @throws SopsError `ERROR_DUMPING_TREE` on what JSON cannot hold: infinities, NaN, keys that are not strings
 */
export function jsonText(value: Value, indent: string | undefined): string {
  return new JsonWriter(indent).write(value);
}

/** A container that is being written. */
interface Level {
  readonly container: Branch | readonly Value[];
  /** Position of the next item or element. */
  index: number;
  isEmpty: boolean;
}

class JsonWriter {
  readonly #indent: string | undefined;
  readonly #colon: string;
  readonly #levels: Level[] = [];
  /** A newline and the indentation of each depth. */
  readonly #lineStarts: string[] = [];
  #text = "";

  constructor(indent: string | undefined) {
    this.#indent = indent;
    this.#colon = indent === undefined ? ":" : ": ";
  }

  /** Keeps its own stack: deep nesting does not exhaust the runtime's. */
  write(value: Value): string {
    this.#value(value);
    for (let level = this.#levels.at(-1); level !== undefined; level = this.#levels.at(-1)) {
      if (level.index < lengthOf(level.container)) this.#member(level);
      else this.#close(level);
    }
    return this.#text;
  }

  #member(level: Level): void {
    const { container, index } = level;
    level.index += 1;
    const member = container instanceof Branch ? container.items[index] : container[index];
    if (member === undefined || member instanceof Comment) return;
    this.#text += level.isEmpty ? this.#lineStart() : `,${this.#lineStart()}`;
    level.isEmpty = false;
    if (container instanceof Branch) this.#item(member as Item);
    else this.#value(member as Value);
  }

  #item({ key, value }: Item): void {
    if (key instanceof NonStringKey) throw this.#unsupported(`key of type ${key.goType}`);
    this.#text += quoteJson(key) + this.#colon;
    this.#value(value);
  }

  #value(value: Value): void {
    if (typeof value === "string") this.#text += quoteJson(value);
    else if (value instanceof Branch || Array.isArray(value)) this.#open(value);
    else this.#text += this.#scalar(value);
  }

  #scalar(value: Exclude<Scalar, string> | Comment): string {
    if (value instanceof Uint8Array) return quoteJson(decodeByteString(value));
    if (value instanceof Comment) return quoteJson(value.text);
    if (value instanceof Timestamp) return this.#time(value);
    if (value instanceof UnsignedInteger) return value.value.toString();
    if (typeof value !== "number") return String(value);
    if (!Number.isFinite(value)) throw this.#unsupported(`value: ${formatFloatG(value)}`);
    return formatFloatJson(value);
  }

  #time(time: Timestamp): string {
    if (time.year < 0 || time.year > 9999) throw this.#unsupported("time: year outside of range [0,9999]");
    if (Math.abs(time.offsetSeconds) >= 86_400) {
      throw this.#unsupported("time: timezone hour outside of range [0,23]");
    }
    return `"${formatRfc3339Nano(time)}"`;
  }

  #open(container: Branch | Value[]): void {
    this.#text += container instanceof Branch ? "{" : "[";
    this.#levels.push({ container, index: 0, isEmpty: true });
    if (this.#levels.length > maxNesting) throw this.#unsupported(`value: more than ${maxNesting} levels`);
  }

  #close({ container, isEmpty }: Level): void {
    this.#levels.pop();
    if (!isEmpty) this.#text += this.#lineStart();
    this.#text += container instanceof Branch ? "}" : "]";
  }

  #lineStart(): string {
    const depth = this.#levels.length;
    if (this.#indent === undefined) return "";
    return (this.#lineStarts[depth] ??= `\n${this.#indent.repeat(depth)}`);
  }

  #unsupported(what: string): SopsError {
    const path = formatTreePath(this.#levels.map(stepOf));
    return new SopsError("ERROR_DUMPING_TREE", `Error marshaling to json: unsupported ${what}`, { path });
  }
}

function lengthOf(container: Branch | readonly Value[]): number {
  return container instanceof Branch ? container.items.length : container.length;
}

/** The step from a container to the member that was begun last. */
function stepOf({ container, index }: Level): string | number {
  if (!(container instanceof Branch)) return index - 1;
  const item = container.items[index - 1];
  if (item === undefined || item instanceof Comment) return index - 1;
  return item.key instanceof NonStringKey ? item.key.text : item.key;
}

const plain = /^[ !#-%'-;=?-[\]-~]*$/;
const loneSurrogate = /[\uD800-\uDFFF]/u;
const escapedByGo = /[<>&\u2028\u2029]/g;

/** A JSON string as Go writes it: `<`, `>`, `&`, U+2028 and U+2029 are escaped, bytes that are not UTF-8 become `\ufffd`. */
function quoteJson(text: string): string {
  if (plain.test(text)) return `"${text}"`;
  const quoted = loneSurrogate.test(text) ? quotePieces(text.split(loneSurrogate)) : JSON.stringify(text);
  return quoted.replace(escapedByGo, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

function quotePieces(pieces: readonly string[]): string {
  return `"${pieces.map((piece) => JSON.stringify(piece).slice(1, -1)).join("\\ufffd")}"`;
}

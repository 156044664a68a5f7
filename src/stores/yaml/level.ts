import { hasInvalidUtf8 } from "../../bytes.ts";
import { SopsError } from "../../errors.ts";
import { formatTreePath, type TreePath } from "../../core/tree-path.ts";
import { Branch, Comment, type Item, NonStringKey, type Scalar, type Value } from "../../core/tree.ts";

/** What can hold comments; a comment itself where a value should be, see {@link branchOfComment}. */
export type Container = Exclude<Value, Scalar>;

/** What a container needs to know of where it stands. */
export interface Surroundings {
  /** The container around it; undefined: the document. */
  readonly parent: Level | undefined;
  /** Column of its keys or dashes. */
  readonly indent: number;
  /** Comments that stand behind its key or dash. */
  readonly behind: string;
  /** Comments below it. */
  readonly below: string;
}

/**
 * A container that is being written: gives its entries one by one, and the comments between them as sops attaches
 * them. A comment's text has its `#`; several are joined by newlines.
 *
 * @see sops stores/yaml/store.go, `appendTreeBranch` and `appendSequence`
 */
export class Level implements Surroundings {
  readonly parent: Level | undefined;
  readonly indent: number;
  readonly behind: string;
  readonly below: string;
  readonly isMapping: boolean;
  /** Comments before the first entry; when there is none, all of them. */
  readonly above: string;
  readonly isEmpty: boolean;
  readonly #entries: readonly (Item | Value)[];
  #position = 0;
  #above = "";
  #inline = "";

  constructor(value: Container, { parent, indent, behind, below }: Surroundings) {
    const container = value instanceof Comment ? branchOfComment(value) : value;
    this.parent = parent;
    this.indent = indent;
    this.behind = behind;
    this.below = below;
    this.isMapping = container instanceof Branch;
    this.#entries = container instanceof Branch ? container.items : container;
    this.#readComments();
    this.isEmpty = this.#position === this.#entries.length;
    this.above = this.isEmpty ? this.takeRest() : this.takeAbove();
  }

  /** The next item of a mapping; undefined at its end. */
  nextItem(): Item | undefined {
    return this.#next() as Item | undefined;
  }

  /** Passes items as long as there is no comment and `take` returns true. */
  passItems(take: (item: Item) => boolean): void {
    if (this.#above !== "" || this.#inline !== "") return;
    for (let entry = this.#entries[this.#position]; entry !== undefined && !(entry instanceof Comment);) {
      if (!take(entry as Item)) return;
      this.#position += 1;
      entry = this.#entries[this.#position];
    }
  }

  /** The next element of a list; undefined at its end. */
  nextElement(): Value | undefined {
    return this.#next() as Value | undefined;
  }

  #next(): Item | Value | undefined {
    this.#readComments();
    const entry = this.#entries[this.#position];
    if (entry !== undefined) this.#position += 1;
    return entry;
  }

  /** The comments above the present entry. */
  takeAbove(): string {
    const above = this.#above;
    if (above !== "") this.#above = "";
    return above;
  }

  /** The comments behind the present entry's value: the inline ones before it. */
  takeInline(): string {
    const inline = this.#inline;
    if (inline !== "") this.#inline = "";
    return inline;
  }

  /** The comments after the last entry, inline ones last; none while there are more entries. */
  takeRest(): string {
    this.#readComments();
    if (this.#position < this.#entries.length) return "";
    return joinComments(this.takeAbove(), this.takeInline());
  }

  #readComments(): void {
    for (let entry = this.#entries[this.#position]; entry instanceof Comment;) {
      const text = this.#commentText(entry);
      if (entry.inline) this.#inline = joinComments(this.#inline, text);
      else this.#above = joinComments(this.#above, text);
      this.#position += 1;
      entry = this.#entries[this.#position];
    }
  }

  #commentText({ text }: Comment): string {
    if (!hasInvalidUtf8(text)) return `#${text}`;
    throw new SopsError("ERROR_DUMPING_TREE", "YAML cannot hold a comment that is not UTF-8", {
      path: formatTreePath(this.parent?.path() ?? []),
    });
  }

  /** The path of the present entry. */
  path(): TreePath {
    const steps = [this.#step()];
    for (let level = this.parent; level !== undefined; level = level.parent) steps.push(level.#step());
    return steps.reverse();
  }

  #step(): string | number {
    const index = this.#position - 1;
    const entry = this.#entries[index];
    if (!this.isMapping || entry === undefined) return index;
    const { key } = entry as Item;
    return key instanceof NonStringKey ? key.text : key;
  }
}

/** Several comments as one. */
export function joinComments(first: string, second: string): string {
  if (first === "") return second;
  return second === "" ? first : `${first}\n${second}`;
}

export function isContainer(value: Value): value is Container {
  return value instanceof Branch || Array.isArray(value) || value instanceof Comment;
}

/** A comment that is taken for a value, as when it is extracted by its position in a list: Go prints its fields. */
function branchOfComment({ text, inline }: Comment): Branch {
  return new Branch([
    { key: "value", value: text },
    { key: "inline", value: inline },
  ]);
}

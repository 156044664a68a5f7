import { hasInvalidUtf8 } from "../../bytes.ts";
import { SopsError } from "../../errors.ts";
import { formatTreePath } from "../../core/tree-path.ts";
import { Branch, Comment, type Item, NonStringKey, type Scalar, type Value } from "../../core/tree.ts";
import { LineWriter } from "./line-writer.ts";
import { formOfKey, formOfScalar, isSimpleKey, type ScalarForm } from "./scalar-form.ts";
import { doubleQuoted, endsInBreak, literalHeader, literalLines, singleQuoted } from "./string-text.ts";

const defaultIndent = 4;

/**
 * Documents as YAML, to the byte as sops writes them.
 *
 * @param indent - spaces a level; 0 is the default of 4, and 1 or more than 9 is 2
 * @throws SopsError `ERROR_DUMPING_TREE` on a negative indentation, and on a comment that is not UTF-8
 * @see sops stores/yaml/store.go, `EmitPlainFile`; go-yaml emitterc.go
 */
export function emitYaml(branches: readonly Branch[], indent: number = defaultIndent): Uint8Array {
  if (indent < 0) {
    throw new SopsError("ERROR_DUMPING_TREE", "YAML Negative indentation not accepted", {
      hint: "Set a number of spaces from 2 to 9 under stores in .sops.yaml.",
    });
  }
  const emitter = new Emitter(indent === 0 ? defaultIndent : indent);
  for (const branch of branches) emitter.document(branch);
  return emitter.bytes();
}

/**
 * One value as a document of its own, indented by 4 whatever the store's layout is.
 *
 * @throws SopsError `ERROR_DUMPING_TREE` on a comment that is not UTF-8
 * @see sops stores/yaml/store.go, `EmitValue`
 */
export function emitYamlValue(value: Value): Uint8Array {
  const emitter = new Emitter(defaultIndent);
  emitter.document(value);
  return emitter.bytes();
}

type Container = Exclude<Value, Scalar>;

/** A container that is being written. */
interface Level {
  readonly entries: readonly (Item | Value)[];
  readonly isMapping: boolean;
  /** Position of the last entry that is not a comment; -1: none. */
  readonly last: number;
  /** Column of its keys or dashes. */
  readonly indent: number;
  /** Comments before the first entry. */
  readonly above: string;
  /** Comments that stand behind its key or dash in the tree; see {@link Emitter} for where they end up. */
  readonly behind: string;
  /** Comments below it. */
  readonly below: string;
  /** Position of the next entry. */
  position: number;
  /** Inline comments that wait for the next value. */
  inline: string;
}

/** Where a value stands: the column of what holds it (-1: the document), and whether that is a list. */
interface Place {
  readonly indent: number;
  readonly inList: boolean;
}

const documentPlace: Place = { indent: -1, inList: false };

/**
 * Writes documents entry by entry, with a stack of its own, so that deep nesting does not exhaust the runtime's.
 *
 * Comments are where go-yaml is peculiar. It keeps one waiting comment of each kind for the whole stream; a comment is
 * announced by what it belongs to and written by the next place that writes its kind. So a comment behind a mapping
 * shows up behind a value after its end, one in an empty list above the next key, and one that another of its kind
 * overtakes is lost.
 */
class Emitter {
  readonly #out = new LineWriter();
  /** Spaces a level, 2 to 9. */
  readonly #step: number;
  readonly #levels: Level[] = [];
  #documents = 0;
  #above = "";
  #behind = "";
  #below = "";
  /** Below the last item of a mapping, before what waits as `#above`. */
  #belowLast = "";
  /** Behind something that ended before the present key. */
  #behindKey = "";

  constructor(indent: number) {
    this.#step = indent < 2 || indent > 9 ? 2 : indent;
  }

  /** All that was written. */
  bytes(): Uint8Array {
    return this.#out.bytes();
  }

  document(root: Value): void {
    if (this.#documents > 0) this.#separator();
    this.#documents += 1;
    this.#root(root);
    for (let level = this.#levels.at(-1); level !== undefined; level = this.#levels.at(-1)) {
      if (level.isMapping) this.#item(level);
      else this.#element(level);
    }
    this.#out.setOff(0);
    this.#writeBelow(0);
    this.#out.setOff(-1);
    this.#out.startLine(0);
  }

  #separator(): void {
    this.#out.startLine(0);
    this.#out.word("---");
    this.#out.startLine(0);
  }

  #root(value: Value): void {
    const node = isContainer(value) ? this.#levelOf(value, documentPlace, "", "") : formOfScalar(value);
    if (isLevel(node)) this.#announce(node.above, "", "");
    this.#writeAbove(0);
    this.#node(node, documentPlace);
  }

  /** The next item of a mapping, or its end. */
  #item(level: Level): void {
    const above = this.#readComments(level);
    const item = level.entries[level.position] as Item | undefined;
    if (item === undefined) {
      this.#endMapping(level, above);
      return;
    }
    level.position += 1;
    this.#announce(above, "", "");
    this.#key(formOfKey(item.key), level);

    const behind = takeInline(level);
    const place = { indent: level.indent, inList: false };
    if (isContainer(item.value)) {
      const inner = this.#levelOf(item.value, place, behind, "");
      this.#announce(inner.above, "", "");
      this.#writeBehindKey(level.indent);
      this.#node(inner, place);
    } else {
      this.#announce("", behind, "");
      this.#passOn();
      this.#node(formOfScalar(item.value), place);
    }
  }

  #key(form: ScalarForm, { indent }: Level): void {
    this.#writeAbove(indent);
    this.#out.startLine(indent);
    if (this.#behind !== "") {
      this.#behindKey = this.#behind;
      this.#behind = "";
    }
    if (isSimpleKey(form)) {
      this.#scalar(form, indent);
      this.#out.attach(":");
      return;
    }
    this.#out.indicator("?");
    this.#scalar(form, this.#nextStop(indent));
    this.#out.startLine(indent);
    this.#out.indicator(":");
  }

  #endMapping(level: Level, trailing: string): void {
    this.#announce("", level.behind, level.below);
    const belowLast = joinComments(trailing, takeInline(level));
    if (belowLast !== "") this.#belowLast = belowLast;
    this.#writeAbove(level.indent);
    this.#levels.pop();
  }

  /** The next element of a list, or its end. */
  #element(level: Level): void {
    const above = this.#readComments(level);
    const value = level.entries[level.position] as Value | undefined;
    if (value === undefined) {
      // Comments after the last element were given to that one.
      this.#announce("", level.behind, level.below);
      this.#levels.pop();
      return;
    }
    const below = level.position === level.last ? this.#commentsAfter(level) : "";
    level.position += 1;
    const behind = takeInline(level);
    const place = { indent: level.indent, inList: true };
    const node = isContainer(value) ? this.#levelOf(value, place, behind, below) : formOfScalar(value);
    if (isLevel(node)) this.#announce(joinComments(above, node.above), "", "");
    else this.#announce(above, behind, below);
    this.#writeAbove(level.indent);
    this.#out.startLine(level.indent);
    this.#out.indicator("-");
    this.#node(node, place);
  }

  /** What stands behind a key, behind a dash or in a document of its own. */
  #node(node: Level | ScalarForm, place: Place): void {
    if (!isLevel(node)) this.#scalar(node, this.#indentIn(place, this.#step));
    const indent = Math.max(place.indent, 0);
    this.#writeBehind(indent);
    this.#writeBelow(indent);
    if (!isLevel(node)) return;
    if (node.last < 0) this.#emptyContainer(node, place);
    else this.#levels.push(node);
  }

  #emptyContainer(level: Level, place: Place): void {
    const indent = Math.max(place.indent, 0);
    this.#announce("", level.behind, level.below);
    this.#out.bracket(level.isMapping ? "{" : "[");
    if (level.isMapping) this.#writeAbove(this.#indentIn(place, this.#step));
    this.#out.attach(level.isMapping ? "}" : "]");
    this.#writeBehind(indent);
    this.#writeBelow(indent);
  }

  #scalar({ style, tag, text }: ScalarForm, indent: number): void {
    if (tag !== "") this.#out.word(tag);
    if (style === "plain") this.#out.word(text);
    else if (style === "double") this.#out.word(doubleQuoted(text));
    else if (style === "single") this.#out.word(singleQuoted(text, " ".repeat(indent)));
    else this.#literal(text, indent);
  }

  #literal(text: string, indent: number): void {
    this.#out.word(literalHeader(text, this.#step));
    if (this.#behind === "") this.#out.endLine();
    else this.#writeBehind(indent);
    this.#out.lines(literalLines(text, " ".repeat(indent)), endsInBreak(text));
  }

  /** The column of what stands at a place. A list's elements stand behind `- `, all else at the next stop. */
  #indentIn({ indent, inList }: Place, inDocument: number): number {
    if (indent < 0) return inDocument;
    return inList ? indent + 2 : this.#nextStop(indent);
  }

  #nextStop(indent: number): number {
    return this.#step * (Math.floor(indent / this.#step) + 1);
  }

  /** A container before its first entry. */
  #levelOf(value: Container, place: Place, behind: string, below: string): Level {
    const container = value instanceof Comment ? branchOfComment(value) : value;
    const entries = container instanceof Branch ? container.items : container;
    const last = entries.findLastIndex((entry) => !(entry instanceof Comment));
    const level = {
      entries,
      isMapping: container instanceof Branch,
      last,
      indent: this.#indentIn(place, 0),
      above: "",
      behind,
      below,
      position: 0,
      inline: "",
    };
    level.above = this.#readComments(level);
    if (last < 0) level.above = joinComments(level.above, takeInline(level));
    return level;
  }

  /** Moves on to the next entry that is no comment. Gives the comments above it, and keeps those behind its value. */
  #readComments(level: Level): string {
    let above = "";
    for (let entry = level.entries[level.position]; entry instanceof Comment;) {
      const text = this.#commentText(entry, level);
      if (entry.inline) level.inline = joinComments(level.inline, text);
      else above = joinComments(above, text);
      level.position += 1;
      entry = level.entries[level.position];
    }
    return above;
  }

  /** The comments after the present entry, which is the last: first those of their own lines, then the inline ones. */
  #commentsAfter(level: Level): string {
    const rest = { ...level, position: level.position + 1, inline: "" };
    return joinComments(this.#readComments(rest), rest.inline);
  }

  #commentText(comment: Comment, level: Level): string {
    if (!hasInvalidUtf8(comment.text)) return `#${comment.text}`;
    const path = formatTreePath([...this.#levels, level].map(stepOf).slice(0, -1));
    throw new SopsError("ERROR_DUMPING_TREE", "YAML cannot hold a comment that is not UTF-8", { path });
  }

  /** Puts comments among those that wait. */
  #announce(above: string, behind: string, below: string): void {
    if (above !== "") this.#above = above;
    if (behind !== "") this.#behind = behind;
    if (below !== "") this.#below = below;
  }

  /** A leaf takes a comment that waits for its key, unless it has one of its own. */
  #passOn(): void {
    if (this.#behind !== "") return;
    this.#behind = this.#behindKey;
    this.#behindKey = "";
  }

  #writeAbove(indent: number): void {
    if (this.#belowLast !== "") {
      this.#out.startLine(indent);
      this.#out.comment(this.#belowLast, indent);
      this.#out.setOff(indent);
      this.#belowLast = "";
    }
    if (this.#above === "") return;
    this.#out.startLine(indent);
    this.#out.comment(this.#above, indent);
    this.#above = "";
  }

  #writeBehind(indent: number): void {
    if (this.#behind === "") return;
    this.#out.comment(this.#behind, indent);
    this.#behind = "";
  }

  #writeBehindKey(indent: number): void {
    if (this.#behindKey === "") return;
    this.#out.comment(this.#behindKey, indent);
    this.#behindKey = "";
  }

  #writeBelow(indent: number): void {
    if (this.#below === "") return;
    this.#out.startLine(indent);
    this.#out.comment(this.#below, indent);
    this.#out.setOff(indent);
    this.#below = "";
  }
}

function joinComments(first: string, second: string): string {
  if (first === "") return second;
  return second === "" ? first : `${first}\n${second}`;
}

function takeInline(level: Level): string {
  const { inline } = level;
  if (inline !== "") level.inline = "";
  return inline;
}

function isContainer(value: Value): value is Container {
  return value instanceof Branch || Array.isArray(value) || value instanceof Comment;
}

function isLevel(node: Level | ScalarForm): node is Level {
  return "entries" in node;
}

/** A comment that is taken for a value, as when it is extracted by its position in a list: Go prints its fields. */
function branchOfComment({ text, inline }: Comment): Branch {
  return new Branch([
    { key: "value", value: text },
    { key: "inline", value: inline },
  ]);
}

/** The step from a container to the entry that was begun last. */
function stepOf({ entries, isMapping, position }: Level): string | number {
  const entry = entries[position - 1];
  if (!isMapping || entry === undefined) return position - 1;
  const { key } = entry as Item;
  return key instanceof NonStringKey ? key.text : key;
}

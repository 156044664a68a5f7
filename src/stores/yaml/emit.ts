import { SopsError } from "../../errors.ts";
import type { Branch, Item, Value } from "../../core/tree.ts";
import { type Container, isContainer, joinComments, Level } from "./level.ts";
import { LineWriter } from "./line-writer.ts";
import { formOfKey, formOfScalar, isSimpleKey, isSimplePlainKey, plainTextOf, type ScalarForm } from "./scalar-form.ts";
import { doubleQuoted, endsInBreak, literalHeader, literalLines, singleQuoted } from "./string-text.ts";
import { WaitingComments } from "./waiting-comments.ts";

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

/** Where a value stands; undefined: it is the document. */
type Place = Level | undefined;

/** Writes documents entry by entry. Levels are linked to their parents, so deep nesting does not exhaust the stack. */
class Emitter {
  readonly #out = new LineWriter();
  readonly #comments = new WaitingComments(this.#out);
  /** Spaces a level, 2 to 9. */
  readonly #step: number;
  #level: Level | undefined;
  #isFirstDocument = true;

  constructor(indent: number) {
    this.#step = indent < 2 || indent > 9 ? 2 : indent;
  }

  /** All that was written. */
  bytes(): Uint8Array {
    return this.#out.bytes();
  }

  document(root: Value): void {
    if (!this.#isFirstDocument) this.#separator();
    this.#isFirstDocument = false;
    this.#root(root);
    for (let level = this.#level; level !== undefined; level = this.#level) {
      if (level.isMapping) this.#item(level);
      else this.#element(level);
    }
    this.#out.setOff(0);
    this.#comments.writeBelow(0);
    this.#out.setOff(-1);
    this.#out.startLine(0);
  }

  #separator(): void {
    this.#out.startLine(0);
    this.#out.word("---");
    this.#out.startLine(0);
  }

  #root(value: Value): void {
    if (isContainer(value)) {
      const level = this.#levelOf(value, undefined, "", "");
      this.#comments.announceAbove(level.above);
      this.#comments.writeAbove(0);
      this.#container(level);
    } else {
      this.#comments.writeAbove(0);
      this.#leaf(formOfScalar(value), undefined);
    }
  }

  /** The next item of a mapping, or its end. */
  #item(level: Level): void {
    if (this.#out.isBehindWord && this.#comments.areNone) this.#plainItems(level);
    const item = level.nextItem();
    if (item === undefined) {
      this.#endMapping(level);
      return;
    }
    this.#comments.announceAbove(level.takeAbove());
    this.#key(formOfKey(item.key), level.indent);
    this.#itemValue(item, level);
  }

  /** Writes items as long as key and value are plain and there are no comments: nearly all items, and nothing to think about. */
  #plainItems(level: Level): void {
    level.passItems(({ key, value }) => {
      if (!isSimplePlainKey(key) || isContainer(value)) return false;
      const text = plainTextOf(value);
      if (text === undefined) return false;
      this.#out.plainItem(level.indent, key, text);
      return true;
    });
  }

  #key(form: ScalarForm, indent: number): void {
    this.#comments.writeAbove(indent);
    this.#out.startLine(indent);
    this.#comments.moveToKey();
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

  #itemValue({ value }: Item, level: Level): void {
    if (isContainer(value)) {
      const inner = this.#levelOf(value, level, level.takeInline(), "");
      this.#comments.announceAbove(inner.above);
      this.#comments.writeBehindKey(level.indent);
      this.#container(inner);
    } else {
      this.#comments.announceBehind(level.takeInline());
      this.#comments.moveToLeaf();
      this.#leaf(formOfScalar(value), level);
    }
  }

  #endMapping(level: Level): void {
    this.#comments.announceBehind(level.behind);
    this.#comments.announceBelow(level.below);
    this.#comments.announceBelowLast(level.takeRest());
    this.#comments.writeAbove(level.indent);
    this.#level = level.parent;
  }

  /** The next element of a list, or its end. */
  #element(level: Level): void {
    const value = level.nextElement();
    if (value === undefined) {
      this.#endList(level);
      return;
    }
    const above = level.takeAbove();
    const behind = level.takeInline();
    const below = level.takeRest();
    if (isContainer(value)) {
      const inner = this.#levelOf(value, level, behind, below);
      this.#comments.announceAbove(joinComments(above, inner.above));
      this.#dash(level.indent);
      this.#container(inner);
    } else {
      this.#comments.announceAbove(above);
      this.#comments.announceBehind(behind);
      this.#comments.announceBelow(below);
      this.#dash(level.indent);
      this.#leaf(formOfScalar(value), level);
    }
  }

  #dash(indent: number): void {
    this.#comments.writeAbove(indent);
    this.#out.startLine(indent);
    this.#out.indicator("-");
  }

  #endList(level: Level): void {
    this.#comments.announceBehind(level.behind);
    this.#comments.announceBelow(level.below);
    this.#level = level.parent;
  }

  /** Begins a container. What waits is written before its first entry. */
  #container(level: Level): void {
    this.#writeAfter(level.parent);
    if (level.isEmpty) this.#emptyContainer(level);
    else this.#level = level;
  }

  #emptyContainer(level: Level): void {
    this.#comments.announceBehind(level.behind);
    this.#comments.announceBelow(level.below);
    this.#out.bracket(level.isMapping ? "{" : "[");
    if (level.isMapping) this.#comments.writeAbove(this.#indentIn(level.parent, this.#step));
    this.#out.attach(level.isMapping ? "}" : "]");
    this.#writeAfter(level.parent);
  }

  #leaf(form: ScalarForm, place: Place): void {
    this.#scalar(form, this.#indentIn(place, this.#step));
    this.#writeAfter(place);
  }

  #writeAfter(place: Place): void {
    const indent = place?.indent ?? 0;
    this.#comments.writeBehind(indent);
    this.#comments.writeBelow(indent);
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
    if (!this.#comments.writeBehind(indent)) this.#out.endLine();
    this.#out.lines(literalLines(text, " ".repeat(indent)), endsInBreak(text));
  }

  #levelOf(value: Container, parent: Place, behind: string, below: string): Level {
    return new Level(value, { parent, indent: this.#indentIn(parent, 0), behind, below });
  }

  /** The column of what stands at a place: in a list behind `- `, in a mapping at the next stop. */
  #indentIn(place: Place, inDocument: number): number {
    if (place === undefined) return inDocument;
    return place.isMapping ? this.#nextStop(place.indent) : place.indent + 2;
  }

  #nextStop(indent: number): number {
    return this.#step * (Math.floor(indent / this.#step) + 1);
  }
}

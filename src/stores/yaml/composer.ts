import { CommentPiles, moveFoot } from "./comment-piles.ts";
import { failAt } from "./failure.ts";
import {
  type AliasNode,
  aliasNode,
  type AnchoredNode,
  type CollectionNode,
  collectionNode,
  type DocumentNode,
  emptyNode,
  type Node,
  type ScalarNode,
  scalarNode,
} from "./node.ts";
import { mostLevels } from "./plain-run.ts";
import { Scanner } from "./scanner.ts";
import { Kind, type Token } from "./token.ts";

const tagPrefix = "tag:yaml.org,2002:";

/** Collections within each other; also bounds the recursion of everything that walks a tree later. sops: 10,000. */
export const deepestNesting = 1000;

/** What stands before a node's content. */
interface Properties {
  readonly line: number;
  readonly anchor: string;
  readonly tag: string;
}

/** Tokens → documents. */
export class Composer {
  readonly #scanner: Scanner;
  /** Anchors are known through the rest of the stream, over the ends of documents. */
  readonly #anchors = new Map<string, AnchoredNode>();
  readonly #tagHandles = new Map<string, string>();
  readonly #comments = new CommentPiles();
  #started = false;
  #depth = 0;

  readonly #readsRuns: boolean;

  /** @param readsRuns - whether plain items may become `runs` of their mappings */
  constructor(text: string, readsRuns = false) {
    this.#scanner = new Scanner(text);
    this.#readsRuns = readsRuns;
  }

  /** The next document, undefined at the end of the stream. */
  next(): DocumentNode | undefined {
    const first = !this.#started;
    if (first) this.#start();
    else while (this.#peek().kind === Kind.documentEnd) this.#skip();
    const { kind } = this.#peek();
    if (kind === Kind.streamEnd) return undefined;
    const implicit = first && kind > Kind.documentStart;
    const head = this.#startDocument(implicit);
    const content = this.#composeContent(implicit);
    return { content, head, foot: this.#endDocument() };
  }

  #start(): void {
    this.#started = true;
    this.#peek();
    this.#skip();
  }

  // Documents

  /** Reads what stands before a document and returns the comments that are the document's own. */
  #startDocument(implicit: boolean): string {
    this.#readDirectives();
    if (implicit) return this.#comments.takeDocumentHead();
    const { kind, line } = this.#peek();
    if (kind !== Kind.documentStart) failAt(line, "did not find expected <document start>");
    this.#skip();
    return "";
  }

  #composeContent(implicit: boolean): Node {
    const { kind, line } = this.#peek();
    if (!implicit && kind <= Kind.documentEnd) return emptyNode(line);
    return this.#composeNode(true, false);
  }

  /** Reads the end of a document and returns the comments below it. */
  #endDocument(): string {
    if (this.#peek().kind === Kind.documentEnd) this.#skip();
    this.#tagHandles.clear();
    return this.#comments.takeDocumentFoot();
  }

  #readDirectives(): void {
    let versioned = false;
    for (let token = this.#peek(); ; token = this.#peek()) {
      if (token.kind === Kind.versionDirective) {
        if (versioned) failAt(token.line, "found duplicate %YAML directive");
        if (token.text !== "1" || token.suffix !== "1") failAt(token.line, "found incompatible YAML document");
        versioned = true;
      } else if (token.kind === Kind.tagDirective) {
        if (this.#tagHandles.has(token.text)) failAt(token.line, "found duplicate %TAG directive");
        this.#tagHandles.set(token.text, token.suffix);
      } else break;
      this.#skip();
    }
    if (!this.#tagHandles.has("!")) this.#tagHandles.set("!", "!");
    if (!this.#tagHandles.has("!!")) this.#tagHandles.set("!!", tagPrefix);
  }

  // Nodes

  /**
   * Composes the node at the current token.
   *
   * @param inBlock - whether block collections may begin here
   * @param indentless - whether a sequence may begin without being indented, as the value of a key
   */
  #composeNode(inBlock: boolean, indentless: boolean): Node {
    let token = this.#peek();
    if (token.kind === Kind.alias) return this.#composeAlias(token);
    let properties: Properties | undefined;
    if (token.kind === Kind.anchor || token.kind === Kind.tag) {
      properties = this.#readProperties(token);
      token = this.#peek();
    }
    if (token.kind === Kind.scalar) return this.#composeScalar(token, properties);
    const collection = this.#startCollection(token, properties, inBlock, indentless);
    if (collection !== undefined) return this.#composeCollection(collection, token.kind);
    if (properties === undefined) return failAt(token.line, "did not find expected node content");
    return this.#anchored(scalarNode(properties.line, "", true, properties.tag), properties);
  }

  #composeAlias(token: Token): AliasNode {
    const target = this.#anchors.get(token.text);
    if (target === undefined) return failAt(token.line, `unknown anchor '${token.text}' referenced`);
    const node = aliasNode(token.line, token.text, target);
    this.#comments.giveTo(node);
    this.#skip();
    return node;
  }

  #composeScalar(token: Token, properties: Properties | undefined): ScalarNode {
    const node = scalarNode(properties?.line ?? token.line, token.text, token.plain, properties?.tag ?? "");
    this.#comments.giveTo(node);
    this.#skip();
    return this.#anchored(node, properties);
  }

  /** Reads an anchor and a tag, in either order. */
  #readProperties(token: Token): Properties {
    const { line } = token;
    const anchorFirst = token.kind === Kind.anchor;
    let anchor = anchorFirst ? token.text : "";
    let tag = anchorFirst ? "" : this.#resolveTag(token);
    this.#skip();
    const second = this.#peek();
    if (anchorFirst && second.kind === Kind.tag) {
      tag = this.#resolveTag(second);
      this.#skip();
    } else if (!anchorFirst && second.kind === Kind.anchor) {
      anchor = second.text;
      this.#skip();
    }
    return { line, anchor, tag };
  }

  /** The short form of a tag; empty for `!`, which says no more than no tag. */
  #resolveTag(token: Token): string {
    const prefix = token.text === "" ? "" : this.#tagHandles.get(token.text);
    const tag = prefix === undefined ? "" : prefix + token.suffix;
    if (tag === "") failAt(token.line, "found undefined tag handle");
    if (tag === "!") return "";
    return tag.startsWith(tagPrefix) ? `!!${tag.slice(tagPrefix.length)}` : tag;
  }

  #anchored<Anchored extends AnchoredNode>(node: Anchored, properties: Properties | undefined): Anchored {
    if (properties !== undefined && properties.anchor !== "") this.#anchors.set(properties.anchor, node);
    return node;
  }

  // Collections

  /** Makes the node of the collection that begins at a token; undefined when none does. */
  #startCollection(
    token: Token,
    properties: Properties | undefined,
    inBlock: boolean,
    indentless: boolean,
  ): CollectionNode | undefined {
    const { kind } = token;
    const inFlow = kind === Kind.flowSequenceStart || kind === Kind.flowMappingStart;
    const withoutIndent = indentless && kind === Kind.blockEntry;
    const startsBlock = kind === Kind.blockSequenceStart || kind === Kind.blockMappingStart;
    if (!inFlow && !withoutIndent && !(inBlock && startsBlock)) return undefined;
    const isMapping = kind === Kind.flowMappingStart || kind === Kind.blockMappingStart;
    const line = properties?.line ?? token.line;
    const node = collectionNode(line, isMapping ? "mapping" : "sequence", inFlow, properties?.tag ?? "");
    if (inFlow) {
      this.#comments.giveTo(node);
    } else if (startsBlock) {
      this.#comments.giveStemTo(node);
    }
    return this.#anchored(node, properties);
  }

  #composeCollection(node: CollectionNode, start: Kind): CollectionNode {
    this.#depth += 1;
    if (this.#depth > deepestNesting) failAt(node.line, `exceeded max depth of ${deepestNesting}`);
    if (start !== Kind.blockEntry) this.#skip();
    if (start === Kind.blockMappingStart) this.#composeBlockMapping(node);
    else if (start === Kind.blockSequenceStart) this.#composeBlockSequence(node);
    else if (start === Kind.flowMappingStart) this.#composeFlowMapping(node);
    else if (start === Kind.flowSequenceStart) this.#composeFlowSequence(node);
    else this.#composeIndentlessSequence(node);
    this.#depth -= 1;
    return node;
  }

  #composeBlockSequence(node: CollectionNode): void {
    for (;;) {
      const { kind, line } = this.#peek();
      if (kind === Kind.blockEnd) break;
      if (kind !== Kind.blockEntry) failAt(line, "did not find expected '-' indicator");
      const next = this.#passBlockEntry();
      const empty = next === Kind.blockEntry || next === Kind.blockEnd;
      node.content.push(empty ? emptyNode(line) : this.#composeNode(true, false));
    }
    this.#skip();
  }

  #composeIndentlessSequence(node: CollectionNode): void {
    for (let token = this.#peek(); token.kind === Kind.blockEntry; token = this.#peek()) {
      const { line } = token;
      const next = this.#passBlockEntry();
      const empty = next === Kind.blockEntry || endsBlockValue(next);
      node.content.push(empty ? emptyNode(line) : this.#composeNode(true, false));
    }
  }

  /** Passes a `-` and returns the kind of the token behind it; a collection there gets the comments above the `-`. */
  #passBlockEntry(): Kind {
    const above = this.#comments.headLength;
    this.#skip();
    const { kind } = this.#peek();
    if (kind === Kind.blockSequenceStart || kind === Kind.blockMappingStart) this.#comments.splitStem(above);
    return kind;
  }

  #composeBlockMapping(node: CollectionNode): void {
    for (;;) {
      const { kind, line } = this.#peek();
      if (kind === Kind.blockEnd) break;
      if (kind !== Kind.key) failAt(line, "did not find expected key");
      if (this.#readsRuns && this.#readRun(node)) continue;
      this.#skip();
      addKey(node, this.#composeBlockPart(line));
      const separator = this.#peek();
      const valueLine = separator.line;
      if (separator.kind === Kind.value) {
        this.#skip();
        addValue(node, this.#composeBlockPart(valueLine));
      } else {
        addValue(node, emptyNode(valueLine));
      }
    }
    this.#endCollection(node);
    // What is below a mapping goes below its last item.
    const lastKey = node.content[node.content.length - 2];
    if (lastKey !== undefined) moveFoot(node, lastKey);
  }

  /** Reads plain items from the current key on, if there are any; behind them is another item of the mapping. */
  #readRun(node: CollectionNode): boolean {
    if (!this.#comments.isEmpty || this.#depth + mostLevels > deepestNesting) return false;
    const run = this.#scanner.readRun();
    if (run === undefined) return false;
    node.runs.push({ before: node.content.length, items: run.items });
    return true;
  }

  /** The key behind a `?`, or the value behind a `:`; empty when the next key or value or the end follows. */
  #composeBlockPart(line: number): Node {
    return endsBlockValue(this.#peek().kind) ? emptyNode(line) : this.#composeNode(true, true);
  }

  #composeFlowSequence(node: CollectionNode): void {
    while (this.#atFlowItem(node, Kind.flowSequenceEnd, "did not find expected ',' or ']'")) {
      node.content.push(this.#peek().kind === Kind.key ? this.#composePair() : this.#composeNode(false, false));
    }
    this.#endCollection(node);
  }

  /** A mapping of one item without braces, `[key: value]`. */
  #composePair(): CollectionNode {
    const { line } = this.#peek();
    const node = collectionNode(line, "mapping", true, "");
    this.#skip();
    addKey(node, this.#composePairKey());
    addValue(node, this.#composeFlowValue(Kind.flowSequenceEnd));
    this.#peek();
    return node;
  }

  #composePairKey(): Node {
    const { kind, line } = this.#peek();
    if (kind !== Kind.value && !endsFlowItem(kind, Kind.flowSequenceEnd)) return this.#composeNode(false, false);
    // go-yaml passes this token, whatever it is: an empty key only works out in few places.
    this.#skip();
    return emptyNode(line);
  }

  #composeFlowMapping(node: CollectionNode): void {
    while (this.#atFlowItem(node, Kind.flowMappingEnd, "did not find expected ',' or '}'")) {
      const { kind, line } = this.#peek();
      if (kind === Kind.key) {
        this.#skip();
        const next = this.#peek();
        const empty = next.kind === Kind.value || endsFlowItem(next.kind, Kind.flowMappingEnd);
        addKey(node, empty ? emptyNode(next.line) : this.#composeNode(false, false));
        addValue(node, this.#composeFlowValue(Kind.flowMappingEnd));
      } else {
        addKey(node, this.#composeNode(false, false));
        this.#peek();
        addValue(node, emptyNode(line));
      }
    }
    this.#endCollection(node);
  }

  /** The value behind a key in a flow collection, empty when there is none. */
  #composeFlowValue(end: Kind): Node {
    const { kind, line } = this.#peek();
    if (kind !== Kind.value) return emptyNode(line);
    this.#skip();
    return endsFlowItem(this.#peek().kind, end) ? emptyNode(line) : this.#composeNode(false, false);
  }

  /** Whether another item follows; passes the comma before it. A comma may stand before the end, too. */
  #atFlowItem(node: CollectionNode, end: Kind, problem: string): boolean {
    const { kind, line } = this.#peek();
    if (kind === end) return false;
    if (node.content.length === 0) return true;
    if (kind !== Kind.flowEntry) failAt(line, problem);
    this.#skip();
    return this.#peek().kind !== end;
  }

  /** Passes the end of a collection; the comments before it that are no heads are the collection's. */
  #endCollection(node: CollectionNode): void {
    this.#peek();
    this.#comments.giveEndTo(node);
    this.#skip();
  }

  // Tokens

  #peek(): Token {
    const token = this.#scanner.peek();
    const { comments } = this.#scanner;
    if (comments.first !== undefined) this.#comments.collect(comments, token);
    return token;
  }

  #skip(): void {
    this.#scanner.skip();
  }
}

function endsBlockValue(kind: Kind): boolean {
  return kind === Kind.key || kind === Kind.value || kind === Kind.blockEnd;
}

function endsFlowItem(kind: Kind, end: Kind): boolean {
  return kind === Kind.flowEntry || kind === end;
}

/** Adds a key; what stands below it (that is, before it was complete) belongs to the item before, in a block. */
function addKey(mapping: CollectionNode, key: Node): void {
  const { content } = mapping;
  content.push(key);
  const previousKey = content[content.length - 3];
  if (!mapping.inFlow && previousKey !== undefined) moveFoot(key, previousKey);
}

/** Adds a value; what stands below it is told of the key. */
function addValue(mapping: CollectionNode, value: Node): void {
  const { content } = mapping;
  const key = content[content.length - 1];
  content.push(value);
  if (key !== undefined && key.comments.foot === "") moveFoot(value, key);
}

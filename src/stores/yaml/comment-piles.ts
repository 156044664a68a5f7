import type { CommentQueue } from "./comments.ts";
import { type CollectionNode, type Node, noComments } from "./node.ts";
import { Kind, type Token } from "./token.ts";

/**
 * Comments on their way from the tokens to the nodes. As tokens come by, they pile up by their roles (head, line, foot);
 * a node takes all of them when it begins, or when it ends, or not at all: that depends on its kind, and decides where
 * comments end up.
 */
export class CommentPiles {
  #head = "";
  #line = "";
  #foot = "";
  /** What stood above a `-`, kept for the collection that begins behind it. */
  #stem = "";

  /** The length of the head so far, for {@link splitStem}. */
  get headLength(): number {
    return this.#head.length;
  }

  get isEmpty(): boolean {
    return this.#head === "" && this.#line === "" && this.#foot === "" && this.#stem === "";
  }

  /** Takes the comments that go with a token. */
  collect(waiting: CommentQueue, token: Token): void {
    for (let comment = waiting.first; comment !== undefined; comment = waiting.first) {
      if (token.index < comment.tokenIndex) break;
      if (comment.role === "head") {
        // The end of a block has no head: it is that of what follows.
        if (token.kind === Kind.blockEnd) break;
        this.#head = joinLines(this.#head, comment.text);
      } else if (comment.role === "foot") {
        this.#foot = joinLines(this.#foot, comment.text);
      } else {
        this.#line = joinLines(this.#line, comment.text);
      }
      waiting.shift();
    }
  }

  /** Gives a node that begins all comments. */
  giveTo(node: Node): void {
    if (this.#head !== "" || this.#line !== "" || this.#foot !== "") {
      node.comments = { head: this.#head, line: this.#line, foot: this.#foot };
    }
    this.#drop();
  }

  /** Gives a collection that ends its comments behind and below; those above its end are lost. */
  giveEndTo(node: CollectionNode): void {
    const { head } = node.comments;
    const none = head === "" && this.#line === "" && this.#foot === "";
    node.comments = none ? noComments : { head, line: this.#line, foot: this.#foot };
    this.#drop();
  }

  /** Puts the first part of the head, up to a length, aside for the collection that begins behind a `-`. */
  splitStem(length: number): void {
    if (length === 0) return;
    this.#stem = this.#head.slice(0, length);
    this.#head = this.#head.slice(length + 1);
  }

  /** Gives a block collection that begins what {@link splitStem} put aside; other comments wait for its first item. */
  giveStemTo(node: CollectionNode): void {
    if (this.#stem !== "") node.comments = { ...noComments, head: this.#stem };
    this.#stem = "";
  }

  /** Of the comments at the top of a document, takes those above the last empty line; the rest is its first node's. */
  takeDocumentHead(): string {
    const head = this.#head;
    for (let index = head.length - 1; index > 0; index--) {
      if (head[index] !== "\n") continue;
      const isLast = index === head.length - 1;
      if (!isLast && head[index - 1] !== "\n") continue;
      this.#head = head.slice(index + 1);
      return head.slice(0, isLast ? index : index - 1);
    }
    return "";
  }

  /** Takes the comments at the end of a document. */
  takeDocumentFoot(): string {
    const foot = this.#foot === "" ? this.#head : this.#foot;
    this.#drop();
    return foot;
  }

  #drop(): void {
    this.#head = "";
    this.#line = "";
    this.#foot = "";
    this.#stem = "";
  }
}

function joinLines(above: string, below: string): string {
  return above === "" ? below : `${above}\n${below}`;
}

/** Gives what stands below one node to another, which loses what stood below it. */
export function moveFoot(from: Node, to: Node): void {
  const { foot } = from.comments;
  if (foot === "") return;
  to.comments = { ...to.comments, foot };
  from.comments = { ...from.comments, foot: "" };
}

/** What a token is. Block collections have no indicators of their own: their starts and ends come from the indentation. */
export const Kind = {
  streamStart: 0,
  streamEnd: 1,
  versionDirective: 2,
  tagDirective: 3,
  documentStart: 4,
  documentEnd: 5,
  blockSequenceStart: 6,
  blockMappingStart: 7,
  blockEnd: 8,
  flowSequenceStart: 9,
  flowSequenceEnd: 10,
  flowMappingStart: 11,
  flowMappingEnd: 12,
  blockEntry: 13,
  flowEntry: 14,
  key: 15,
  value: 16,
  alias: 17,
  anchor: 18,
  tag: 19,
  scalar: 20,
} as const;
export type Kind = (typeof Kind)[keyof typeof Kind];

/** A token that may turn out to be a key without `?`, once a `:` follows. There is one candidate a flow level. */
export interface KeyCandidate {
  possible: boolean;
  /** Whether a `:` must follow, because only a key can stand in this column. */
  required: boolean;
  /** The number of its token. */
  number: number;
  index: number;
  line: number;
  column: number;
}

/** A piece of the text. Tokens are reused: what is needed of one must be taken before the next is asked for. */
export class Token {
  kind: Kind = Kind.streamStart;
  /** Where it begins. */
  index = 0;
  line = 0;
  /** A scalar's text, an anchor's or alias's name, a tag's or directive's handle, a version's major number. */
  text = "";
  /** A tag's part behind the handle, a directive's prefix, a version's minor number. */
  suffix = "";
  /** Whether a scalar stands without quotes and block indicator. */
  plain = false;
  /** Set while the scanner must not hand this token out before it knows whether a `:` follows. */
  candidate: KeyCandidate | undefined = undefined;
}

/**
 * The tokens between scanner and composer, oldest first, in a ring that grows by doubling. Over the whole stream they
 * are numbered, beginning with 0.
 */
export class TokenQueue {
  #ring: Token[] = Array.from({ length: 16 }, () => new Token());
  #head = 0;
  #shifted = 0;
  length = 0;

  /** The number that the next token gets when it is appended. */
  get nextNumber(): number {
    return this.#shifted + this.length;
  }

  /** The position of the token with a number; negative when it has been dropped. */
  positionOf(number: number): number {
    return number - this.#shifted;
  }

  /** The token at a position, 0 being the oldest; undefined when there is none. */
  at(position: number): Token | undefined {
    return position >= 0 && position < this.length ? this.#slot(position) : undefined;
  }

  /** The youngest token. */
  get last(): Token {
    return this.#slot(this.length - 1);
  }

  /** Appends a token and returns it to be filled further. */
  push(kind: Kind, index: number, line: number): Token {
    if (this.length === this.#ring.length) this.#grow();
    this.length += 1;
    const token = this.last;
    token.kind = kind;
    token.index = index;
    token.line = line;
    token.candidate = undefined;
    return token;
  }

  /** As {@link push}, but puts the token at a position; a position before the oldest token appends as well. */
  insert(position: number, kind: Kind, index: number, line: number): void {
    const token = this.push(kind, index, line);
    if (position < 0) return;
    const mask = this.#ring.length - 1;
    for (let to = this.length - 1; to > position; to--) {
      this.#ring[(this.#head + to) & mask] = this.#slot(to - 1);
    }
    this.#ring[(this.#head + position) & mask] = token;
  }

  /** Drops the oldest token. */
  shift(): void {
    this.#head = (this.#head + 1) & (this.#ring.length - 1);
    this.#shifted += 1;
    this.length -= 1;
  }

  #slot(position: number): Token {
    return this.#ring[(this.#head + position) & (this.#ring.length - 1)] as Token;
  }

  #grow(): void {
    const tokens = Array.from({ length: this.length }, (_, position) => this.#slot(position));
    for (let count = tokens.length; count > 0; count--) tokens.push(new Token());
    this.#ring = tokens;
    this.#head = 0;
  }
}

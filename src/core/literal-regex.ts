/*
 * Most patterns that people write in `.sops.yaml` are literals: `^(data|stringData)$`, `\.yaml$`, `password`. Such a pattern is
 * the union of a few texts, each tied to the start or the end or to neither, and string operations answer it exactly as RE2
 * does. Everything beyond literals, `^`, `$`, `|` and groups is left to RE2.
 */

/** A text to find, and whether it must stand at the start or the end. */
interface Piece {
  readonly text: string;
  readonly atStart: boolean;
  readonly atEnd: boolean;
}

/** More texts than this are RE2's: groups in a row multiply. */
const maxPieces = 64;

const emptyPiece: Piece = { text: "", atStart: false, atEnd: false };

/** What has a meaning of its own in RE2's syntax and is not handled here. */
const otherSyntax = new Set("*+?.[]{}");

/**
 * A test that gives the same answers as the pattern compiled by RE2 and searched anywhere in a text.
 *
 * @param pattern - valid Unicode
 * @returns undefined when the pattern has more than literals, anchors, alternatives and groups, or is not valid
 */
export function literalTest(pattern: string): ((text: string) => boolean) | undefined {
  // Go reads a byte that is not UTF-8 as U+FFFD, so this one literal may match more than itself.
  if (pattern.includes("\uFFFD")) return undefined;
  const parser = new LiteralParser(pattern);
  const pieces = parser.alternatives();
  return pieces === undefined || !parser.atEnd ? undefined : testFor(pieces);
}

function testFor(pieces: readonly Piece[]): (text: string) => boolean {
  const whole = new Set(pieces.filter((piece) => piece.atStart && piece.atEnd).map((piece) => piece.text));
  const others = pieces.filter((piece) => !piece.atStart || !piece.atEnd);
  if (others.length === 0) return (text) => whole.has(text);
  return (text) => whole.has(text) || others.some((piece) => found(piece, text));
}

function found(piece: Piece, text: string): boolean {
  if (piece.atStart) return text.startsWith(piece.text);
  if (piece.atEnd) return text.endsWith(piece.text);
  return text.includes(piece.text);
}

class LiteralParser {
  readonly #pattern: string;
  #position = 0;

  constructor(pattern: string) {
    this.#pattern = pattern;
  }

  get atEnd(): boolean {
    return this.#position === this.#pattern.length;
  }

  /** Up to the end or an unmatched `)`. Undefined: not only literals. */
  alternatives(): Piece[] | undefined {
    const all: Piece[] = [];
    do {
      const pieces = this.#sequence();
      if (pieces === undefined) return undefined;
      all.push(...pieces);
    } while (this.#take("|"));
    return all.length > maxPieces ? undefined : all;
  }

  #sequence(): Piece[] | undefined {
    let pieces: Piece[] | undefined = [emptyPiece];
    while (pieces !== undefined && !this.atEnd && !this.#sees("|") && !this.#sees(")")) {
      const next = this.#atom();
      pieces = next === undefined ? undefined : joinAll(pieces, next);
    }
    return pieces;
  }

  #atom(): readonly Piece[] | undefined {
    if (this.#take("^")) return [{ ...emptyPiece, atStart: true }];
    if (this.#take("$")) return [{ ...emptyPiece, atEnd: true }];
    if (this.#take("(")) return this.#group();
    const character = this.#character();
    return character === undefined ? undefined : [{ ...emptyPiece, text: character }];
  }

  #group(): readonly Piece[] | undefined {
    if (this.#sees("?") && !this.#take("?:")) return undefined;
    const pieces = this.alternatives();
    return this.#take(")") ? pieces : undefined;
  }

  #character(): string | undefined {
    const escaped = this.#take("\\");
    const character = this.#pattern[this.#position];
    if (character === undefined) return undefined;
    // A backslash before ASCII punctuation takes its meaning away; before a letter or digit it gives one.
    if (escaped ? !/^[!-/:-@[-`{-~]$/.test(character) : otherSyntax.has(character)) return undefined;
    this.#position += 1;
    return character;
  }

  #sees(text: string): boolean {
    return this.#pattern.startsWith(text, this.#position);
  }

  #take(text: string): boolean {
    const seen = this.#sees(text);
    if (seen) this.#position += text.length;
    return seen;
  }
}

/** Each of the first followed by each of the second. */
function joinAll(first: readonly Piece[], second: readonly Piece[]): Piece[] | undefined {
  if (first.length * second.length > maxPieces) return undefined;
  const joined: Piece[] = [];
  for (const before of first) {
    for (const after of second) {
      const piece = join(before, after);
      if (piece === undefined) return undefined;
      joined.push(piece);
    }
  }
  return joined;
}

/** Undefined for an anchor in the middle of a text, which RE2 never finds there. */
function join(before: Piece, after: Piece): Piece | undefined {
  const anchorInside = (before.atEnd && (after.text !== "" || after.atStart)) || (before.text !== "" && after.atStart);
  if (anchorInside) return undefined;
  return {
    text: before.text + after.text,
    atStart: before.atStart || after.atStart,
    atEnd: before.atEnd || after.atEnd,
  };
}

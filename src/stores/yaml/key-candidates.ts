import { countPairs } from "./characters.ts";
import type { Cursor } from "./cursor.ts";
import { failAt } from "./failure.ts";
import type { KeyCandidate, Token, TokenQueue } from "./token.ts";

/** A key without `?` may be so long, up to its `:`. */
const longestKey = 1024;

/**
 * Which tokens may be keys without `?`. Such a key is known by the `:` behind it, on the same line; until then its token
 * is not handed out, since the token that announces a key has to go before it.
 */
export class KeyCandidates {
  /** Whether a key may begin at the cursor. */
  allowed = true;
  readonly #cursor: Cursor;
  readonly #tokens: TokenQueue;
  /** One for each flow level, the block level first. */
  readonly #levels: KeyCandidate[] = [noCandidate(0)];

  constructor(cursor: Cursor, tokens: TokenQueue) {
    this.#cursor = cursor;
    this.#tokens = tokens;
  }

  get inFlow(): boolean {
    return this.#levels.length > 1;
  }

  /** The candidate of the innermost level. */
  get current(): KeyCandidate {
    return this.#levels[this.#levels.length - 1] as KeyCandidate;
  }

  /** Makes the token that comes next a candidate, where a key may begin. */
  note(indent: number): void {
    if (!this.allowed) return;
    this.drop();
    const { index, line, column } = this.#cursor;
    const candidate = this.current;
    candidate.possible = true;
    candidate.required = !this.inFlow && indent === column;
    candidate.number = this.#tokens.nextNumber;
    candidate.index = index;
    candidate.line = line;
    candidate.column = column;
  }

  /** Holds back the token that {@link note} was called for. */
  tie(token: Token): void {
    if (this.allowed) token.candidate = this.current;
  }

  /** Gives up the current candidate. */
  drop(): void {
    const candidate = this.current;
    if (!candidate.possible) return;
    if (candidate.required) failAt(candidate.line, "could not find expected ':'");
    this.settle(candidate);
  }

  /** Ends the question whether a candidate is a key: its token may be handed out. */
  settle(candidate: KeyCandidate): void {
    candidate.possible = false;
    this.#release(candidate.number);
  }

  /** Begins anew at a line of a block, whatever has been read ahead. */
  forget(): void {
    this.current.possible = false;
    this.allowed = true;
  }

  /** Whether a `:` at the cursor would make a candidate a key. */
  isOpen(candidate: KeyCandidate): boolean {
    if (!candidate.possible) return false;
    if (candidate.line === this.#cursor.line && !this.#isTooLong(candidate.index)) return true;
    if (candidate.required) failAt(candidate.line, "could not find expected ':'");
    candidate.possible = false;
    return false;
  }

  /** Begins a flow level, with the token that has just been appended. */
  openLevel(): void {
    this.#levels.push(noCandidate(this.#tokens.nextNumber - 1));
  }

  /** Ends a flow level. One that had no candidate of its own releases the bracket that opened it. */
  closeLevel(): void {
    this.drop();
    if (!this.inFlow) return;
    this.#release(this.current.number);
    this.#levels.pop();
  }

  #release(number: number): void {
    const token = this.#tokens.at(this.#tokens.positionOf(number));
    if (token !== undefined) token.candidate = undefined;
  }

  /** The limit counts characters: one outside the basic plane is two units of the text. */
  #isTooLong(start: number): boolean {
    const { text, index: end } = this.#cursor;
    const units = end - start;
    return units > longestKey && units - countPairs(text.slice(start, end)) > longestKey;
  }
}

function noCandidate(number: number): KeyCandidate {
  return { possible: false, required: false, number, index: 0, line: 0, column: 0 };
}

import {
  AMPERSAND,
  ASTERISK,
  AT_SIGN,
  BACKTICK,
  COLON,
  COMMA,
  DOUBLE_QUOTE,
  EXCLAMATION_MARK,
  GREATER_THAN,
  HYPHEN,
  isBlank,
  isBreak,
  isSpaceOrEnd,
  LEFT_BRACE,
  LEFT_BRACKET,
  NUMBER_SIGN,
  PERCENT,
  PERIOD,
  QUESTION_MARK,
  RIGHT_BRACE,
  RIGHT_BRACKET,
  SINGLE_QUOTE,
  VERTICAL_BAR,
} from "./characters.ts";
import { CommentQueue, countPairs, scanComments, scanLineComment } from "./comments.ts";
import { Cursor } from "./cursor.ts";
import { failAt, failAtTab } from "./failure.ts";
import { scanBlockBody, scanBlockHeader } from "./scan-block.ts";
import { scanPlain } from "./scan-plain.ts";
import { scanDirective, scanName, scanTag } from "./scan-properties.ts";
import { scanQuoted } from "./scan-quoted.ts";
import { Kind, type PossibleKey, type Token, TokenQueue } from "./token.ts";

/** A key without `?` may be so long, up to its `:`. */
const longestKey = 1024;

/** Tokens that are read ahead: comments find their place by the tokens around them. */
const lookahead = 3;

/**
 * Text → tokens. Indentation becomes tokens too (the starts and ends of block collections), and so does the key in
 * `key: value`: when the `:` is met, a key token is put before the candidate that precedes it.
 */
export class Scanner {
  readonly comments = new CommentQueue();
  readonly #cursor: Cursor;
  readonly #tokens = new TokenQueue();
  /** How many tokens have been handed out. */
  #handedOut = 0;
  /** Whether the oldest token is ready to be handed out. */
  #ready = false;
  /** The column of the innermost block collection, -1 at the top; and those of the ones around it. */
  #indent = -1;
  readonly #outerIndents: number[] = [];
  /** The candidate of each flow level, the block level first. */
  readonly #candidates: PossibleKey[] = [noCandidate(0)];
  #keyAllowed = true;

  constructor(text: string) {
    this.#cursor = new Cursor(text);
    this.#tokens.push(Kind.streamStart, 0, 0);
  }

  /** The next token; behind the end of the stream, its end again. */
  peek(): Token {
    if (!this.#ready) this.#readAhead();
    return this.#tokens.at(0) as Token;
  }

  /** Drops the token that {@link peek} gave. */
  skip(): void {
    this.#tokens.shift();
    this.#handedOut += 1;
    this.#ready = false;
  }

  #readAhead(): void {
    const tokens = this.#tokens;
    for (;;) {
      if (tokens.length >= lookahead) {
        const candidate = tokens.at(0)?.candidate;
        if (candidate === undefined || !this.#mayBeKey(candidate)) break;
      }
      this.#fetch();
    }
    this.#ready = true;
  }

  get #inFlow(): boolean {
    return this.#candidates.length > 1;
  }

  #fetch(): void {
    const cursor = this.#cursor;
    const searchStart = cursor.index;
    this.#passToToken(searchStart, cursor.line);
    this.#closeBlocks(cursor.column, searchStart);
    const code = cursor.code();
    if (code === 0) return this.#fetchStreamEnd();
    if (cursor.column === 0) {
      if (code === PERCENT) return this.#fetchDirective();
      if (cursor.atDocumentIndicator()) return this.#fetchDocumentIndicator(code);
    }
    // Behind ":" and ",", a comment belongs to what stands before them.
    const endsNode = this.#inFlow ? code === COMMA : code === COLON;
    const commentIndex = endsNode ? this.#tokens.last.index : cursor.index;
    this.#fetchToken(code);
    // Behind "-", it is about what follows.
    if (this.#tokens.last.kind !== Kind.blockEntry) scanLineComment(cursor, this.comments, commentIndex);
  }

  #passToToken(searchStart: number, searchLine: number): void {
    const cursor = this.#cursor;
    for (;;) {
      if (this.#inFlow || !this.#keyAllowed) cursor.skipBlanks();
      else cursor.skipSpaces();
      let code = cursor.code();
      if (this.comments.last !== undefined) this.#turnLineIntoHead(code);
      if (code === NUMBER_SIGN) {
        this.#fetchComments(searchStart, searchLine);
        code = cursor.code();
      }
      if (!isBreak(code)) return;
      cursor.passBreak();
      if (!this.#inFlow) this.#keyAllowed = true;
    }
  }

  /** In `key: # comment`, a comment that is followed by a sequence is about the sequence. */
  #turnLineIntoHead(code: number): void {
    const tokens = this.#tokens;
    const comment = this.comments.last;
    if (comment?.role !== "line" || isBreak(code) || tokens.last.kind !== Kind.blockEntry) return;
    if (tokens.at(tokens.length - 2)?.kind !== Kind.blockSequenceStart) return;
    comment.role = "head";
    if (comment.line === this.#cursor.line - 1) comment.tokenIndex = this.#cursor.index;
  }

  #fetchComments(searchStart: number, searchLine: number): void {
    const tokens = this.#tokens;
    const { last } = tokens;
    const previous = (last.kind === Kind.flowEntry ? tokens.at(tokens.length - 2) : undefined) ?? last;
    scanComments(this.#cursor, this.comments, {
      previousIndex: previous.index,
      afterColon: previous.kind === Kind.value,
      indent: this.#indent,
      inFlow: this.#inFlow,
      searchStart,
      searchLine,
    });
  }

  #fetchToken(code: number): void {
    switch (code) {
      case LEFT_BRACKET:
        return this.#openFlow(Kind.flowSequenceStart);
      case LEFT_BRACE:
        return this.#openFlow(Kind.flowMappingStart);
      case RIGHT_BRACKET:
        return this.#closeFlow(Kind.flowSequenceEnd);
      case RIGHT_BRACE:
        return this.#closeFlow(Kind.flowMappingEnd);
      case COMMA:
        return this.#fetchFlowEntry();
      case HYPHEN:
        return isSpaceOrEnd(this.#cursor.code(1)) ? this.#fetchBlockEntry() : this.#fetchPlain();
      case QUESTION_MARK:
        return this.#standsAlone() ? this.#fetchKey() : this.#fetchPlain();
      case COLON:
        return this.#standsAlone() ? this.#fetchValue() : this.#fetchPlain();
      case ASTERISK:
        return this.#fetchName(Kind.alias);
      case AMPERSAND:
        return this.#fetchName(Kind.anchor);
      case EXCLAMATION_MARK:
        return this.#fetchTag();
      case SINGLE_QUOTE:
      case DOUBLE_QUOTE:
        return this.#fetchQuoted();
      default:
        return this.#fetchOtherScalar(code);
    }
  }

  #fetchOtherScalar(code: number): void {
    const { line } = this.#cursor;
    const problem = "found character that cannot start any token";
    if (code === VERTICAL_BAR || code === GREATER_THAN) {
      return this.#inFlow ? failAt(line, problem) : this.#fetchBlockScalar(code === VERTICAL_BAR);
    }
    if (isBlank(code)) failAtTab(line, problem);
    if (code === PERCENT || code === AT_SIGN || code === BACKTICK) failAt(line, problem);
    this.#fetchPlain();
  }

  /** Whether a `?` or `:` at the cursor is an indicator. */
  #standsAlone(): boolean {
    return this.#inFlow || isSpaceOrEnd(this.#cursor.code(1));
  }

  // Candidates for keys

  /** Makes the token that comes next a candidate, where a key can stand. */
  #noteCandidate(): void {
    if (!this.#keyAllowed) return;
    this.#dropCandidate();
    const { index, line, column } = this.#cursor;
    const candidate = this.#candidate;
    candidate.possible = true;
    candidate.required = !this.#inFlow && this.#indent === column;
    candidate.number = this.#handedOut + this.#tokens.length;
    candidate.index = index;
    candidate.line = line;
    candidate.column = column;
  }

  get #candidate(): PossibleKey {
    return this.#candidates[this.#candidates.length - 1] as PossibleKey;
  }

  #dropCandidate(): void {
    const candidate = this.#candidate;
    if (!candidate.possible) return;
    if (candidate.required) failAt(candidate.line, "could not find expected ':'");
    candidate.possible = false;
    this.#release(candidate.number);
  }

  /** Lets a token be handed out though nothing is known of a `:` behind it. */
  #release(number: number): void {
    const token = this.#tokens.at(number - this.#handedOut);
    if (token !== undefined) token.candidate = undefined;
  }

  #mayBeKey(candidate: PossibleKey): boolean {
    if (!candidate.possible) return false;
    if (candidate.line === this.#cursor.line && !this.#isTooLong(candidate.index)) return true;
    if (candidate.required) failAt(candidate.line, "could not find expected ':'");
    candidate.possible = false;
    return false;
  }

  /** The limit counts characters: one outside the basic plane is two units of the text. */
  #isTooLong(start: number): boolean {
    const { text, index: end } = this.#cursor;
    const units = end - start;
    return units > longestKey && units - countPairs(text.slice(start, end)) > longestKey;
  }

  // Blocks

  /** Opens a block collection if the column is deeper than the current one's. */
  #openBlock(column: number, position: number, kind: Kind, index: number, line: number): void {
    if (this.#inFlow || this.#indent >= column) return;
    this.#outerIndents.push(this.#indent);
    this.#indent = column;
    this.#tokens.insert(position, kind, index, line);
  }

  /** Closes the block collections that are deeper than a column. */
  #closeBlocks(column: number, searchStart: number): void {
    if (this.#inFlow || this.#indent <= column) return;
    let end = searchStart - 1;
    while (this.#indent > column) {
      end = this.comments.endOfBlock(this.#indent, end);
      this.#tokens.push(Kind.blockEnd, end, this.#cursor.line);
      this.#indent = this.#outerIndents.pop() ?? -1;
    }
  }

  // Tokens

  /** Appends a token that begins at the cursor. */
  #push(kind: Kind): Token {
    return this.#tokens.push(kind, this.#cursor.index, this.#cursor.line);
  }

  /** Appends an indicator and passes it. */
  #pushIndicator(kind: Kind, length = 1): void {
    this.#push(kind);
    this.#cursor.advance(length);
  }

  #fetchStreamEnd(): void {
    // No candidate of the last line can become a key any more.
    this.#cursor.endLine();
    this.#endBlocks();
    this.#push(Kind.streamEnd);
  }

  /** Ends everything that a document holds. */
  #endBlocks(): void {
    this.#closeBlocks(-1, this.#cursor.index);
    this.#dropCandidate();
    this.#keyAllowed = false;
  }

  #fetchDirective(): void {
    this.#endBlocks();
    const token = this.#push(Kind.versionDirective);
    const directive = scanDirective(this.#cursor);
    if (directive.name === "YAML") {
      token.text = String(directive.major);
      token.suffix = String(directive.minor);
    } else {
      token.kind = Kind.tagDirective;
      token.text = directive.handle;
      token.suffix = directive.prefix;
    }
  }

  #fetchDocumentIndicator(code: number): void {
    this.#endBlocks();
    this.#pushIndicator(code === PERIOD ? Kind.documentEnd : Kind.documentStart, 3);
  }

  #openFlow(kind: Kind): void {
    this.#noteCandidate();
    const number = this.#handedOut + this.#tokens.length;
    this.#pushScalarLike(kind);
    this.#cursor.advance(1);
    this.#candidates.push(noCandidate(number));
    this.#keyAllowed = true;
  }

  #closeFlow(kind: Kind): void {
    this.#dropCandidate();
    if (this.#inFlow) {
      // Without a candidate of its own, a level releases the bracket that opened it.
      this.#release(this.#candidate.number);
      this.#candidates.pop();
    }
    this.#keyAllowed = false;
    this.#pushIndicator(kind);
  }

  #fetchFlowEntry(): void {
    this.#dropCandidate();
    this.#keyAllowed = true;
    this.#pushIndicator(Kind.flowEntry);
  }

  #fetchBlockEntry(): void {
    const { index, line, column } = this.#cursor;
    if (!this.#inFlow) {
      if (!this.#keyAllowed) failAt(line, "block sequence entries are not allowed in this context");
      this.#openBlock(column, -1, Kind.blockSequenceStart, index, line);
    }
    this.#dropCandidate();
    this.#keyAllowed = true;
    this.#pushIndicator(Kind.blockEntry);
  }

  #fetchKey(): void {
    const { index, line, column } = this.#cursor;
    if (!this.#inFlow) {
      if (!this.#keyAllowed) failAt(line, "mapping keys are not allowed in this context");
      this.#openBlock(column, -1, Kind.blockMappingStart, index, line);
    }
    this.#dropCandidate();
    this.#keyAllowed = !this.#inFlow;
    this.#pushIndicator(Kind.key);
  }

  #fetchValue(): void {
    const candidate = this.#candidate;
    if (this.#mayBeKey(candidate)) {
      this.#turnIntoKey(candidate);
    } else {
      const { index, line, column } = this.#cursor;
      if (!this.#inFlow) {
        if (!this.#keyAllowed) failAt(line, "mapping values are not allowed in this context");
        this.#openBlock(column, -1, Kind.blockMappingStart, index, line);
      }
      this.#keyAllowed = !this.#inFlow;
    }
    this.#pushIndicator(Kind.value);
  }

  #turnIntoKey(candidate: PossibleKey): void {
    const { index, line, column } = candidate;
    const position = candidate.number - this.#handedOut;
    candidate.possible = false;
    this.#release(candidate.number);
    this.#tokens.insert(position, Kind.key, index, line);
    this.#openBlock(column, position, Kind.blockMappingStart, index, line);
    this.#keyAllowed = false;
  }

  /** Appends a token that may be a key by itself, and ties it to its candidate. */
  #pushScalarLike(kind: Kind): Token {
    const token = this.#push(kind);
    if (this.#keyAllowed) token.candidate = this.#candidate;
    return token;
  }

  #fetchName(kind: Kind): void {
    this.#noteCandidate();
    const token = this.#pushScalarLike(kind);
    this.#keyAllowed = false;
    token.text = scanName(this.#cursor);
  }

  #fetchTag(): void {
    this.#noteCandidate();
    const token = this.#pushScalarLike(Kind.tag);
    this.#keyAllowed = false;
    const { handle, suffix } = scanTag(this.#cursor);
    token.text = handle;
    token.suffix = suffix;
  }

  #fetchQuoted(): void {
    this.#noteCandidate();
    const token = this.#pushScalarLike(Kind.scalar);
    this.#keyAllowed = false;
    token.plain = false;
    token.text = scanQuoted(this.#cursor);
  }

  #fetchPlain(): void {
    this.#noteCandidate();
    const token = this.#pushScalarLike(Kind.scalar);
    token.plain = true;
    token.text = scanPlain(this.#cursor, this.#indent + 1, this.#inFlow);
    // A key can follow on the lines that have been passed.
    this.#keyAllowed = this.#cursor.breaks > 0;
  }

  #fetchBlockScalar(literal: boolean): void {
    this.#dropCandidate();
    const cursor = this.#cursor;
    const token = this.#push(Kind.scalar);
    token.plain = false;
    const header = scanBlockHeader(cursor, literal);
    if (cursor.code() === NUMBER_SIGN) scanLineComment(cursor, this.comments, token.index);
    token.text = scanBlockBody(cursor, header, this.#indent);
    this.#keyAllowed = true;
  }
}

function noCandidate(number: number): PossibleKey {
  return { possible: false, required: false, number, index: 0, line: 0, column: 0 };
}

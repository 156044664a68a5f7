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
import { CommentQueue, scanComments, scanLineComment } from "./comments.ts";
import { Cursor } from "./cursor.ts";
import { failAt, failAtTab } from "./failure.ts";
import { KeyCandidates } from "./key-candidates.ts";
import { type PlainRun, readPlainRun } from "./plain-run.ts";
import { scanBlockBody, scanBlockHeader } from "./scan-block.ts";
import { scanPlain } from "./scan-plain.ts";
import { scanDirective, scanName, scanTag } from "./scan-properties.ts";
import { scanQuoted } from "./scan-quoted.ts";
import { Kind, type KeyCandidate, type Token, TokenQueue } from "./token.ts";

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
  /** Whether the oldest token is ready to be handed out. */
  #ready = false;
  /** The column of the innermost block collection, -1 at the top; and those of the ones around it. */
  #indent = -1;
  readonly #outerIndents: number[] = [];
  readonly #keys: KeyCandidates;

  constructor(text: string) {
    this.#cursor = new Cursor(text);
    this.#keys = new KeyCandidates(this.#cursor, this.#tokens);
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
    this.#ready = false;
  }

  /**
   * Reads items of a block mapping as a run, from the key that {@link peek} gave; goes on behind them.
   *
   * @returns undefined, and nothing read, when there is no run here
   */
  readRun(): PlainRun | undefined {
    const { index, line } = this.peek();
    const { text } = this.#cursor;
    const start = text.lastIndexOf("\n", index) + 1;
    const column = index - start;
    if (this.#keys.inFlow || this.comments.first !== undefined || !this.#isOpenBlock(column)) return undefined;
    const run = readPlainRun(text, start, column);
    if (run.items.length === 0) return undefined;
    this.#goOn(run.end, line + run.lines, column);
    return run;
  }

  #isOpenBlock(column: number): boolean {
    return this.#indent === column || (this.#indent > column && this.#outerIndents.includes(column));
  }

  /** Drops what was read ahead, and goes on at the line of the next item of a block. */
  #goOn(lineStart: number, line: number, column: number): void {
    while (this.#tokens.length > 0) this.skip();
    this.#keys.forget();
    while (this.#indent > column) this.#indent = this.#outerIndents.pop() ?? -1;
    const cursor = this.#cursor;
    cursor.index = lineStart;
    cursor.lineStart = lineStart;
    cursor.line = line;
    cursor.breaks = 1;
  }

  #readAhead(): void {
    const tokens = this.#tokens;
    for (;;) {
      if (tokens.length >= lookahead) {
        const candidate = tokens.at(0)?.candidate;
        if (candidate === undefined || !this.#keys.isOpen(candidate)) break;
      }
      this.#fetch();
    }
    this.#ready = true;
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
    const endsNode = this.#keys.inFlow ? code === COMMA : code === COLON;
    const commentIndex = endsNode ? this.#tokens.last.index : cursor.index;
    this.#fetchToken(code);
    // Behind "-", it is about what follows.
    if (this.#tokens.last.kind !== Kind.blockEntry) scanLineComment(cursor, this.comments, commentIndex);
  }

  #passToToken(searchStart: number, searchLine: number): void {
    const cursor = this.#cursor;
    for (;;) {
      if (this.#keys.inFlow || !this.#keys.allowed) cursor.skipBlanks();
      else cursor.skipSpaces();
      let code = cursor.code();
      if (this.comments.last !== undefined) this.#turnLineIntoHead(code);
      if (code === NUMBER_SIGN) {
        this.#fetchComments(searchStart, searchLine);
        code = cursor.code();
      }
      if (!isBreak(code)) return;
      cursor.passBreak();
      if (!this.#keys.inFlow) this.#keys.allowed = true;
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
      inFlow: this.#keys.inFlow,
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
      return this.#keys.inFlow ? failAt(line, problem) : this.#fetchBlockScalar(code === VERTICAL_BAR);
    }
    if (isBlank(code)) failAtTab(line, problem);
    if (code === PERCENT || code === AT_SIGN || code === BACKTICK) failAt(line, problem);
    this.#fetchPlain();
  }

  /** Whether a `?` or `:` at the cursor is an indicator. */
  #standsAlone(): boolean {
    return this.#keys.inFlow || isSpaceOrEnd(this.#cursor.code(1));
  }

  // Blocks

  /** Opens a block collection if the column is deeper than the current one's. */
  #openBlock(column: number, position: number, kind: Kind, index: number, line: number): void {
    if (this.#keys.inFlow || this.#indent >= column) return;
    this.#outerIndents.push(this.#indent);
    this.#indent = column;
    this.#tokens.insert(position, kind, index, line);
  }

  /** Closes the block collections that are deeper than a column. */
  #closeBlocks(column: number, searchStart: number): void {
    if (this.#keys.inFlow || this.#indent <= column) return;
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
    this.#keys.drop();
    this.#keys.allowed = false;
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
    this.#pushPossibleKey(kind);
    this.#cursor.advance(1);
    this.#keys.openLevel();
    this.#keys.allowed = true;
  }

  #closeFlow(kind: Kind): void {
    this.#keys.closeLevel();
    this.#keys.allowed = false;
    this.#pushIndicator(kind);
  }

  #fetchFlowEntry(): void {
    this.#keys.drop();
    this.#keys.allowed = true;
    this.#pushIndicator(Kind.flowEntry);
  }

  #fetchBlockEntry(): void {
    const { index, line, column } = this.#cursor;
    if (!this.#keys.inFlow) {
      if (!this.#keys.allowed) failAt(line, "block sequence entries are not allowed in this context");
      this.#openBlock(column, -1, Kind.blockSequenceStart, index, line);
    }
    this.#keys.drop();
    this.#keys.allowed = true;
    this.#pushIndicator(Kind.blockEntry);
  }

  #fetchKey(): void {
    const { index, line, column } = this.#cursor;
    if (!this.#keys.inFlow) {
      if (!this.#keys.allowed) failAt(line, "mapping keys are not allowed in this context");
      this.#openBlock(column, -1, Kind.blockMappingStart, index, line);
    }
    this.#keys.drop();
    this.#keys.allowed = !this.#keys.inFlow;
    this.#pushIndicator(Kind.key);
  }

  #fetchValue(): void {
    const candidate = this.#keys.current;
    if (this.#keys.isOpen(candidate)) {
      this.#insertKey(candidate);
    } else {
      const { index, line, column } = this.#cursor;
      if (!this.#keys.inFlow) {
        if (!this.#keys.allowed) failAt(line, "mapping values are not allowed in this context");
        this.#openBlock(column, -1, Kind.blockMappingStart, index, line);
      }
      this.#keys.allowed = !this.#keys.inFlow;
    }
    this.#pushIndicator(Kind.value);
  }

  /** Announces a key before its token, and the mapping that it begins, if it does. */
  #insertKey(candidate: KeyCandidate): void {
    const { number, index, line, column } = candidate;
    const position = this.#tokens.positionOf(number);
    this.#keys.settle(candidate);
    this.#tokens.insert(position, Kind.key, index, line);
    this.#openBlock(column, position, Kind.blockMappingStart, index, line);
    this.#keys.allowed = false;
  }

  /** Appends a token that may be a key by itself. */
  #pushPossibleKey(kind: Kind): Token {
    this.#keys.note(this.#indent);
    const token = this.#push(kind);
    this.#keys.tie(token);
    this.#keys.allowed = false;
    return token;
  }

  #fetchName(kind: Kind): void {
    const token = this.#pushPossibleKey(kind);
    token.text = scanName(this.#cursor);
  }

  #fetchTag(): void {
    const token = this.#pushPossibleKey(Kind.tag);
    const { handle, suffix } = scanTag(this.#cursor);
    token.text = handle;
    token.suffix = suffix;
  }

  #fetchQuoted(): void {
    const token = this.#pushPossibleKey(Kind.scalar);
    token.plain = false;
    token.text = scanQuoted(this.#cursor);
  }

  #fetchPlain(): void {
    const token = this.#pushPossibleKey(Kind.scalar);
    token.plain = true;
    token.text = scanPlain(this.#cursor, this.#indent + 1, this.#keys.inFlow);
    // A key can follow on the lines that have been passed.
    this.#keys.allowed = this.#cursor.breaks > 0;
  }

  #fetchBlockScalar(literal: boolean): void {
    this.#keys.drop();
    const cursor = this.#cursor;
    const token = this.#push(Kind.scalar);
    token.plain = false;
    const header = scanBlockHeader(cursor, literal);
    if (cursor.code() === NUMBER_SIGN) scanLineComment(cursor, this.comments, token.index);
    token.text = scanBlockBody(cursor, header, this.#indent);
    this.#keys.allowed = true;
  }
}

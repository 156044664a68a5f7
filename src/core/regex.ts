import type { RE2JS } from "re2js";
import { messageOf } from "../errors.ts";
import { literalTest } from "./literal-regex.ts";

/** A compiled regular expression in Go's syntax, RE2. */
export interface Regex {
  /** Whether it matches anywhere in the text. Takes time linear in the text's length, whatever the pattern. */
  matches(text: string): boolean;
}

/** A pattern that RE2 refuses. */
export interface InvalidRegex {
  /** Why, in Go's words: ``error parsing regexp: missing closing ]: `[a-` ``. */
  readonly invalid: string;
}

let engine: typeof RE2JS | undefined;

/**
 * Makes {@link compileRegex} ready for these patterns. Loading the RE2 engine costs about as much as decrypting a small file, so
 * it happens only when one of the patterns is more than literals, alternatives and anchors.
 */
export async function loadRegexEngine(patterns: readonly string[]): Promise<void> {
  if (engine !== undefined || patterns.every((pattern) => literalTest(pattern) !== undefined)) return;
  engine = (await import("re2js")).RE2JS;
}

/**
 * Compiles a pattern; {@link loadRegexEngine} must have seen it.
 *
 * @throws TypeError when the engine is needed and not loaded
 */
export function compileRegex(pattern: string): Regex | InvalidRegex {
  if (loneSurrogate.test(pattern)) return { invalid: "error parsing regexp: invalid UTF-8" };
  const literal = literalTest(pattern);
  if (literal !== undefined) return { matches: literal };
  if (engine === undefined) throw new TypeError("loadRegexEngine() must be awaited before this pattern is compiled");
  try {
    const compiled = engine.compile(pattern);
    return { matches: (text) => compiled.test(asGoReadsIt(text)) };
  } catch (error) {
    return { invalid: messageOf(error) };
  }
}

/** Bytes that are not UTF-8 stand in texts as lone surrogates; Go's matcher sees each as U+FFFD. */
function asGoReadsIt(text: string): string {
  return loneSurrogate.test(text) ? text.replace(loneSurrogates, "\uFFFD") : text;
}

const loneSurrogate = /\p{Surrogate}/u;
const loneSurrogates = /\p{Surrogate}/gu;

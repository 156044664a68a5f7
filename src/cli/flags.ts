import { SopsError } from "../errors.ts";
import type { FlagEntry, FlagName } from "./flag-table.ts";
import { nearest } from "./suggestion.ts";

/** What a flag was given, by its kind. */
type FlagValue = boolean | number | string | readonly string[];

/** The values of a command's flags. A getter answers false, "", undefined or [] for a flag that nothing gave. */
export class FlagValues {
  readonly #values: ReadonlyMap<FlagName, FlagValue>;

  constructor(values: ReadonlyMap<FlagName, FlagValue> = new Map()) {
    this.#values = values;
  }

  boolean(name: FlagName): boolean {
    return this.#values.get(name) === true;
  }

  text(name: FlagName): string {
    const value = this.#values.get(name);
    return typeof value === "string" ? value : "";
  }

  integer(name: FlagName): number | undefined {
    const value = this.#values.get(name);
    return typeof value === "number" ? value : undefined;
  }

  list(name: FlagName): readonly string[] {
    const value = this.#values.get(name);
    return Array.isArray(value) ? (value as readonly string[]) : [];
  }

  /** The names of the flags that have a value. */
  names(): readonly FlagName[] {
    return [...this.#values.keys()];
  }

  /** These values with `others` over them: a later one replaces an earlier one. */
  with(others: FlagValues): FlagValues {
    return new FlagValues(new Map([...this.#values, ...others.#values]));
  }

  /** Only the values of some flags. */
  only(isWanted: (name: FlagName) => boolean): FlagValues {
    return new FlagValues(new Map([...this.#values].filter(([name]) => isWanted(name))));
  }
}

/** How the message begins when a flag is given in both of its spellings. */
export const twoSpellings = "Cannot use two forms of the same flag";

/** A command line taken apart. */
export interface ParsedLine {
  /** Flags that the line gives; neither those of the environment nor initial values. */
  readonly given: FlagValues;
  /** What is not a flag nor the value of one. */
  readonly words: readonly string[];
}

/**
 * The values that the flags have when the command line gives none: from the environment, else the initial ones.
 *
 * @throws SopsError `USAGE` when a variable does not fit its flag's kind
 */
export function environmentValues(
  flags: readonly FlagEntry[],
  variable: (name: string) => string | undefined,
): FlagValues {
  const values = new Map<FlagName, FlagValue>();
  for (const flag of flags) {
    const text = flag.env === undefined ? undefined : variable(flag.env);
    if (text !== undefined) values.set(flag.name, valueOfVariable(flag, text));
    else if (flag.initial !== undefined) values.set(flag.name, flag.initial);
  }
  return new FlagValues(values);
}

function valueOfVariable(flag: FlagEntry, text: string): FlagValue {
  if (flag.kind === "list") return text.split(",").map((entry) => entry.trim());
  if (flag.kind !== "boolean") return text;
  if (text === "") return false;
  const value = parseBoolean(text);
  if (value !== undefined) return value;
  throw new SopsError(
    "USAGE",
    `could not parse ${text} as bool value for flag ${flag.name}: strconv.ParseBool: parsing ${JSON.stringify(text)}: invalid syntax`,
    { hint: `Set ${flag.env} to true or false, or unset it.` },
  );
}

/**
 * Takes the program's own part of a command line apart: flags up to the first word, which is a command or a file. All that
 * follows is returned as words.
 *
 * @throws SopsError `USAGE`
 */
export function parseLeadingFlags(flags: readonly FlagEntry[], line: readonly string[]): ParsedLine {
  const parser = new Parser(flags);
  let index = 0;
  while (index < line.length && isFlagLike(line[index] ?? "")) {
    if (line[index] === "--") return { given: parser.finish(), words: line.slice(index + 1) };
    index = parser.take(line, index);
  }
  return { given: parser.finish(), words: line.slice(index) };
}

/**
 * Takes a command's part of a command line apart: flags may stand before, between and after the words, up to `--`. What looks
 * like a flag but is none is an error before the first word and right behind a boolean flag; elsewhere it is a word, as in sops.
 *
 * @param programFlags - flags that would have had a meaning before the command; only for the hint of an error
 * @throws SopsError `USAGE`
 */
export function parseFlags(
  flags: readonly FlagEntry[],
  line: readonly string[],
  programFlags: readonly FlagEntry[] = [],
): ParsedLine {
  const parser = new Parser(flags, programFlags);
  const words: string[] = [];
  let index = 0;
  let mustBeFlag = true;
  while (index < line.length) {
    const argument = line[index] ?? "";
    if (argument === "--") {
      words.push(...line.slice(index + 1));
      break;
    }
    if (isFlagLike(argument) && (mustBeFlag || parser.knows(argument))) {
      const next = parser.take(line, index);
      mustBeFlag = words.length === 0 || (next === index + 1 && !argument.includes("="));
      index = next;
    } else {
      mustBeFlag = false;
      words.push(argument);
      index += 1;
    }
  }
  return { given: parser.finish(), words };
}

/** Whether an argument is read as a flag; a dash alone is a word. */
export function isFlagLike(argument: string): boolean {
  return argument.length > 1 && argument.startsWith("-");
}

/** The flag that an argument gives, such as `-i`, `--in-place` or `--in-place=true`. */
export function findFlag(flags: readonly FlagEntry[], argument: string): FlagEntry | undefined {
  const { spelling } = splitArgument(argument);
  return flags.find((flag) => isFlagLike(argument) && spellingsOf(flag).includes(spelling));
}

/** Collects flags; a state of its own since a flag may not be given in both of its spellings. */
class Parser {
  readonly #flags: readonly FlagEntry[];
  readonly #programFlags: readonly FlagEntry[];
  readonly #bySpelling = new Map<string, FlagEntry>();
  readonly #values = new Map<FlagName, FlagValue>();
  readonly #spellings = new Set<string>();

  constructor(flags: readonly FlagEntry[], programFlags: readonly FlagEntry[] = []) {
    this.#flags = flags;
    this.#programFlags = programFlags;
    for (const flag of flags) {
      for (const spelling of spellingsOf(flag)) this.#bySpelling.set(spelling, flag);
    }
  }

  knows(argument: string): boolean {
    return this.#bySpelling.has(splitArgument(argument).spelling);
  }

  /** Takes the flag at `index` and its value; returns the index after them. */
  take(line: readonly string[], index: number): number {
    const argument = line[index] ?? "";
    const { spelling, value } = splitArgument(argument);
    if (spelling === "" || spelling.startsWith("-") || spelling.startsWith("=")) {
      throw new SopsError("USAGE", `bad flag syntax: ${argument}`);
    }
    const flag = this.#bySpelling.get(spelling);
    if (flag === undefined) throw this.#unknown(spelling);
    this.#spellings.add(spelling);
    if (flag.kind === "boolean") {
      this.#values.set(flag.name, value === undefined ? true : booleanValue(spelling, value));
      return index + 1;
    }
    const text = value ?? line[index + 1];
    if (text === undefined) throw new SopsError("USAGE", `flag needs an argument: -${spelling}`);
    this.#values.set(flag.name, this.#valueOf(flag, spelling, text));
    return index + (value === undefined ? 2 : 1);
  }

  finish(): FlagValues {
    for (const { name, alias } of this.#flags) {
      if (alias !== undefined && this.#spellings.has(name) && this.#spellings.has(alias)) {
        throw new SopsError("USAGE", `${twoSpellings}: ${alias} ${name}`);
      }
    }
    return new FlagValues(this.#values);
  }

  #valueOf(flag: FlagEntry, spelling: string, text: string): FlagValue {
    if (flag.kind === "integer") return integerValue(spelling, text);
    if (flag.kind === "text") return text;
    const before = this.#values.get(flag.name);
    return [...(Array.isArray(before) ? (before as readonly string[]) : []), text];
  }

  #unknown(spelling: string): SopsError {
    const hint = this.#hintForUnknown(spelling);
    const message = `flag provided but not defined: -${spelling}`;
    return new SopsError("USAGE", message, hint === undefined ? {} : { hint });
  }

  #hintForUnknown(spelling: string): string | undefined {
    if (this.#programFlags.some((flag) => spellingsOf(flag).includes(spelling))) {
      return `${dashed(spelling)} holds for every command and stands before it.`;
    }
    const letters = [...spelling];
    if (letters.length > 1 && letters.every((letter) => this.#bySpelling.has(letter))) {
      return `Write joined flags one by one: -${letters.join(" -")}`;
    }
    const near = nearest(spelling, [...this.#bySpelling.keys()]);
    return near === undefined ? undefined : `Did you mean ${dashed(near)}?`;
  }
}

/** A flag's name and its other spelling, without dashes. */
export function spellingsOf(flag: FlagEntry): readonly string[] {
  return flag.alias === undefined ? [flag.name] : [flag.name, flag.alias];
}

/** A spelling as it is written: one dash before a letter, two before a word. */
export function dashed(spelling: string): string {
  return spelling.length === 1 ? `-${spelling}` : `--${spelling}`;
}

function splitArgument(argument: string): { readonly spelling: string; readonly value: string | undefined } {
  const bare = argument.replace(/^--?/, "");
  const equals = bare.indexOf("=", 1);
  if (equals === -1) return { spelling: bare, value: undefined };
  return { spelling: bare.slice(0, equals), value: bare.slice(equals + 1) };
}

function booleanValue(spelling: string, text: string): boolean {
  const value = parseBoolean(text);
  if (value !== undefined) return value;
  throw new SopsError("USAGE", `invalid boolean value ${JSON.stringify(text)} for -${spelling}: parse error`, {
    hint: `Write ${dashed(spelling)} or ${dashed(spelling)}=false.`,
  });
}

/** Go's spellings of a boolean. */
function parseBoolean(text: string): boolean | undefined {
  if (["1", "t", "T", "TRUE", "true", "True"].includes(text)) return true;
  if (["0", "f", "F", "FALSE", "false", "False"].includes(text)) return false;
  return undefined;
}

/** Go's integer literals: decimal, 0x, 0o or a leading 0, 0b, with underscores between digits. */
function integerValue(spelling: string, text: string): number {
  const match = /^([+-]?)(0x(?:_?[0-9a-f])+|0b(?:_?[01])+|0o?(?:_?[0-7])+|0|[1-9](?:_?[0-9])*)$/i.exec(text);
  const refuse = (reason: string): SopsError =>
    new SopsError("USAGE", `invalid value ${JSON.stringify(text)} for flag -${spelling}: ${reason}`, {
      hint: `${dashed(spelling)} takes an integer.`,
    });
  if (match === null) throw refuse("parse error");
  const digits = (match[2] ?? "").replaceAll("_", "").replace(/^0(?=[0-7])/, "0o");
  const value = match[1] === "-" ? -Number(digits) : Number(digits);
  if (!Number.isSafeInteger(value)) throw refuse("value out of range");
  return value;
}

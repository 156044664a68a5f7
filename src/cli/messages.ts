import type { SopsError } from "../errors.ts";
import { goQuote } from "./log.ts";

/** Said when a command uses its first word only. */
export const onlyFirstWordUsed = "More than one positional argument provided. Only the first one will be used!";

/** Said when one of the words that are ignored is like a flag. */
export function ignoredWordLooksLikeFlag(word: string): string {
  return `Note that one of the ignored positional argument is ${goQuote(word)}, which looks like a flag. Flags must always be provided before the first positional argument!`;
}

/** Said when the form without a command is given several modes. */
export const onlyLastModeVisible =
  "More than one command (--encrypt, --decrypt, --rotate, --set) has been specified. Only the changes made by the last one will be visible. Note that this behavior is deprecated and will cause an error eventually.";

/** Said when a type flag names no format; the flag is then ignored, as in sops. */
export function unknownType(flag: string, word: string): string {
  return `--${flag} ${goQuote(word)} is not a type and is ignored: the types are yaml, json, dotenv, ini and binary`;
}

/** Said for each selection rule that a file of one value has no use for, such as `an encrypted suffix`. */
export function selectionIgnored(rule: string): string {
  return `Using ${rule} does not make sense with binary input, which is one value that is always encrypted, and will be ignored.`;
}

/**
 * The text of an error for a person: the message, where it happened unless the message says so, what to try.
 *
 * @param message - the error's message, or a form of it for a terminal
 */
export function describeError(error: SopsError, message = error.message): string {
  return [message, ...whereLines(error), ...hintLines(error)].map((line) => `${line}\n`).join("");
}

function whereLines(error: SopsError): string[] {
  const { path, file, message } = error;
  const parts: string[] = [];
  if (path !== undefined && path !== "" && !message.includes(path)) parts.push(`at ${path}`);
  if (file !== undefined && file !== "" && !message.includes(file)) parts.push(`in ${file}`);
  return parts.length === 0 ? [] : [`Where: ${parts.join(" ")}`];
}

/** The hint of an error as a line of its own. */
export function hintLines(error: SopsError): string[] {
  return error.hint === undefined ? [] : [`Hint: ${error.hint}`];
}

/** Whether what failed is that a text, such as a whole file, has more characters than the runtime can hold. */
export function isTooLong(error: unknown): boolean {
  return (
    error instanceof RangeError && /^(?:Invalid string length|Out of memory|Cannot create a string)/.test(error.message)
  );
}

/** The text for an error of which {@link isTooLong} is true. */
export const tooLong =
  "The file is too large: a text has at most 512 MiB in JavaScript, and so has an encrypted file or value.\n" +
  "Hint: Encrypt large files with age, and keep their key in a file of sops.\n";

/**
 * The text for an error that should not happen: how to report it and, for who asks for it, where in the code it happened.
 * Never its message, which may quote what the program was reading.
 */
export function describeBug(error: unknown, options: { readonly stack: boolean }): string {
  const name = error instanceof Error ? error.name : typeof error;
  const line = `Internal error in sops-ts: ${name}. This is a bug; please report it with the output that SOPS_TS_DEBUG=1 adds.\n`;
  return options.stack ? line + framesOf(error) : line;
}

function framesOf(error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  const frames = stack.split("\n").filter((line) => /^\s+at /.test(line));
  return frames.map((frame) => `${frame}\n`).join("");
}

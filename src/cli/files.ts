import { resolve } from "node:path";
import { SopsError } from "../errors.ts";
import { PlatformError, type Platform } from "../platform/platform.ts";
import { formatForWordOrPath, isFormat } from "../stores/format.ts";
import type { Format } from "../stores/store.ts";
import type { CommandContext, Destination } from "./command.ts";
import { keyChangeFlagNames } from "./flag-table.ts";
import { goQuote } from "./log.ts";
import { unknownType } from "./messages.ts";

/** What a command reads. */
export interface InputFile {
  /** The absolute path; undefined for standard input. */
  readonly path: string | undefined;
  /** What stands for the path where format and creation rule are chosen: absolute, or "" when there is no name. */
  readonly name: string;
  /** @throws SopsError `COULD_NOT_READ_INPUT_FILE` */
  read(): Promise<Uint8Array>;
}

/** A path made absolute. */
export function absolutePath(platform: Platform, path: string): string {
  return resolve(platform.workingDirectory(), path);
}

/**
 * The file that the first word names, or standard input when there is no word.
 *
 * @throws SopsError `NO_FILE_SPECIFIED` when there is no such file
 */
export async function findInput(context: CommandContext): Promise<InputFile> {
  const { platform, words } = context;
  const name = overridingName(context);
  const [word] = words;
  if (word === undefined) return { path: undefined, name: name ?? "", read: () => context.readStdin() };
  const path = absolutePath(platform, word);
  const content = await readOrFailure(platform, path);
  if (content === undefined) throw missingFile(path);
  return {
    path,
    name: name ?? path,
    read: async () => {
      if (content instanceof PlatformError) throw cannotRead(content);
      return content;
    },
  };
}

/**
 * The file that the first word names, for a command that needs one. Whether it is there shows when it is read.
 *
 * @throws SopsError `NO_FILE_SPECIFIED` without a word
 */
export function namedInput(context: CommandContext): InputFile & { readonly path: string } {
  const [word] = context.words;
  if (word === undefined) throw new SopsError("NO_FILE_SPECIFIED", "Error: no file specified");
  const path = absolutePath(context.platform, word);
  return { path, name: overridingName(context) ?? path, read: () => readInput(context.platform, path) };
}

function overridingName({ flags, platform }: CommandContext): string | undefined {
  const override = flags.text("filename-override");
  return override === "" ? undefined : absolutePath(platform, override);
}

/**
 * Reads a file that has to be there.
 *
 * @throws SopsError `COULD_NOT_READ_INPUT_FILE`
 */
export async function readInput(platform: Platform, path: string): Promise<Uint8Array> {
  try {
    return await platform.readFile(path);
  } catch (error) {
    throw error instanceof PlatformError ? cannotRead(error) : error;
  }
}

/** That a file which is there cannot be read. */
export function cannotRead(error: PlatformError): SopsError {
  return new SopsError("COULD_NOT_READ_INPUT_FILE", `Error reading file: ${error.message}`, { cause: error });
}

/** That a command was called for a file that is not there. */
export function missingFile(path: string): SopsError {
  return new SopsError("NO_FILE_SPECIFIED", `Error: cannot operate on non-existent file ${goQuote(path)}`);
}

/**
 * Refuses to add keys to a file that is not there, or to remove some.
 *
 * @param instead - how such a file is made, for the message
 * @throws SopsError `CANNOT_CHANGE_KEYS_FROM_NON_EXISTENT_FILE`
 */
export async function refuseKeyChangesOfMissingFile(
  { flags, platform }: CommandContext,
  path: string,
  instead: string,
): Promise<void> {
  if (keyChangeFlagNames.every((name) => flags.text(name) === "")) return;
  if ((await readOrFailure(platform, path)) !== undefined) return;
  throw new SopsError(
    "CANNOT_CHANGE_KEYS_FROM_NON_EXISTENT_FILE",
    `Error: cannot add or remove keys on non-existent file ${goQuote(path)}, use ${instead} instead.`,
  );
}

/** @throws SopsError `NO_FILE_SPECIFIED` when there is no such file */
export async function refuseMissingFile({ platform }: CommandContext, path: string): Promise<void> {
  if ((await readOrFailure(platform, path)) === undefined) throw missingFile(path);
}

/** A failure to read is told later than a missing file: mistakes in the configuration come before it. */
async function readOrFailure(platform: Platform, path: string): Promise<Uint8Array | PlatformError | undefined> {
  try {
    return await platform.readFileIfExists(path);
  } catch (error) {
    if (error instanceof PlatformError) return error;
    throw error;
  }
}

/** The formats of input and output: from the type flags, else from the name of the input. */
export function formatsOf(context: CommandContext, name: string): { readonly input: Format; readonly output: Format } {
  return { input: formatOf(context, "input-type", name), output: formatOf(context, "output-type", name) };
}

/** The format that a type flag names, else the one of the name. */
export function formatOf(context: CommandContext, flag: "input-type" | "output-type", name: string): Format {
  const word = context.flags.text(flag);
  if (word !== "" && !isFormat(word)) context.log.warning(unknownType(flag, word));
  return formatForWordOrPath(word, name);
}

/** @throws SopsError `CONFLICTING_PARAMETERS` when the result of standard input should be written in place */
export function refuseInPlaceForStdin(context: CommandContext): void {
  if (context.words.length === 0 && context.flags.boolean("in-place")) {
    throw new SopsError("CONFLICTING_PARAMETERS", "Error: cannot use --in-place when reading from stdin");
  }
}

/** @throws SopsError `CONFLICTING_PARAMETERS` when there are two places for the result */
export function refuseTwoDestinations(context: CommandContext): void {
  if (context.flags.boolean("in-place") && context.flags.text("output") !== "") {
    throw new SopsError("CONFLICTING_PARAMETERS", "Error: cannot operate on both --output and --in-place");
  }
}

/** Where a result goes by `--in-place` and `--output`; undefined for standard output. */
export function destinationOf(context: CommandContext, input: InputFile): Destination | undefined {
  if (context.flags.boolean("in-place") && input.path !== undefined) return { path: input.path, inPlace: true };
  const output = context.flags.text("output");
  return output === "" ? undefined : { path: absolutePath(context.platform, output), inPlace: false };
}

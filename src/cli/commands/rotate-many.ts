import { describeKey } from "../../core/master-key.ts";
import { SopsError } from "../../errors.ts";
import { PlatformError } from "../../platform/platform.ts";
import { rotateFile, type RotateOptions } from "../../rekey.ts";
import { formatForPath } from "../../stores/format.ts";
import type { CommandContext, CommandResult } from "../command.ts";
import { readInput } from "../files.ts";
import { isOkay } from "../key-update.ts";
import { ManyFiles } from "../many-files.ts";
import { namedFiles } from "../named-files.ts";
import { recordedOptions } from "../operation-options.ts";
import type { Format } from "../../stores/store.ts";

/**
 * Gives all encrypted files of a directory or a pattern new data keys: lists them, asks once, then goes on whatever becomes of a
 * single file.
 *
 * @param optionsFor - what rotating a file of some format takes
 * @throws SopsError `CONFLICTING_PARAMETERS` without `--in-place`; `GENERIC` when some file could not be rotated; the others are
 */
export async function rotateManyFiles(
  context: CommandContext,
  optionsFor: (format: Format) => RotateOptions,
): Promise<CommandResult> {
  const { flags, log, platform, words } = context;
  if (!flags.boolean("in-place")) {
    throw new SopsError("CONFLICTING_PARAMETERS", "Error: several files can only be rotated with --in-place");
  }
  const paths = await namedFiles(platform, words.slice(0, 1));
  if (paths.length > 0) context.print(previewOf(paths, optionsFor("yaml")));
  if (paths.length > 0 && !flags.boolean("yes") && !(await isOkay(context))) {
    log.progress(`${paths.length} left unchanged`);
    return {};
  }
  const files = new ManyFiles(context);
  const keyCache = new Map<string, unknown>();
  await files.each(paths, "Rotating", async (path) => {
    const options = optionsFor(formatForPath(path));
    // Keys hold what they wrapped: each file needs its own.
    const addKeys = (options.addKeys ?? []).map((key) => ({ ...key }));
    const content = await rotateFile(await readInput(platform, path), {
      ...options,
      ...recordedOptions(context, path),
      addKeys,
      keyCache,
    });
    await write(context, path, content);
  });
  log.progress(`${paths.length - files.failures} rotated, ${files.failures} failed`);
  if (files.failures > 0) throw new SopsError("GENERIC", `failed rotating ${files.failures} file(s)`);
  return {};
}

function previewOf(paths: readonly string[], { addKeys = [], removeKeys = [] }: RotateOptions): string {
  return [
    "The following files will get a new data key:",
    ...paths.map((path) => `    ${path}`),
    ...addKeys.map((key) => `+++ ${describeKey(key)}`),
    ...removeKeys.map((key) => `--- ${describeKey(key)}`),
    "",
  ].join("\n");
}

async function write({ platform }: CommandContext, path: string, content: Uint8Array): Promise<void> {
  try {
    await platform.writeFile(path, content);
  } catch (error) {
    if (!(error instanceof PlatformError)) throw error;
    const message = `Could not open in-place file for writing: ${error.message}`;
    throw new SopsError("COULD_NOT_WRITE_OUTPUT_FILE", message, { cause: error });
  }
}

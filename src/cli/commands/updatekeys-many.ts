import type { Config } from "../../config/config.ts";
import { SopsError } from "../../errors.ts";
import type { CommandContext, CommandResult } from "../command.ts";
import { ManyFiles } from "../many-files.ts";
import { namedFiles } from "../named-files.ts";
import { applyUpdate, isOkay, type KeyUpdate, planUpdate } from "../key-update.ts";

/**
 * Brings many files up to date: shows all changes, asks once, then goes on whatever becomes of a single file. With `--check` it shows
 * the changes and makes none; the exit status is 1 when there are any.
 *
 * @throws SopsError `GENERIC` when some file could not be updated; the others are
 */
export async function updateManyFiles(context: CommandContext, config: Config): Promise<CommandResult> {
  const { flags, log, words, platform } = context;
  const paths = await namedFiles(platform, words);
  const files = new ManyFiles(context);
  const updates = new Map<string, KeyUpdate>();
  // One after the other, so that failures are told and changes shown in the order of the paths.
  const plan = async (path: string): Promise<void> => {
    const update = await planUpdate(context, config, path);
    if (update.changes !== "") updates.set(path, update);
  };
  await files.each(paths, "Reading", plan, 1);
  for (const { path, changes } of updates.values()) {
    context.print(
      `The following changes ${flags.boolean("check") ? "are due" : "will be made"} to the groups of ${path}:\n${changes}`,
    );
  }
  const upToDate = paths.length - updates.size - files.failures;
  if (flags.boolean("check")) {
    log.progress(`${updates.size} to update, ${upToDate} up to date, ${files.failures} failed`);
    return { exitCode: updates.size + files.failures === 0 ? 0 : 1 };
  }
  if (updates.size > 0 && !flags.boolean("yes") && !(await isOkay(context))) {
    log.progress(`${updates.size} left unchanged, ${upToDate} up to date, ${files.failures} failed`);
    return { exitCode: files.failures === 0 ? 0 : 1 };
  }
  const keyCache = new Map<string, unknown>();
  await files.each(updates.keys(), "Updating", async (path) => {
    const update = updates.get(path);
    if (update !== undefined) await applyUpdate(context, config, update, keyCache);
  });
  log.progress(`${paths.length - upToDate - files.failures} updated, ${upToDate} up to date, ${files.failures} failed`);
  if (files.failures > 0) throw new SopsError("GENERIC", `failed updating ${files.failures} key(s)`);
  return {};
}

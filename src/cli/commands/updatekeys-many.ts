import type { Config } from "../../config/config.ts";
import { SopsError } from "../../errors.ts";
import type { CommandContext, CommandResult } from "../command.ts";
import { namedFiles } from "../named-files.ts";
import { applyUpdate, isOkay, type KeyUpdate, planUpdate } from "../key-update.ts";

/** How many files are decrypted and written at the same time. */
const atOnce = 8;

/**
 * Brings many files up to date: shows all changes, asks once, then goes on whatever becomes of a single file. With `--check` it shows
 * the changes and makes none; the exit status is 1 when there are any.
 *
 * @throws SopsError `GENERIC` when some file could not be updated; the others are
 */
export async function updateManyFiles(context: CommandContext, config: Config): Promise<CommandResult> {
  const { flags, log, words, platform } = context;
  const paths = await namedFiles(platform, words);
  const failed = new Set<string>();
  const updates = new Map<string, KeyUpdate>();
  for (const path of paths) {
    await orFailure(context, failed, path, async () => {
      const update = await planUpdate(context, config, path);
      if (update.changes !== "") updates.set(path, update);
    });
  }
  for (const { path, changes } of updates.values()) {
    context.print(
      `The following changes ${flags.boolean("check") ? "are due" : "will be made"} to the groups of ${path}:\n${changes}`,
    );
  }
  const upToDate = paths.length - updates.size - failed.size;
  if (flags.boolean("check")) {
    log.progress(`${updates.size} to update, ${upToDate} up to date, ${failed.size} failed`);
    return { exitCode: updates.size + failed.size === 0 ? 0 : 1 };
  }
  if (updates.size > 0 && !flags.boolean("yes") && !(await isOkay(context))) {
    log.progress(`${updates.size} left unchanged, ${upToDate} up to date, ${failed.size} failed`);
    return { exitCode: failed.size === 0 ? 0 : 1 };
  }
  const waiting = [...updates.values()];
  const keyCache = new Map<string, unknown>();
  const work = async (): Promise<void> => {
    for (let update = waiting.shift(); update !== undefined; update = waiting.shift()) {
      const next = update;
      await orFailure(context, failed, next.path, () => applyUpdate(context, config, next, keyCache));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  log.progress(`${paths.length - upToDate - failed.size} updated, ${upToDate} up to date, ${failed.size} failed`);
  if (failed.size > 0) throw new SopsError("GENERIC", `failed updating ${failed.size} key(s)`);
  return {};
}

async function orFailure(
  { log }: CommandContext,
  failed: Set<string>,
  path: string,
  operation: () => Promise<void>,
): Promise<void> {
  try {
    await operation();
  } catch (error) {
    if (!(error instanceof SopsError)) throw error;
    const { message, hint } = error;
    log.error(message, { file: path, ...(hint !== undefined && { hint }) });
    failed.add(path);
  }
}

import type { Config } from "../../config/config.ts";
import { SopsError } from "../../errors.ts";
import type { Command, CommandContext } from "../command.ts";
import { loadConfig } from "../configuration.ts";
import { absolutePath } from "../files.ts";
import { applyUpdate, isOkay, planUpdate } from "../key-update.ts";
import { isManyFiles } from "../named-files.ts";

/** Gives files the master keys that `.sops.yaml` names for them. */
export const updatekeys: Command = async (context) => {
  const { words, platform, log, flags } = context;
  const config = await loadConfig(context);
  if (config === undefined) {
    throw new SopsError("CONFIG_NOT_FOUND", "config file not found", {
      hint: "Write a .sops.yaml with creation_rules here or in a directory above, or name one: sops-ts --config FILE updatekeys …",
    });
  }
  if (words.length > 0 && (flags.boolean("check") || words.some((word) => isManyFiles(platform, word)))) {
    const { updateManyFiles } = await import("./updatekeys-many.ts");
    return updateManyFiles(context, config);
  }
  const paths = words.map((word) => absolutePath(platform, word));
  const [only] = paths;
  if (only === undefined) throw new SopsError("NO_FILE_SPECIFIED", "Error: no file specified");
  if (paths.length === 1) {
    await updateFile(context, config, only);
    return {};
  }
  let failures = 0;
  for (const path of paths) {
    try {
      // One after the other: each may ask.
      await updateFile(context, config, path);
    } catch (error) {
      if (!(error instanceof SopsError)) throw error;
      const { message, hint } = error;
      log.error(message, { file: path, ...(hint !== undefined && { hint }) });
      failures += 1;
    }
  }
  if (failures > 0) throw new SopsError("GENERIC", `failed updating ${failures} key(s)`);
  return {};
};

async function updateFile(context: CommandContext, config: Config, path: string): Promise<void> {
  const { log, flags } = context;
  const update = await planUpdate(context, config, path, () => log.progress(`Syncing keys for file ${path}`));
  if (update.changes === "") return log.progress(`File ${path} already up to date`);
  context.print(`The following changes will be made to the file's groups:\n${update.changes}`);
  if (!flags.boolean("yes") && !(await isOkay(context))) return log.progress(`File ${path} left unchanged`);
  await applyUpdate(context, config, update);
  log.progress(`File ${path} synced with new keys`);
}

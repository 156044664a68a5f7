import { compareKeyGroups, differs } from "../../core/key-groups-difference.ts";
import type { KeyGroup } from "../../core/metadata.ts";
import type { Config } from "../../config/config.ts";
import { SopsError } from "../../errors.ts";
import { PlatformError } from "../../platform/platform.ts";
import { type KeyPlan, readEncryptedFile, replaceKeyGroups, updatingGroups } from "../../rekey.ts";
import type { Command, CommandContext } from "../command.ts";
import { findCreationRule, loadConfig, outputStoreOptions } from "../configuration.ts";
import { explaining, type Explanations } from "../explain.ts";
import { absolutePath, formatOf, readInput } from "../files.ts";
import { chooseKeyServices } from "../key-services.ts";
import { keyPlanText } from "../key-plan-text.ts";
import { operationOptions } from "../operation-options.ts";

/** Gives files the master keys that `.sops.yaml` names for them. */
export const updatekeys: Command = async (context) => {
  const { words, platform, log } = context;
  const config = await loadConfig(context);
  if (config === undefined) {
    throw new SopsError("CONFIG_NOT_FOUND", "config file not found", {
      hint: "Write a .sops.yaml with creation_rules here or in a directory above, or name one: sops-ts --config FILE updatekeys …",
    });
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
  const encrypted = await readFileToUpdate(context, path);
  log.progress(`Syncing keys for file ${path}`);
  const format = formatOf(context, "input-type", path);
  const file = await explaining(explanations, () => readEncryptedFile(encrypted, format));
  const plan = updatingGroups(file.metadata, await groupsOfRule(context, config, path));
  const text = changesText(context, file.metadata, plan);
  if (text === "") return log.progress(`File ${path} already up to date`);
  context.print(`The following changes will be made to the file's groups:\n${text}`);
  if (!flags.boolean("yes") && !(await isOkay(context))) return log.progress(`File ${path} left unchanged`);
  const keyServices = await chooseKeyServices(context, "COULD_NOT_RETRIEVE_KEY");
  const content = await explaining(explanations, () =>
    replaceKeyGroups(file, plan, {
      ...operationOptions(context),
      keyServices,
      format,
      outputStore: outputStoreOptions(context, config, format),
    }),
  );
  await write(context, path, content);
  log.progress(`File ${path} synced with new keys`);
}

const explanations: Explanations = {
  COULD_NOT_READ_INPUT_FILE: { code: "GENERIC" },
  COULD_NOT_GENERATE_DATA_KEY: { doing: "error updating one or more master keys" },
  ERROR_DUMPING_TREE: { doing: "Could not marshal tree" },
};

/** What is no file counts as a failure of this command and not of reading, as in sops. */
async function readFileToUpdate({ platform }: CommandContext, path: string): Promise<Uint8Array> {
  try {
    return await readInput(platform, path);
  } catch (error) {
    const cause = error instanceof SopsError ? error.cause : undefined;
    if (!(cause instanceof PlatformError)) throw error;
    if (cause.notFound) throw new SopsError("GENERIC", `stat ${path}: no such file or directory`, { cause });
    if (!cause.message.endsWith("is a directory")) throw error;
    throw new SopsError("GENERIC", `can't operate on a directory: ${path}`, {
      cause,
      hint: "Name its files; the shell may do so: sops-ts updatekeys DIR/*.yaml",
    });
  }
}

async function groupsOfRule(context: CommandContext, config: Config, path: string): Promise<readonly KeyGroup[]> {
  const rule = await findCreationRule(context, config, path);
  if (rule !== undefined) return rule.keyGroups;
  throw new SopsError("GENERIC", `The config file ${config.path} does not contain any creation rule`);
}

/** What the plan changes; empty when it changes nothing. */
function changesText(context: CommandContext, current: KeyPlan, plan: KeyPlan): string {
  const groups = compareKeyGroups(current.keyGroups, plan.keyGroups);
  const threshold = { before: current.shamirThreshold, after: plan.shamirThreshold };
  if (threshold.before === threshold.after && !groups.some(differs)) return "";
  return keyPlanText(threshold, groups, { color: context.printsColor() });
}

async function isOkay({ print, readLine }: CommandContext): Promise<boolean> {
  for (;;) {
    print("Is this okay? (y/n):");
    const answer = (await readLine())?.trim();
    if (answer === "y" || answer === "n") return answer === "y";
    if (answer === undefined) {
      throw new SopsError(
        "GENERIC",
        "EOF: standard input ended before there was an answer; the file is left unchanged",
        {
          hint: "Answer y or n, or run with -y.",
        },
      );
    }
  }
}

async function write({ platform }: CommandContext, path: string, content: Uint8Array): Promise<void> {
  try {
    await platform.writeFile(path, content);
  } catch (error) {
    if (!(error instanceof PlatformError)) throw error;
    throw new SopsError("GENERIC", `could not open file for writing: ${error.message}`, { cause: error });
  }
}

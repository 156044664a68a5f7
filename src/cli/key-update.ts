import { compareKeyGroups, differs } from "../core/key-groups-difference.ts";
import type { KeyGroup } from "../core/metadata.ts";
import type { Config } from "../config/config.ts";
import { SopsError } from "../errors.ts";
import { PlatformError } from "../platform/platform.ts";
import { type KeyPlan, readEncryptedFile, replaceKeyGroups, updatingGroups } from "../rekey.ts";
import type { EncryptedFile } from "../stores/metadata-placement.ts";
import type { Format } from "../stores/store.ts";
import type { CommandContext } from "./command.ts";
import { findCreationRule, outputStoreOptions } from "./configuration.ts";
import { explaining, type Explanations } from "./explain.ts";
import { formatOf, readInput } from "./files.ts";
import { chooseKeyServices } from "./key-services.ts";
import { keyPlanText } from "./key-plan-text.ts";
import { operationOptions } from "./operation-options.ts";

/** What would become of a file. */
export interface KeyUpdate {
  /** Absolute. */
  readonly path: string;
  readonly format: Format;
  readonly file: EncryptedFile;
  readonly plan: KeyPlan;
  /** The plan for people; empty when it changes nothing. */
  readonly changes: string;
}

/**
 * Compares a file's keys with those of its creation rule.
 *
 * @param started - called once the file was read
 * @throws SopsError when it is no encrypted file, or there is no rule for it
 */
export async function planUpdate(
  context: CommandContext,
  config: Config,
  path: string,
  started?: () => void,
): Promise<KeyUpdate> {
  const encrypted = await readFileToUpdate(context, path);
  started?.();
  const format = formatOf(context, "input-type", path);
  const file = await explaining(explanations, () => readEncryptedFile(encrypted, format));
  const plan = updatingGroups(file.metadata, await groupsOfRule(context, config, path));
  return { path, format, file, plan, changes: changesText(context, file.metadata, plan) };
}

/**
 * Gives a file its new keys.
 *
 * @param keyCache - shared by files that belong together
 * @throws SopsError when the data key cannot be unwrapped or wrapped, or the file cannot be written; it is then as before
 */
export async function applyUpdate(
  context: CommandContext,
  config: Config,
  update: KeyUpdate,
  keyCache = new Map<string, unknown>(),
): Promise<void> {
  const { path, file, format, plan } = update;
  const keyServices = await chooseKeyServices(context, "COULD_NOT_RETRIEVE_KEY");
  const content = await explaining(explanations, () =>
    replaceKeyGroups(file, plan, {
      ...operationOptions(context),
      keyServices,
      keyCache,
      format,
      outputStore: outputStoreOptions(context, config, format),
    }),
  );
  await write(context, path, content);
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
    throw error;
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

/** Asks whether to go on. @throws SopsError when nobody answers */
export async function isOkay({ print, readLine }: CommandContext): Promise<boolean> {
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

import { findConfig, type Config } from "../config/config.ts";
import { creationRuleFor, type CreationRule } from "../config/creation-rule.ts";
import { storeOptions } from "../config/store-options.ts";
import { keyContextOf } from "../sops.ts";
import type { Format, StoreOptions } from "../stores/store.ts";
import type { CommandContext } from "./command.ts";
import { parseEncryptionContext } from "./master-keys.ts";
import { operationOptions } from "./operation-options.ts";

/**
 * The `.sops.yaml` that `--config` names or a search finds.
 *
 * @throws SopsError `CONFIG_NOT_FOUND`, `INVALID_CONFIG`
 */
export async function loadConfig({ flags, platform, log }: CommandContext): Promise<Config | undefined> {
  const { config, warning } = await findConfig(platform, flags.text("config"));
  if (warning !== undefined) log.warning(warning);
  return config;
}

/**
 * The creation rule for a file; undefined when there is no config or no rules in it.
 *
 * @param name - absolute path of the file, or what stands for it
 * @throws SopsError `NO_MATCHING_CREATION_RULE`, `INVALID_CONFIG`, `INVALID_MASTER_KEY`
 */
export async function findCreationRule(
  context: CommandContext,
  config: Config | undefined,
  name: string,
): Promise<CreationRule | undefined> {
  if (config === undefined) return undefined;
  return creationRuleFor(config, name, {
    keyContext: keyContextOf(operationOptions(context)),
    encryptionContext: parseEncryptionContext(context.flags.text("encryption-context")),
  });
}

/** The layout of what is written in a format: `--indent`, else what the config says. */
export function outputStoreOptions(context: CommandContext, config: Config | undefined, format: Format): StoreOptions {
  return storeOptions(config, format, context.flags.integer("indent"));
}

import { type KeyPlan, readEncryptedFile, replaceKeyGroups } from "../rekey.ts";
import type { CommandContext, CommandResult } from "./command.ts";
import { loadConfig, outputStoreOptions } from "./configuration.ts";
import { explaining, type Explanations } from "./explain.ts";
import { absolutePath, formatsOf, readInput } from "./files.ts";
import { chooseKeyServices } from "./key-services.ts";
import { operationOptions } from "./operation-options.ts";
import { SopsError } from "../errors.ts";

/**
 * Changes the key groups of the file that `--file` names.
 *
 * @param plan - what the file is to have, from what it has
 */
export async function changeGroups(
  context: CommandContext,
  plan: (current: KeyPlan) => KeyPlan,
): Promise<CommandResult> {
  const { flags, platform } = context;
  const path = absolutePath(platform, namedFile(context));
  const config = await loadConfig(context);
  const { input: format } = formatsOf(context, path);
  const encrypted = await readInput(platform, path);
  const keyServices = await chooseKeyServices(context, "GENERIC");
  const content = await explaining(explanations, async () => {
    const file = await readEncryptedFile(encrypted, format);
    return replaceKeyGroups(file, plan(file.metadata), {
      ...operationOptions(context),
      keyServices,
      format,
      outputStore: outputStoreOptions(context, config, format),
    });
  });
  return { content, destination: flags.boolean("in-place") ? { path, inPlace: true } : undefined };
}

const explanations: Explanations = {
  COULD_NOT_READ_INPUT_FILE: { code: "GENERIC" },
  COULD_NOT_RETRIEVE_KEY: { doing: "Error getting data key", code: "GENERIC" },
  COULD_NOT_GENERATE_DATA_KEY: { doing: "error updating one or more master keys" },
  ERROR_DUMPING_TREE: { code: "GENERIC" },
};

function namedFile({ flags }: CommandContext): string {
  const file = flags.text("file");
  if (file !== "") return file;
  throw new SopsError("COULD_NOT_READ_INPUT_FILE", "Error reading file: no file specified", {
    hint: "Name it with --file FILE.",
  });
}

import { binarySealer, emitForEditing, openForEditing, sealEdited, startExample } from "../../editing.ts";
import { parseDecryptionOrder } from "../../keys/decryption-order.ts";
import { PlatformError } from "../../platform/platform.ts";
import type { OpenedFile, OperationOptions } from "../../sops.ts";
import { loadStore } from "../../stores/registry.ts";
import type { Format } from "../../stores/store.ts";
import type { Command, CommandContext } from "../command.ts";
import { loadConfig, outputStoreOptions } from "../configuration.ts";
import { editAsText } from "../edit-session.ts";
import { encryptionSettings } from "../encryption-settings.ts";
import { explaining, type Explanations } from "../explain.ts";
import { cannotRead, formatsOf, namedInput } from "../files.ts";
import { chooseKeyServices } from "../key-services.ts";
import { recordedOptions } from "../operation-options.ts";
import type { Config } from "../../config/config.ts";

/** Decrypts a file, or starts a new one, lets a person edit it, and encrypts it again. */
export const edit: Command = async (context) => {
  const { flags } = context;
  const { path, name } = namedInput(context);
  const config = await loadConfig(context);
  const format = formatsOf(context, name);
  const decryptionOrder = parseDecryptionOrder(flags.text("decryption-order"));
  const options: OperationOptions = { ...recordedOptions(context, path), decryptionOrder };
  const file = await readIfThere(context, path);
  const opened =
    file === undefined
      ? await startNewFile(context, config, { name, format: format.input }, options)
      : await openExistingFile(context, file, format.input, options);
  const output = await loadStore(format.output, outputStoreOptions(context, config, format.output));
  const textOptions = { ...options, showMetadata: flags.boolean("show-master-keys") };
  await editAsText(context, {
    path,
    text: await explaining(explanations, async () => emitForEditing(opened, output, textOptions)),
    seal: (text) => explaining(explanations, () => sealEdited(opened, text, output, textOptions)),
    sealAsBinary: await binarySealer(opened, options),
  });
  return {};
};

async function readIfThere({ platform }: CommandContext, path: string): Promise<Uint8Array | undefined> {
  try {
    return await platform.readFileIfExists(path);
  } catch (error) {
    throw error instanceof PlatformError ? cannotRead(error) : error;
  }
}

async function openExistingFile(
  context: CommandContext,
  file: Uint8Array,
  format: Format,
  options: OperationOptions,
): Promise<OpenedFile> {
  const keyServices = await chooseKeyServices(context, "COULD_NOT_RETRIEVE_KEY");
  return explaining({ COULD_NOT_READ_INPUT_FILE: { code: "GENERIC" } }, () =>
    openForEditing(file, format, { ...options, keyServices, ignoreMac: context.flags.boolean("ignore-mac") }),
  );
}

async function startNewFile(
  context: CommandContext,
  config: Config | undefined,
  file: { readonly name: string; readonly format: Format },
  options: OperationOptions,
): Promise<OpenedFile> {
  const settings = await encryptionSettings(context, config, file);
  const keyServices = await chooseKeyServices(context, "COULD_NOT_RETRIEVE_KEY");
  const doing = "Error encrypting the data key with one or more master keys";
  return explaining({ COULD_NOT_GENERATE_DATA_KEY: { doing, code: "COULD_NOT_RETRIEVE_KEY" } }, () =>
    startExample({ ...options, ...settings, keyServices, format: file.format }),
  );
}

const explanations: Explanations = {
  ERROR_DUMPING_TREE: { doing: "Could not marshal tree" },
};

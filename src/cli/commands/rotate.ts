import { parseDecryptionOrder } from "../../keys/decryption-order.ts";
import { rotateFile } from "../../rekey.ts";
import type { Command } from "../command.ts";
import { loadConfig, outputStoreOptions } from "../configuration.ts";
import { explaining, type Explanations } from "../explain.ts";
import {
  destinationOf,
  formatsOf,
  namedInput,
  refuseKeyChangesOfMissingFile,
  refuseTwoDestinations,
} from "../files.ts";
import { chooseKeyServices } from "../key-services.ts";
import { masterKeysOfFlags, parseEncryptionContext } from "../master-keys.ts";
import { isManyFiles } from "../named-files.ts";
import { operationOptions, recordedOptions } from "../operation-options.ts";

/** Gives a file a new data key, and adds or removes master keys. */
export const rotate: Command = async (context) => {
  const { flags } = context;
  const input = namedInput(context);
  refuseTwoDestinations(context);
  const many = isManyFiles(context.platform, context.words[0] ?? "");
  if (!many) await refuseKeyChangesOfMissingFile(context, input.path, "the `edit` subcommand");
  const config = await loadConfig(context);
  const format = formatsOf(context, input.name);
  const decryptionOrder = parseDecryptionOrder(flags.text("decryption-order"));
  const encryptionContext = parseEncryptionContext(flags.text("encryption-context"));
  const addKeys = await masterKeysOfFlags(context, "add-", encryptionContext);
  const removeKeys = await masterKeysOfFlags(context, "rm-", encryptionContext);
  const encrypted = many ? new Uint8Array() : await input.read();
  const options = {
    ...operationOptions(context),
    keyServices: await chooseKeyServices(context, "COULD_NOT_RETRIEVE_KEY"),
    addKeys,
    removeKeys,
    ignoreMac: flags.boolean("ignore-mac"),
    decryptionOrder,
  };
  if (many) {
    const { rotateManyFiles } = await import("./rotate-many.ts");
    return rotateManyFiles(context, (one) => ({
      ...options,
      format: one,
      outputStore: outputStoreOptions(context, config, one),
    }));
  }
  const content = await explaining(explanations, () =>
    rotateFile(encrypted, {
      ...options,
      ...recordedOptions(context, input.path),
      format: format.input,
      outputFormat: format.output,
      outputStore: outputStoreOptions(context, config, format.output),
    }),
  );
  return { content, destination: destinationOf(context, input) };
};

const explanations: Explanations = {
  COULD_NOT_READ_INPUT_FILE: { code: "GENERIC" },
  ERROR_DUMPING_TREE: { doing: "Could not marshal tree" },
};

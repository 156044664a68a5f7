import { parseTreePath } from "../../core/tree-path.ts";
import { parseDecryptionOrder } from "../../keys/decryption-order.ts";
import { decryptBytes } from "../../sops.ts";
import type { Command } from "../command.ts";
import { loadConfig, outputStoreOptions } from "../configuration.ts";
import { explaining, type Explanations } from "../explain.ts";
import { chooseKeyServices } from "../key-services.ts";
import { destinationOf, findInput, formatsOf, refuseInPlaceForStdin, refuseTwoDestinations } from "../files.ts";
import { recordedOptions } from "../operation-options.ts";

/** Decrypts a file or standard input, or one value of it. */
export const decrypt: Command = async (context) => {
  const { flags } = context;
  refuseInPlaceForStdin(context);
  refuseTwoDestinations(context);
  const input = await findInput(context);
  const config = await loadConfig(context);
  const format = formatsOf(context, input.name);
  const decryptionOrder = parseDecryptionOrder(flags.text("decryption-order"));
  const extract = flags.text("extract");
  // A mistake in the path is told before anything is read.
  await explaining(explanations, async () => parseTreePath(extract));
  const encrypted = await input.read();
  const keyServices = await chooseKeyServices(context, "COULD_NOT_RETRIEVE_KEY");
  const content = await explaining(explanations, () =>
    decryptBytes(encrypted, {
      ...recordedOptions(context, input.path),
      keyServices,
      format: format.input,
      outputFormat: format.output,
      outputStore: outputStoreOptions(context, config, format.output),
      extract,
      ignoreMac: flags.boolean("ignore-mac"),
      decryptionOrder,
    }),
  );
  return { content, destination: destinationOf(context, input) };
};

const explanations: Explanations = {
  COULD_NOT_READ_INPUT_FILE: { code: "GENERIC" },
  ERROR_DUMPING_TREE: { doing: "Error dumping file" },
  INVALID_TREE_PATH_FORMAT: { doing: "error parsing --extract path" },
  TREE_PATH_NOT_FOUND: { doing: "error truncating tree" },
};

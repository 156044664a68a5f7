import { parseTreePath } from "../../core/tree-path.ts";
import { messageOf, SopsError } from "../../errors.ts";
import { parseDecryptionOrder } from "../../keys/decryption-order.ts";
import { decryptBytes } from "../../sops.ts";
import type { Command, CommandContext } from "../command.ts";
import { loadConfig, outputStoreOptions } from "../configuration.ts";
import { checkKeyServices } from "../key-services.ts";
import { destinationOf, findInput, formatsOf, refuseInPlaceForStdin, refuseTwoDestinations } from "../files.ts";

/** Decrypts a file or standard input, or one value of it. */
export const decrypt: Command = async (context) => {
  const { flags, platform, log } = context;
  refuseInPlaceForStdin(context);
  refuseTwoDestinations(context);
  const input = await findInput(context);
  const config = await loadConfig(context);
  const format = formatsOf(context, input.name);
  const decryptionOrder = parseDecryptionOrder(flags.text("decryption-order"));
  checkExtractPath(context);
  const encrypted = await input.read();
  checkKeyServices(context, "COULD_NOT_RETRIEVE_KEY");
  const content = await decryptBytes(encrypted, {
    platform,
    format: format.input,
    outputFormat: format.output,
    outputStore: outputStoreOptions(context, config, format.output),
    extract: flags.text("extract"),
    ignoreMac: flags.boolean("ignore-mac"),
    decryptionOrder,
    warn: (message) => log.warning(message),
  });
  return { content, destination: destinationOf(context, input) };
};

/** A mistake in the path is told before anything is read. */
function checkExtractPath({ flags }: CommandContext): void {
  try {
    parseTreePath(flags.text("extract"));
  } catch (error) {
    const hint = error instanceof SopsError ? error.hint : undefined;
    throw new SopsError("INVALID_TREE_PATH_FORMAT", `error parsing --extract path: ${messageOf(error)}`, {
      cause: error,
      ...(hint === undefined ? {} : { hint }),
    });
  }
}

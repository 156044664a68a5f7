import { parseTreePath } from "../../core/tree-path.ts";
import { SopsError, type SopsErrorCode } from "../../errors.ts";
import { parseDecryptionOrder } from "../../keys/decryption-order.ts";
import { decryptBytes } from "../../sops.ts";
import type { Command, CommandContext, CommandResult } from "../command.ts";
import { loadConfig, outputStoreOptions } from "../configuration.ts";
import { withContext } from "../messages.ts";
import { checkKeyServices } from "../key-services.ts";
import { destinationOf, findInput, formatsOf, refuseInPlaceForStdin, refuseTwoDestinations } from "../files.ts";

/** Decrypts a file or standard input, or one value of it. */
export const decrypt: Command = async (context) => {
  try {
    return await decryptInput(context);
  } catch (error) {
    const doing = error instanceof SopsError ? extractFailures[error.code] : undefined;
    throw error instanceof SopsError && doing !== undefined ? withContext(error, doing) : error;
  }
};

/** Said with failures to take a value out. */
const extractFailures: Partial<Record<SopsErrorCode, string>> = {
  INVALID_TREE_PATH_FORMAT: "error parsing --extract path",
  TREE_PATH_NOT_FOUND: "error truncating tree",
};

async function decryptInput(context: CommandContext): Promise<CommandResult> {
  const { flags, platform, log } = context;
  refuseInPlaceForStdin(context);
  refuseTwoDestinations(context);
  const input = await findInput(context);
  const config = await loadConfig(context);
  const format = formatsOf(context, input.name);
  const decryptionOrder = parseDecryptionOrder(flags.text("decryption-order"));
  // A mistake in the path is told before anything is read.
  parseTreePath(flags.text("extract"));
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
}

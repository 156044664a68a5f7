import { changeFile } from "../change.ts";
import { parseTreePath, type TreePath } from "../core/tree-path.ts";
import type { Branch } from "../core/tree.ts";
import { SopsError } from "../errors.ts";
import { parseDecryptionOrder } from "../keys/decryption-order.ts";
import type { CommandContext, CommandResult } from "./command.ts";
import { loadConfig, outputStoreOptions } from "./configuration.ts";
import { explaining, type Explanations } from "./explain.ts";
import { formatsOf, namedInput } from "./files.ts";
import { chooseKeyServices } from "./key-services.ts";
import { recordedOptions } from "./operation-options.ts";

/**
 * The path of the value that a command is to change.
 *
 * @param command - its name, for the message, which does not repeat the text: it is the value when the words are swapped
 * @throws SopsError `INVALID_SET_FORMAT`
 */
export function pathOfValue(text: string, command: "set" | "unset"): TreePath {
  try {
    return parseTreePath(text);
  } catch (error) {
    if (!(error instanceof SopsError)) throw error;
    throw new SopsError("INVALID_SET_FORMAT", `Invalid ${command} index format`, {
      hint: `It is a path such as '["database"]["users"][0]'.`,
    });
  }
}

/**
 * Changes the file that the first word names: decrypts it, changes its first document, encrypts it again in place.
 *
 * @param change - changes the plain document in place
 */
export async function changeNamedFile(context: CommandContext, change: (root: Branch) => void): Promise<CommandResult> {
  const { flags } = context;
  const input = namedInput(context);
  const config = await loadConfig(context);
  const format = formatsOf(context, input.name);
  const decryptionOrder = parseDecryptionOrder(flags.text("decryption-order"));
  const encrypted = await input.read();
  const keyServices = await chooseKeyServices(context, "COULD_NOT_RETRIEVE_KEY");
  const content = await explaining(explanations, () =>
    changeFile(encrypted, change, {
      ...recordedOptions(context, input.path),
      keyServices,
      format: format.input,
      outputFormat: format.output,
      outputStore: outputStoreOptions(context, config, format.output),
      ignoreMac: flags.boolean("ignore-mac"),
      decryptionOrder,
    }),
  );
  return { content, destination: { path: input.path, inPlace: true } };
}

const explanations: Explanations = {
  COULD_NOT_READ_INPUT_FILE: { code: "GENERIC" },
  ERROR_DUMPING_TREE: { doing: "Could not marshal tree" },
};

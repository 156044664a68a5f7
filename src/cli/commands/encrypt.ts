import { SopsError } from "../../errors.ts";
import { encryptBytes } from "../../sops.ts";
import type { Command, CommandContext } from "../command.ts";
import { loadConfig, outputStoreOptions } from "../configuration.ts";
import { encryptionSettings } from "../encryption-settings.ts";
import { explaining, type Explanations } from "../explain.ts";
import { destinationOf, findInput, formatsOf, refuseInPlaceForStdin, refuseTwoDestinations } from "../files.ts";
import { chooseKeyServices } from "../key-services.ts";
import { recordedOptions } from "../operation-options.ts";

/** Encrypts a file or standard input. */
export const encrypt: Command = async (context) => {
  refuseInPlaceForStdin(context);
  refuseStdinWithoutName(context);
  refuseTwoDestinations(context);
  const input = await findInput(context);
  const config = await loadConfig(context);
  const format = formatsOf(context, input.name);
  const settings = await encryptionSettings(context, config, { name: input.name, format: format.input });
  const plain = await input.read();
  const keyServices = await chooseKeyServices(context, "COULD_NOT_GENERATE_DATA_KEY");
  const content = await explaining(explanations, () =>
    encryptBytes(plain, {
      ...settings,
      ...recordedOptions(context, input.path),
      keyServices,
      format: format.input,
      outputFormat: format.output,
      outputStore: outputStoreOptions(context, config, format.output),
    }),
  );
  return { content, destination: destinationOf(context, input) };
};

const explanations: Explanations = {
  COULD_NOT_READ_INPUT_FILE: { doing: "Error unmarshalling file" },
  ERROR_DUMPING_TREE: { doing: "Error dumping file" },
};

function refuseStdinWithoutName({ words, flags }: CommandContext): void {
  if (words.length > 0 || flags.text("filename-override") !== "") return;
  throw new SopsError("CONFLICTING_PARAMETERS", "Error: must specify --filename-override when reading from stdin", {
    hint: "The name chooses format and creation rule, such as --filename-override secrets.yaml.",
  });
}

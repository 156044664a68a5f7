import { Branch } from "../../core/tree.ts";
import { SopsError } from "../../errors.ts";
import { parseDecryptionOrder } from "../../keys/decryption-order.ts";
import { openFile } from "../../sops.ts";
import { loadStore } from "../../stores/registry.ts";
import { mergeEnvironment, runInForeground, shellCommand } from "../child.ts";
import type { Command, CommandContext } from "../command.ts";
import { loadConfig } from "../configuration.ts";
import { commandWord, warnOfBackground } from "../exec-input.ts";
import { explaining } from "../explain.ts";
import { formatOf, namedInput } from "../files.ts";
import { chooseKeyServices } from "../key-services.ts";
import { recordedOptions } from "../operation-options.ts";
import { secretVariables } from "../secret-variables.ts";
import { becomeUser } from "../user.ts";

/** Runs a shell command with the values of a file in its environment. */
export const execEnv: Command = async (context) => {
  const { flags, platform } = context;
  const command = shellCommand(platform.os, commandWord(context));
  warnOfBackground(context, "exec-env");
  refuseSameProcess(context);
  const secrets = secretVariables(await firstDocument(context));
  const programs = await context.programs();
  const inherited = flags.boolean("pristine") ? {} : programs.environment();
  const user = flags.text("user");
  const env = mergeEnvironment(platform.os, inherited, user === "" ? {} : becomeUser(user), secrets);
  if (flags.boolean("background")) {
    await programs.start(command, { env, inBackground: true });
    return {};
  }
  const inPlace = flags.boolean("same-process");
  if (inPlace) programs.replaceProcess(command, env);
  return runInForeground(programs, (run) => run(command, env), { inPlace });
};

function refuseSameProcess({ flags, platform }: CommandContext): void {
  if (!flags.boolean("same-process")) return;
  if (platform.os === "win32") {
    const message = "The --same-process flag is not supported on Windows";
    throw new SopsError("NOT_AVAILABLE_ON_THIS_PLATFORM", message);
  }
  if (!flags.boolean("background")) return;
  const message = "Error: The --same-process flag cannot be used with --background";
  throw new SopsError("CONFLICTING_PARAMETERS", message);
}

async function firstDocument(context: CommandContext): Promise<Branch> {
  const { flags } = context;
  const input = namedInput(context);
  // It may name stores, and a mistake in it is told, though nothing here depends on it.
  await loadConfig(context);
  const store = await loadStore(formatOf(context, "input-type", input.name));
  const decryptionOrder = parseDecryptionOrder(flags.text("decryption-order"));
  const encrypted = await input.read();
  const keyServices = await chooseKeyServices(context, "COULD_NOT_RETRIEVE_KEY");
  const { branches } = await explaining({ COULD_NOT_READ_INPUT_FILE: { code: "GENERIC" } }, () =>
    openFile(encrypted, store, {
      ...recordedOptions(context, input.path),
      keyServices,
      decryptionOrder,
      ignoreMac: flags.boolean("ignore-mac"),
    }),
  );
  return branches[0] ?? new Branch();
}

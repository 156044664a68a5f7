import { randomInt } from "node:crypto";
import { isAbsolute, normalize, sep } from "node:path";
import { SopsError } from "../../errors.ts";
import { parseDecryptionOrder } from "../../keys/decryption-order.ts";
import { decryptBytes } from "../../sops.ts";
import { mergeEnvironment, runInForeground, shellCommand } from "../child.ts";
import type { Command, CommandContext } from "../command.ts";
import { loadConfig, outputStoreOptions } from "../configuration.ts";
import { commandWord, warnOfBackground } from "../exec-input.ts";
import { explaining, type Explanations } from "../explain.ts";
import { formatsOf, namedInput } from "../files.ts";
import { chooseKeyServices } from "../key-services.ts";
import { NamedPipe } from "../named-pipe.ts";
import { recordedOptions } from "../operation-options.ts";
import { PrivateDirectory, secretDirectories, temporaryDirectory } from "../private-directory.ts";
import { becomeUser } from "../user.ts";

/** Runs a shell command with the path of the plain file, which is gone afterwards. */
export const execFile: Command = async (context) => {
  const { flags, platform } = context;
  const command = commandWord(context);
  const plain = await decryptedFile(context);
  warnOfBackground(context, "exec-file");
  const programs = await context.programs();
  const user = flags.text("user");
  const env = mergeEnvironment(platform.os, programs.environment(), user === "" ? {} : becomeUser(user));
  const shell = (path: string): readonly [string, ...string[]] =>
    shellCommand(
      platform.os,
      command.replaceAll("{}", () => path),
    );
  return runInForeground(programs, (run) =>
    withPlainFile(context, plain, async (path) => {
      if (!flags.boolean("background")) return run(shell(path), env);
      await programs.start(shell(path), { env, inBackground: true });
      return { status: 0, signal: undefined };
    }),
  );
};

async function decryptedFile(context: CommandContext): Promise<Uint8Array> {
  const { flags } = context;
  const input = namedInput(context);
  const config = await loadConfig(context);
  const format = formatsOf(context, input.name);
  const decryptionOrder = parseDecryptionOrder(flags.text("decryption-order"));
  const encrypted = await input.read();
  const keyServices = await chooseKeyServices(context, "COULD_NOT_RETRIEVE_KEY");
  return explaining(explanations, () =>
    decryptBytes(encrypted, {
      ...recordedOptions(context, input.path),
      keyServices,
      format: format.input,
      outputFormat: format.output,
      outputStore: outputStoreOptions(context, config, format.output),
      ignoreMac: flags.boolean("ignore-mac"),
      decryptionOrder,
    }),
  );
}

const explanations: Explanations = {
  COULD_NOT_READ_INPUT_FILE: { code: "GENERIC" },
  ERROR_DUMPING_TREE: { doing: "Error dumping file" },
};

const usualName = "tmp-file";

/** Calls `use` with the path of the plain file: a named pipe, or a file where that is asked for or the only way. */
async function withPlainFile<Result>(
  context: CommandContext,
  plain: Uint8Array,
  use: (path: string) => Promise<Result>,
): Promise<Result> {
  const { flags, platform } = context;
  const given = localName(flags.text("filename"));
  if (!usesPipe(context)) {
    const name = given ?? `${usualName}${randomInt(2 ** 32)}`;
    const { directory, result } = make(secretDirectories(platform), (made) => made.writeFile(name, plain));
    return use(result).finally(() => directory.remove());
  }
  // Of what goes through a pipe nothing is ever stored, so any place is as good.
  const { directory, result } = make([temporaryDirectory(platform)], (made) => {
    const path = made.pathFor(given ?? usualName);
    return { path, pipe: new NamedPipe(path, plain) };
  });
  return use(result.path).finally(() => {
    result.pipe.close();
    directory.remove();
  });
}

function make<Made>(
  places: readonly string[],
  fill: (directory: PrivateDirectory) => Made,
): { readonly directory: PrivateDirectory; readonly result: Made } {
  return PrivateDirectory.create(places, ".sops", fill);
}

function usesPipe({ flags, platform, log }: CommandContext): boolean {
  if (flags.boolean("no-fifo")) return false;
  if (platform.os !== "win32") return true;
  log.line("warning", "no fifos on windows, use --no-fifo next time", {}, "EXEC");
  return false;
}

/** A name that stays inside the directory; undefined when none is given. */
function localName(name: string): string | undefined {
  if (name === "") return undefined;
  const path = normalize(name);
  if (!isAbsolute(path) && path !== "." && path !== ".." && !path.startsWith(`..${sep}`) && !path.endsWith(sep)) {
    return path;
  }
  throw new SopsError("GENERIC", "The provided filename is not a local path.", {
    hint: "It names the file in a directory of its own, such as --filename config.yaml.",
  });
}

import { SopsError, type SopsErrorCode } from "../../errors.ts";
import { parseDecryptionOrder } from "../../keys/decryption-order.ts";
import type { Command, CommandContext, CommandResult } from "../command.ts";
import { findCreationRule, loadConfig } from "../configuration.ts";
import { explaining } from "../explain.ts";
import {
  absolutePath,
  missingFile,
  refuseKeyChangesOfMissingFile,
  refuseMissingFile,
  refuseTwoDestinations,
} from "../files.ts";
import { onlyLastModeVisible } from "../messages.ts";
import { nearest } from "../suggestion.ts";
import { lastWord, program } from "../table.ts";

/** The modes of the form without a command, in the order in which they run; each is a command too. */
type Mode = "encrypt" | "decrypt" | "rotate" | "set" | "edit";

/** Modes that need no rule, but for which sops looks it up all the same. */
const modesWithRuleCheck: ReadonlySet<Mode> = new Set(["rotate", "set", "edit"]);

/** The form without a command: `-e`, `-d`, `-r` or `--set` and a file; a file alone is edited. */
export const legacy: Command = async (context) => {
  const [word] = context.words;
  if (word === undefined) {
    throw new SopsError("NO_FILE_SPECIFIED", "Error: no file specified", {
      hint: "sops-ts --help lists the commands.",
    });
  }
  refuseTwoDestinations(context);
  parseDecryptionOrder(context.flags.text("decryption-order"));
  const path = absolutePath(context.platform, word);
  await refuseKeyChangesOfMissingFile(context, path, "--kms, --pgp or --age");
  const modes = modesOf(context);
  if (modes.includes("rotate")) await refuseMissingFile(context, path);
  if (modes.length > 1) context.log.warning(onlyLastModeVisible);
  if (modes.includes("edit")) await refuseMistypedCommand(context, word);
  if (modes.some((mode) => modesWithRuleCheck.has(mode))) await checkCreationRule(context, word);
  return runModes(context, modes);
};

function modesOf({ flags }: CommandContext): readonly Mode[] {
  const modes: Mode[] = [];
  if (flags.boolean("encrypt")) modes.push("encrypt");
  if (flags.boolean("decrypt")) modes.push("decrypt");
  if (flags.boolean("rotate")) modes.push("rotate");
  if (flags.text("set") !== "") modes.push("set");
  return modes.length === 0 ? ["edit"] : modes;
}

/** Failures to encrypt that stop nothing when another mode follows: those of the file, not those of the settings. */
const droppedFailures: ReadonlySet<SopsErrorCode> = new Set<SopsErrorCode>([
  "COULD_NOT_READ_INPUT_FILE",
  "NEED_AT_LEAST_ONE_DOCUMENT",
  "FILE_ALREADY_ENCRYPTED",
  "COULD_NOT_GENERATE_DATA_KEY",
  "ERROR_ENCRYPTING_TREE",
  "ERROR_DUMPING_TREE",
]);

/** The result of the last mode. */
async function runModes(context: CommandContext, modes: readonly Mode[]): Promise<CommandResult> {
  let result: CommandResult = {};
  for (const [index, mode] of modes.entries()) {
    const run = await context.load(mode);
    try {
      result = mode === "set" ? await runSet(run, context) : await run(context);
    } catch (error) {
      const isLast = index === modes.length - 1;
      if (isLast || mode !== "encrypt" || !(error instanceof SopsError && droppedFailures.has(error.code))) throw error;
      context.log.warning(`--encrypt failed: ${error.message}`);
    }
  }
  return result;
}

/** `--set` has path and value in one text: the path goes up to the first `]` with a blank behind it. */
function runSet(run: Command, context: CommandContext): Promise<CommandResult> {
  return explaining({ INVALID_SET_FORMAT: { doing: "Invalid --set format" } }, async () => {
    const [, index, value] = /^(.*?\]) +(.*)$/s.exec(context.flags.text("set")) ?? [];
    if (index === undefined || value === undefined) {
      throw new SopsError("INVALID_SET_FORMAT", "Invalid --set format: there is no `] ` between path and value", {
        hint: `Write path, blank and JSON in one word: --set '["key"] "value"'`,
      });
    }
    return run({ ...context, words: [context.words[0] ?? "", index, value] });
  });
}

/** `sops-ts encypt` would open an editor for a new file called `encypt`; the command is what was meant. */
async function refuseMistypedCommand({ platform }: CommandContext, word: string): Promise<void> {
  if (/[./\\]/.test(word)) return;
  const near = nearest(word, (program.commands ?? []).map(lastWord));
  if (near === undefined) return;
  const path = absolutePath(platform, word);
  if ((await platform.readFileIfExists(path)) !== undefined) return;
  const { code, message } = missingFile(path);
  throw new SopsError(code, message, {
    hint: `Did you mean the command ${near}? To make a file of that name, write ./${word}.`,
  });
}

/** sops looks up the creation rule for files that exist too, and fails when there are rules and none matches. */
async function checkCreationRule(context: CommandContext, word: string): Promise<void> {
  const { flags, platform } = context;
  const name = absolutePath(platform, flags.text("filename-override") || word);
  await findCreationRule(context, await loadConfig(context), name);
}

import { SopsError } from "../errors.ts";
import type { CommandContext } from "./command.ts";

/**
 * The shell command, which is the second word after the file.
 *
 * @throws SopsError `GENERIC` when there are not exactly two words
 */
export function commandWord({ words }: CommandContext): string {
  const [, command] = words;
  if (command !== undefined && words.length === 2) return command;
  throw new SopsError("GENERIC", "error: missing file to decrypt", {
    hint:
      words.length > 2
        ? "The command is one word for the shell: put it in quotes."
        : "Write: sops-ts exec-env FILE 'COMMAND', or exec-file with {} for the path.",
  });
}

/** Says of a command that runs in the background that sops will not have that for ever. */
export function warnOfBackground({ flags, log }: CommandContext, command: "exec-env" | "exec-file"): void {
  if (!flags.boolean("background")) return;
  log.warning(`${command}'s --background option is deprecated and will be removed in a future version of sops`);
}

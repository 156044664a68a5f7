import { SopsError } from "../errors.ts";
import { splitCommandWords } from "../platform/command-words.ts";
import type { Platform } from "../platform/platform.ts";
import { findProgram } from "./find-program.ts";

/** Editors to look for when no variable names one. */
const fallbackEditors = ["vim", "nano", "vi"];

/**
 * The command of the person's editor, to which the path of the file is appended: `$SOPS_EDITOR`, else `$EDITOR`, split into words without
 * a shell; else vim, nano or vi.
 *
 * @throws SopsError `NO_EDITOR_FOUND`
 */
export function editorCommand(platform: Platform): readonly [string, ...string[]] {
  const variable = ["SOPS_EDITOR", "EDITOR"].find((name) => platform.env(name));
  if (variable === undefined) return [fallbackEditor(platform)];
  const text = platform.env(variable) ?? "";
  const words = splitCommandWords(text);
  if (words === undefined) throw noEditor(`invalid $${variable}: ${text}`, "A quote is not closed.");
  const [name, ...rest] = words;
  if (name === undefined) throw noEditor(`$${variable} names no program`, "Unset it, or set it to an editor.");
  const program = findProgram(platform, name);
  if (program !== undefined) return [program, ...rest];
  throw noEditor(`exec: "${name}": executable file not found in $PATH`, `Change $${variable}.`);
}

function fallbackEditor(platform: Platform): string {
  const found = fallbackEditors.map((name) => findProgram(platform, name)).find((path) => path !== undefined);
  if (found !== undefined) return found;
  throw noEditor(
    "no editor available: sops attempts to use the editor defined in the SOPS_EDITOR or EDITOR environment variables, and if " +
      `that's not set defaults to any of ${fallbackEditors.join(", ")}, but none of them could be found`,
    "Set EDITOR, such as EDITOR='code --wait'.",
  );
}

/** That the editor could not be run, or failed. */
export function noEditor(reason: string, hint?: string): SopsError {
  return new SopsError("NO_EDITOR_FOUND", `Could not run editor: ${reason}`, hint === undefined ? {} : { hint });
}

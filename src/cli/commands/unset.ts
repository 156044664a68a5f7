import { unsetValue } from "../../core/edit.ts";
import { SopsError } from "../../errors.ts";
import type { Command } from "../command.ts";
import { changeNamedFile, pathOfValue } from "../file-change.ts";

/** Removes one value of an encrypted file. */
export const unset: Command = async (context) => {
  const { words, flags } = context;
  const [, index] = words;
  if (words.length !== 2 || index === undefined) {
    throw new SopsError("NO_FILE_SPECIFIED", "Error: no file specified, or index is missing", {
      hint: `Two words are needed: sops-ts unset FILE '["key"]'`,
    });
  }
  const path = pathOfValue(index, "unset");
  try {
    return await changeNamedFile(context, (root) => unsetValue(root, path));
  } catch (error) {
    if (isNotFound(error) && flags.boolean("idempotent")) return {};
    throw error;
  }
};

function isNotFound(error: unknown): boolean {
  return error instanceof SopsError && error.code === "TREE_PATH_NOT_FOUND";
}

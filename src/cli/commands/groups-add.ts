import { SopsError } from "../../errors.ts";
import { addingGroup } from "../../rekey.ts";
import type { Command } from "../command.ts";
import { explaining } from "../explain.ts";
import { changeGroups } from "../group-change.ts";
import { masterKeysOfFlags, parseEncryptionContext } from "../master-keys.ts";

/** Adds a key group to a file. */
export const groupsAdd: Command = async (context) => {
  const { flags, words } = context;
  if (words.length > 0) {
    throw new SopsError("GENERIC", "error: no positional arguments allowed", {
      hint: "The file is named by --file, keys by --age and the like.",
    });
  }
  const encryptionContext = parseEncryptionContext(flags.text("encryption-context"));
  const group = await explaining({ INVALID_MASTER_KEY: { doing: "Failed to add key" } }, () =>
    masterKeysOfFlags(context, "", encryptionContext),
  );
  if (group.length === 0) {
    throw new SopsError("GENERIC", "empty key group provided", {
      hint: "Name the keys of the new group, such as --age age1…",
    });
  }
  const threshold = flags.integer("shamir-secret-sharing-threshold") ?? 0;
  return changeGroups(context, (current) => addingGroup(current, group, threshold));
};

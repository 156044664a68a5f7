import { SopsError } from "../../errors.ts";
import { deletingGroup } from "../../rekey.ts";
import type { Command } from "../command.ts";
import { changeGroups } from "../group-change.ts";
import { goQuote } from "../log.ts";

/** Deletes a key group of a file. */
export const groupsDelete: Command = async (context) => {
  const { flags, words } = context;
  const [word] = words;
  if (words.length !== 1 || word === undefined) {
    throw new SopsError("GENERIC", "error: exactly one positional argument (index) required", {
      hint: "Groups are counted from 0: sops-ts groups delete --file FILE 1",
    });
  }
  const index = parseIndex(word);
  const threshold = flags.integer("shamir-secret-sharing-threshold") ?? 0;
  return changeGroups(context, (current) => deletingGroup(current, index, threshold));
};

function parseIndex(word: string): number {
  if (/^\d+$/.test(word)) return Number(word);
  throw new SopsError("GENERIC", `failed to parse [index] argument: ${goQuote(word)} is not a number`, {
    hint: "Groups are counted from 0.",
  });
}

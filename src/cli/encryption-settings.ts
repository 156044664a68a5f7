import type { Config } from "../config/config.ts";
import type { CreationRule } from "../config/creation-rule.ts";
import { describeKey } from "../core/master-key.ts";
import type { KeyGroup, SelectionRule, SelectionRuleName } from "../core/metadata.ts";
import { SopsError } from "../errors.ts";
import type { Format } from "../stores/store.ts";
import type { CommandContext } from "./command.ts";
import { findCreationRule } from "./configuration.ts";
import type { FlagName } from "./flag-table.ts";
import { masterKeysOfFlags, parseEncryptionContext } from "./master-keys.ts";
import { selectionIgnored } from "./messages.ts";

/** How a new file is to be encrypted. */
export interface EncryptionSettings {
  readonly keyGroups: readonly KeyGroup[];
  /** 0: not said. */
  readonly shamirThreshold: number;
  /** Undefined: not said. */
  readonly selection: SelectionRule | undefined;
  readonly macOnlyEncrypted: boolean;
}

/**
 * What flags and creation rule say together. Keys given by flags or variables take the place of all keys of the rule; of the
 * other settings each flag takes the place of the rule's own.
 *
 * @param name - absolute path of the file, or what stands for it
 * @throws SopsError `CONFLICTING_PARAMETERS` for two selection rules, `CONFIG_NOT_FOUND` when nothing names a key, and what
 * reading rule and keys throws
 */
export async function encryptionSettings(
  context: CommandContext,
  config: Config | undefined,
  file: { readonly name: string; readonly format: Format },
): Promise<EncryptionSettings> {
  const rule = await findCreationRule(context, config, file.name);
  const binary = file.format === "binary";
  const selection = binary ? ignoreSelection(context, rule) : chooseSelection(context, rule);
  const keyGroups = await chooseKeyGroups(context, rule);
  return {
    keyGroups,
    shamirThreshold: context.flags.integer("shamir-secret-sharing-threshold") || (rule?.shamirThreshold ?? 0),
    selection,
    macOnlyEncrypted: !binary && (context.flags.boolean("mac-only-encrypted") || (rule?.macOnlyEncrypted ?? false)),
  };
}

const selectionFlags: Readonly<Record<SelectionRuleName, FlagName>> = {
  unencryptedSuffix: "unencrypted-suffix",
  encryptedSuffix: "encrypted-suffix",
  encryptedRegex: "encrypted-regex",
  unencryptedRegex: "unencrypted-regex",
  encryptedCommentRegex: "encrypted-comment-regex",
  unencryptedCommentRegex: "unencrypted-comment-regex",
};

/** Every selection rule that flags or creation rule give. */
function givenSelection({ flags }: CommandContext, rule: CreationRule | undefined): SelectionRule[] {
  const names = Object.keys(selectionFlags) as SelectionRuleName[];
  return names
    .map((name) => ({
      name,
      value: flags.text(selectionFlags[name]) || (rule?.selection?.name === name ? rule.selection.value : ""),
    }))
    .filter(({ value }) => value !== "");
}

function chooseSelection(context: CommandContext, rule: CreationRule | undefined): SelectionRule | undefined {
  const given = givenSelection(context, rule);
  if (given.length <= 1) return given[0];
  throw new SopsError(
    "CONFLICTING_PARAMETERS",
    "Error: cannot use more than one of encrypted_suffix, unencrypted_suffix, encrypted_regex, unencrypted_regex, " +
      "encrypted_comment_regex, or unencrypted_comment_regex in the same file",
    {
      hint: `Given were ${given.map(({ name }) => selectionFlags[name]).join(" and ")}, by flags or by the creation rule.`,
    },
  );
}

/** A binary file is one value: only what would leave it in clear is worth a word. */
const selectionNames: Partial<Record<SelectionRuleName, string>> = {
  unencryptedSuffix: "an unencrypted suffix",
  encryptedSuffix: "an encrypted suffix",
  encryptedRegex: "an encrypted regex",
  unencryptedRegex: "an unencrypted regex",
  encryptedCommentRegex: "an encrypted comment regex",
};

function ignoreSelection(context: CommandContext, rule: CreationRule | undefined): undefined {
  for (const { name } of givenSelection(context, rule)) {
    const words = selectionNames[name];
    if (words !== undefined) context.log.warning(selectionIgnored(words));
  }
}

async function chooseKeyGroups(context: CommandContext, rule: CreationRule | undefined): Promise<readonly KeyGroup[]> {
  const encryptionContext = parseEncryptionContext(context.flags.text("encryption-context"));
  const group = await masterKeysOfFlags(context, "", encryptionContext);
  if (group.length > 0) {
    context.log.line("debug", `Master keys available:  [${group.map(describeKey).join(" ")}]`);
    return [group];
  }
  if (rule !== undefined) return rule.keyGroups;
  throw new SopsError(
    "CONFIG_NOT_FOUND",
    "config file not found, or has no creation rules, and no keys provided through command line options",
    { hint: "Name a key, such as --age age1…, or write a .sops.yaml with creation_rules." },
  );
}

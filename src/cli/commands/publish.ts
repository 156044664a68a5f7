import { basename, extname, relative } from "node:path";
import type { Config } from "../../config/config.ts";
import { type DestinationRule, destinationRuleFor } from "../../config/destination-rule.ts";
import { compareKeyGroups, differs } from "../../core/key-groups-difference.ts";
import { SopsError } from "../../errors.ts";
import { parseDecryptionOrder } from "../../keys/decryption-order.ts";
import { readEncryptedFile } from "../../rekey.ts";
import { encryptBranches, keyContextOf, openFile, type OperationOptions } from "../../sops.ts";
import { formatForWordOrPath } from "../../stores/format.ts";
import { loadStore } from "../../stores/registry.ts";
import type { Format } from "../../stores/store.ts";
import type { Command, CommandContext } from "../command.ts";
import { loadConfig, outputStoreOptions } from "../configuration.ts";
import { explaining } from "../explain.ts";
import { absolutePath, readInput } from "../files.ts";
import { keyPlanText } from "../key-plan-text.ts";
import { chooseKeyServices } from "../key-services.ts";
import { operationOptions, recordedOptions } from "../operation-options.ts";
import { filesAt } from "../publish/files.ts";
import { placeOf } from "../publish/place.ts";
import { upload } from "../publish/upload.ts";

/** Sends files to the destinations that `.sops.yaml` names. */
export const publish: Command = async (context) => {
  const { flags, platform, words } = context;
  const config = await loadConfig(context);
  if (config === undefined) {
    throw new SopsError("CONFIG_NOT_FOUND", "config file not found", {
      hint: "Write a .sops.yaml with destination_rules here or in a directory above, or name one: sops-ts --config FILE publish …",
    });
  }
  const [root] = words;
  if (root === undefined) throw new SopsError("NO_FILE_SPECIFIED", "Error: no file specified");
  const recursive = flags.boolean("recursive");
  const decryptionOrder = parseDecryptionOrder(flags.text("decryption-order"));
  for (const path of filesAt(platform, root, { recursive })) {
    // One after the other: each is asked about, and the first that fails is the last.
    await publishFile({ context, config, path, root, recursive, decryptionOrder });
  }
  return {};
};

/** The work on one file. */
interface Publication {
  readonly context: CommandContext;
  readonly config: Config;
  /** As the user typed it, or what was found below that. */
  readonly path: string;
  readonly root: string;
  readonly recursive: boolean;
  readonly decryptionOrder: readonly string[];
}

async function publishFile(work: Publication): Promise<void> {
  const { context, config, path, recursive } = work;
  const { platform } = context;
  const keyContext = keyContextOf(operationOptions(context));
  const rule = await destinationRuleFor(config, path, { keyContext });
  const absolute = absolutePath(platform, path);
  const name = publishedName(work, rule);
  const place = placeOf(rule.destination, name, platform);
  const file = await readInput(platform, path);
  // With sops a file that cannot be read and one that is no file of its format differ in the exit status.
  const content = await explaining({ COULD_NOT_READ_INPUT_FILE: { code: "GENERIC" } }, () =>
    publishedContent(work, rule, file),
  );
  if (!context.flags.boolean("yes") && !(await isWanted(context, `uploading ${absolute} to ${place} ? (y/n): `))) {
    const message = `Publication of ${absolute} canceled`;
    if (!recursive) throw new SopsError("GENERIC", message);
    return context.print(`${message}\n`);
  }
  const failure = `could not publish ${absolute} to ${place}`;
  await upload(rule.destination, { content, name }, { context: keyContext, log: context.log, failure });
}

function publishedName({ context, path, root, recursive }: Publication, { omitExtensions }: DestinationRule): string {
  // A file that was named itself has no path relative to itself.
  const name = recursive && path !== root ? relative(root, path) : basename(path);
  const extension = omitExtensions || context.flags.boolean("omit-extensions") ? extname(path) : "";
  return name.slice(0, name.length - extension.length).replaceAll("\\", "/");
}

/** The file as it is, with the keys of the recreation rule, or for Vault its values. */
async function publishedContent(work: Publication, rule: DestinationRule, file: Uint8Array): Promise<Uint8Array> {
  const { context, decryptionOrder, path } = work;
  const format = formatForWordOrPath("", path);
  const { metadata } = await readEncryptedFile(file, format);
  const { keyGroups } = rule.recreationRule;
  const isVault = rule.destination.kind === "vault";
  if (!isVault && !keyGroups.some((group) => group.length > 0)) return file;
  if (!isVault) context.log.line("debug", "Re-encrypting tree before publishing", {}, "PUBLISH");
  const keyServices = await chooseKeyServices(context, "COULD_NOT_RETRIEVE_KEY");
  const options = { ...recordedOptions(context, absolutePath(context.platform, path)), keyServices, decryptionOrder };
  const { branches } = await openFile(file, await loadStore(format), options);
  if (isVault) return (await import("../publish/vault-kv.ts")).valuesAsJson(branches);
  const differences = compareKeyGroups(metadata.keyGroups, keyGroups);
  if (differences.some(differs)) {
    const plan = keyPlanText({ before: 0, after: 0 }, differences, { color: context.printsColor() });
    context.print(`The following changes will be made to the file's key groups:\n${plan}`);
  }
  return recreate(work, rule, { branches, format, options });
}

/** What stays plain in the published file stands in its metadata, by the default rule too: readers take it from there. */
async function recreate(
  { context, config }: Publication,
  { recreationRule }: DestinationRule,
  opened: {
    readonly branches: Awaited<ReturnType<typeof openFile>>["branches"];
    readonly format: Format;
    readonly options: OperationOptions;
  },
): Promise<Uint8Array> {
  const { branches, format, options } = opened;
  const output = await loadStore(format, outputStoreOptions(context, config, format));
  return encryptBranches(branches, output, { ...options, ...recreationRule, format });
}

async function isWanted({ print, readLine }: CommandContext, question: string): Promise<boolean> {
  for (;;) {
    print(question);
    const answer = (await readLine())?.trim();
    if (answer === "y" || answer === "n") return answer === "y";
    if (answer === undefined) {
      throw new SopsError("GENERIC", "EOF: standard input ended before there was an answer; nothing was sent", {
        hint: "Answer y or n, or run with -y.",
      });
    }
  }
}

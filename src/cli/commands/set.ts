import { decodeUtf8Replacing } from "../../bytes.ts";
import { setValue } from "../../core/edit.ts";
import type { Value } from "../../core/tree.ts";
import { messageOf, SopsError } from "../../errors.ts";
import { PlatformError } from "../../platform/platform.ts";
import { parseJsonValue } from "../../stores/json/parse.ts";
import type { Command, CommandContext } from "../command.ts";
import { changeNamedFile, pathOfValue } from "../file-change.ts";

/** Sets one value of an encrypted file. */
export const set: Command = async (context) => {
  const { flags, log } = context;
  checkWords(context);
  const path = pathOfValue(context.words[1] ?? "", "set");
  const value = valueFromJson(await valueText(context));
  let changed = true;
  const result = await changeNamedFile(context, (root) => {
    changed = setValue(root, path, value);
  });
  if (changed || !flags.boolean("idempotent")) return result;
  log.info("File not written due to no change");
  return {};
};

const example = `sops-ts set FILE '["key"]' '"value"'`;

function checkWords({ flags, words }: CommandContext): void {
  const fromStdin = flags.boolean("value-stdin");
  if (fromStdin && flags.boolean("value-file")) {
    throw new SopsError("GENERIC", "Error: cannot use both --value-file and --value-stdin");
  }
  if (words.length === (fromStdin ? 2 : 3)) return;
  const message = fromStdin
    ? "Error: no file specified, or index is missing. Need precisely 2 positional arguments since --value-stdin is used."
    : "Error: no file specified, or index and value are missing. Need precisely 3 positional arguments.";
  throw new SopsError("NO_FILE_SPECIFIED", message, {
    hint: fromStdin ? `Write: echo '"value"' | sops-ts set --value-stdin FILE '["key"]'` : `Write: ${example}`,
  });
}

async function valueText({ flags, words, platform, readStdin }: CommandContext): Promise<string> {
  if (flags.boolean("value-stdin")) return decodeUtf8Replacing(await readStdin());
  const word = words[2] ?? "";
  if (!flags.boolean("value-file")) return word;
  try {
    return decodeUtf8Replacing(await platform.readFile(word));
  } catch (error) {
    if (!(error instanceof PlatformError)) throw error;
    throw new SopsError("GENERIC", `Error reading value file: ${error.message}`, { cause: error });
  }
}

/** A number alone is a float, as in sops, unless it is an integer that no float can hold; inside a value integers are integers. */
function valueFromJson(text: string): Value {
  const value = parseJson(text);
  if (typeof value !== "bigint") return value;
  const float = Number(text);
  return BigInt(float) === value ? float : value;
}

function parseJson(text: string): Value {
  try {
    return parseJsonValue(text);
  } catch (error) {
    if (!(error instanceof SopsError)) throw error;
    const reason = messageOf(error).replace(/^Could not unmarshal input data: /, "");
    throw new SopsError("INVALID_SET_FORMAT", `Value for --set is not valid JSON: ${reason}`, {
      cause: error,
      hint: `A text needs quotes of its own beside those of the shell: ${example}`,
    });
  }
}

import { cipher } from "#cipher";
import { decodeByteString } from "../../bytes.ts";
import { SopsError } from "../../errors.ts";
import { generateNativeKey, recipientsOfIdentities } from "../../keys/age/native-key.ts";
import type { Command, CommandContext, CommandResult } from "../command.ts";
import { absolutePath } from "../files.ts";
import { rfc3339 } from "../log.ts";
import { createPrivateFile, isOutputShared, sharedOutput } from "../private-file.ts";
import { versionLine } from "../version.ts";

/** Makes an age key, or tells the recipients of one; in age-keygen's place. */
export const ageKeygen: Command = async (context) => {
  const { flags, words } = context;
  if (flags.boolean("version")) return { content: versionLine({ bare: false }) };
  const mostWords = flags.boolean("y") ? 1 : 0;
  if (words.length > mostWords) throw new SopsError("GENERIC", "too many arguments", tooMany(context));
  if (!flags.boolean("y")) return makeKey(context);
  if (flags.boolean("pq")) throw new SopsError("GENERIC", "-pq cannot be used with -y");
  const recipients = await recipientsOfIdentities(await readIdentities(context), cipher);
  return write(context, recipients.map((recipient) => `${recipient}\n`).join(""));
};

function tooMany({ flags }: CommandContext): { hint?: string } {
  return flags.boolean("y") ? {} : { hint: "To print the recipients of a file: sops-ts age-keygen -y FILE" };
}

async function makeKey(context: CommandContext): Promise<CommandResult> {
  const { identity, recipient } = await generateNativeKey(context.flags.boolean("pq") ? "hybrid" : "x25519", cipher);
  const text = `# created: ${rfc3339(new Date())}\n# public key: ${recipient}\n${identity}\n`;
  const result = write(context, text);
  if (result.content !== undefined && isOutputShared()) context.log.plain(sharedOutput);
  if (result.content === undefined || !context.printsToTerminal()) context.log.plain(`Public key: ${recipient}`);
  return result;
}

/** Writes to the file that `-o` names, or leaves it to be printed. */
function write(context: CommandContext, text: string): CommandResult {
  const output = context.flags.text("output");
  if (output === "") return { content: text };
  createPrivateFile(absolutePath(context.platform, output), text);
  return {};
}

async function readIdentities({ words, platform, readStdin }: CommandContext): Promise<string> {
  const [path = "-"] = words;
  return decodeByteString(path === "-" ? await readStdin() : await platform.readFile(absolutePath(platform, path)));
}

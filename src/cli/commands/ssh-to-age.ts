import { cipher } from "#cipher";
import { decodeByteString } from "../../bytes.ts";
import { SopsError } from "../../errors.ts";
import { nativeKeyOfSshKey, recipientOfSshKey } from "../../keys/age/ssh-conversion.ts";
import { parseSshPrivateKey } from "../../keys/age/ssh-private-key.ts";
import type { Command, CommandContext, CommandResult } from "../command.ts";
import { absolutePath } from "../files.ts";
import { describeError } from "../messages.ts";
import { isOutputShared, replacePrivateFile, sharedOutput } from "../private-file.ts";
import { findSshKey } from "../ssh-key-line.ts";
import { versionLine } from "../version.ts";

/** Converts SSH keys to age keys; in ssh-to-age's place, but what it reads is never shown. */
export const sshToAge: Command = async (context) => {
  const { flags, words } = context;
  if (flags.boolean("version")) return { content: versionLine({ bare: false }) };
  if (words.length > 0) {
    context.log.plain("unexpected argument: files are named with -i");
    return { exitCode: 2 };
  }
  return flags.boolean("private-key") ? convertPrivateKey(context) : convertPublicKeys(context);
};

async function convertPrivateKey(context: CommandContext): Promise<CommandResult> {
  const passphrase = await readPassphrase(context);
  const protection = passphrase === undefined ? undefined : { passphrase, cipher };
  const key = await parseSshPrivateKey(await readInput(context), protection);
  if ("problem" in key) throw unusable(key.problem, key.needsPassphrase);
  if (key.type !== "ssh-ed25519") throw unusable(`it is of type ${key.type}`);
  const text = `${nativeKeyOfSshKey(key.seed, cipher).identity}\n`;
  const output = outputOf(context);
  if (output === undefined) {
    if (isOutputShared()) context.log.plain(sharedOutput);
    return { content: text };
  }
  replacePrivateFile(output, text);
  return {};
}

function unusable(reason: string, needsPassphrase = false): SopsError {
  return new SopsError("GENERIC", `failed to convert the private key: ${reason}`, {
    hint: needsPassphrase
      ? "Set SSH_TO_AGE_PASSPHRASE, or write the passphrase to standard input and add -stdinpass."
      : "It must be an ed25519 key as ssh-keygen writes it, and the passphrase must be the key's.",
  });
}

async function readPassphrase(context: CommandContext): Promise<string | undefined> {
  const { flags, platform } = context;
  if (!flags.boolean("stdinpass")) return platform.env("SSH_TO_AGE_PASSPHRASE") || undefined;
  if (isStdin(flags.text("input"))) {
    throw new SopsError("GENERIC", "cannot read both private key and passphrase from stdin", {
      hint: "Name the file of the key with -i.",
    });
  }
  return decodeByteString(await context.readStdin()).replace(/[\r\n]+$/, "");
}

/** Converts line by line; what comes before a line that is no key is printed, as the reader of a pipe may have use for it. */
async function convertPublicKeys(context: CommandContext): Promise<CommandResult> {
  const recipients: string[] = [];
  let failure: SopsError | undefined;
  for (const [index, line] of (await readInput(context)).split("\n").entries()) {
    try {
      const recipient = await convertLine(line, index + 1, context);
      if (recipient !== undefined) recipients.push(recipient);
    } catch (error) {
      if (!(error instanceof SopsError)) throw error;
      failure = error;
      break;
    }
  }
  const content = recipients.map((recipient) => `${recipient}\n`).join("");
  const path = outputOf(context);
  if (failure === undefined) return { content, destination: path === undefined ? undefined : { path, inPlace: false } };
  context.log.plain(describeError(failure).trimEnd());
  return path === undefined ? { content, exitCode: 1 } : { exitCode: 1 };
}

async function convertLine(line: string, lineNumber: number, { log }: CommandContext): Promise<string | undefined> {
  const text = line.trim();
  if (text === "" || text.startsWith("#")) return undefined;
  const key = findSshKey(text);
  if ("problem" in key) throw new SopsError("GENERIC", `failed to convert line ${lineNumber}: ${key.problem}`);
  if (key.point === undefined) {
    log.plain(`skipped key: got ${key.type} key type, but only ed25519 keys are supported`);
    return undefined;
  }
  return recipientOfSshKey(key.point);
}

async function readInput({ flags, platform, readStdin }: CommandContext): Promise<string> {
  const path = flags.text("input");
  return decodeByteString(isStdin(path) ? await readStdin() : await platform.readFile(absolutePath(platform, path)));
}

function isStdin(path: string): boolean {
  return path === "" || path === "-";
}

/** The file that `-o` names; undefined for standard output. */
function outputOf({ flags, platform }: CommandContext): string | undefined {
  const path = flags.text("output");
  return path === "" || path === "-" ? undefined : absolutePath(platform, path);
}

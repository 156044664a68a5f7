import type { AgeKey } from "../../core/metadata.ts";
import { messageOf, SopsError } from "../../errors.ts";
import type { KeyContext, KeySource } from "../key-source.ts";
import { encryptAgeFile } from "./age-file.ts";
import { parseRecipient } from "./recipient.ts";
import { unwrapWithIdentities } from "./unwrap.ts";

/** The key source for age recipients: X25519, hybrid post-quantum, ssh-ed25519, ssh-rsa, and those of plugins. */
export const age: KeySource<AgeKey> = {
  kind: "age",
  parse: parseRecipients,
  wrap,
  unwrap: unwrapWithIdentities,
};

async function parseRecipients(text: string, context: KeyContext): Promise<AgeKey[]> {
  if (text === "") return [];
  const recipients = text.split(",").map((recipient) => recipient.trim());
  for (const recipient of recipients) await parseRecipient(recipient, context);
  return recipients.map((recipient) => ({ kind: "age", recipient, enc: "" }));
}

async function wrap(key: AgeKey, dataKey: Uint8Array, context: KeyContext): Promise<string> {
  const recipient = await parseRecipient(key.recipient.trim(), context);
  try {
    return await encryptAgeFile(dataKey, recipient, context.cipher);
  } catch (error) {
    const message = `failed to create writer for encrypting sops data key with age: ${messageOf(error)}`;
    const hint = error instanceof SopsError ? error.hint : undefined;
    throw new SopsError("COULD_NOT_GENERATE_DATA_KEY", message, hint === undefined ? {} : { hint });
  }
}

import { messageOf, SopsError } from "../../errors.ts";
import type { Cipher } from "../../crypto/cipher.ts";
import type { KeyContext } from "../key-source.ts";
import type { AnyRecipient } from "./age-file.ts";
import { decodeBech32 } from "./bech32.ts";
import { pluginOfRecipient } from "./plugin-name.ts";
import { x25519Bytes, x25519Recipient } from "./x25519.ts";

const hybridBytes = 1216;

/**
 * The recipient that a text stands for: `age1pq1…` hybrid, `age1NAME1…` of a plugin, other `age1…` X25519, `ssh-ed25519 …` and
 * `ssh-rsa …` with or without a comment.
 *
 * @throws SopsError `INVALID_MASTER_KEY`; the message quotes a recipient, but nothing that looks like a secret key
 */
export async function parseRecipient(text: string, context: KeyContext): Promise<AnyRecipient> {
  if (text.startsWith("age1")) return parseNative(text, context);
  if (text.startsWith("ssh-")) return parseSsh(text, context.cipher);
  if (/AGE-SECRET-KEY-|AGE-PLUGIN-|PRIVATE KEY/i.test(text)) {
    throw invalid(
      "failed to parse input, an age identity (a secret key) stands where a recipient (a public key) should",
      {
        hint: "Print the recipient of an identity with: age-keygen -y FILE. If the identity was shown to others, replace it.",
      },
    );
  }
  throw invalid(`failed to parse input, unknown recipient type: ${JSON.stringify(text)}`);
}

function parseNative(text: string, context: KeyContext): AnyRecipient {
  if (text.startsWith("age1pq1")) {
    decodeRecipient(text, "age1pq", hybridBytes);
    return text;
  }
  if (text.indexOf("1", 4) !== -1) return parsePlugin(text, context);
  return x25519Recipient(decodeRecipient(text, "age", x25519Bytes), context.cipher);
}

function decodeRecipient(text: string, prefix: string, length: number): Uint8Array {
  const fail = (reason: string): SopsError => {
    const start = "failed to parse input as Bech32-encoded age public key: malformed recipient";
    return invalid(`${start} ${JSON.stringify(text)}: ${reason}`);
  };
  const decoded = decodeBech32(text);
  if (typeof decoded === "string") throw fail(decoded);
  if (decoded.prefix !== prefix) throw fail(`invalid type ${JSON.stringify(decoded.prefix)}`);
  if (decoded.bytes.length !== length) {
    throw fail(`invalid public key: ${decoded.bytes.length} bytes and not ${length}`);
  }
  return decoded.bytes;
}

/** The plugin itself is started only when something is wrapped. */
function parsePlugin(text: string, context: KeyContext): AnyRecipient {
  const plugin = pluginOfRecipient(text);
  if ("problem" in plugin) {
    throw invalid(`failed to parse input as age key from age plugin: ${JSON.stringify(text)}: ${plugin.problem}`);
  }
  return {
    async wrapFileKey(fileKey) {
      const { pluginRecipient } = await import("./plugin.ts");
      return pluginRecipient(plugin.name, text, context).wrapFileKey(fileKey);
    },
  };
}

async function parseSsh(text: string, cipher: Cipher): Promise<AnyRecipient> {
  const { parseSshPublicKey } = await import("./ssh-public-key.ts");
  const key = parseSshPublicKey(text);
  try {
    if (typeof key === "string") throw invalid(key);
    if (key.type === "ssh-rsa") return (await import("./ssh-rsa.ts")).sshRsaRecipient(key, cipher);
    return await (await import("./ssh-ed25519.ts")).sshEd25519Recipient(key, cipher);
  } catch (error) {
    const start = "failed to parse input as age-ssh public key: malformed SSH recipient";
    throw invalid(`${start}: ${JSON.stringify(text)}: ${messageOf(error)}`);
  }
}

function invalid(message: string, details: { hint?: string } = {}): SopsError {
  return new SopsError("INVALID_MASTER_KEY", message, details);
}

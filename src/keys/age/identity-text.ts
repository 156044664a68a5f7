import type { Cipher } from "../../crypto/cipher.ts";
import { SopsError } from "../../errors.ts";
import type { KeyContext } from "../key-source.ts";
import { decodeBech32 } from "./bech32.ts";
import type { OtherIdentity } from "./identity.ts";
import { hybridIdentity } from "./hybrid.ts";
import { pluginOfIdentity } from "./plugin-name.ts";
import type { Identity } from "./stanza.ts";
import { x25519Bytes, x25519Identity } from "./x25519.ts";

/*
 * The texts here are secret keys. Messages name the place and the line; never do they hold a piece of the text, and no error
 * of another library becomes a cause.
 */

/** How identities stand in a text: one a line, or separated by any blanks. */
export type IdentityLayout = "lines" | "words";

/**
 * Parses identities. Lines that are empty or begin with `#` are skipped. Nothing is asked or run before an identity is used.
 *
 * @param place - what messages call the text, such as `SOPS_AGE_KEY`
 * @throws SopsError `COULD_NOT_RETRIEVE_KEY` for the first that is malformed
 */
export function parseIdentityText(
  text: string,
  layout: IdentityLayout,
  place: string,
  context: KeyContext,
): { native: Identity[]; others: OtherIdentity[] } {
  const native: Identity[] = [];
  const others: OtherIdentity[] = [];
  for (const { word, number } of identityWords(text, layout)) {
    const identity = word.startsWith("AGE-PLUGIN-") ? parsePlugin(word, context) : parseNative(word, context.cipher);
    if ("problem" in identity) throw malformedIdentity(place, number, identity);
    if ("native" in identity) native.push(identity.native);
    else others.push(identity);
  }
  return { native, others };
}

function* identityWords(text: string, layout: IdentityLayout): Generator<{ word: string; number: number }> {
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line === "" || line.startsWith("#")) continue;
    const words = layout === "lines" ? [line] : line.split(/[\s\u0085]+/).filter((word) => word !== "");
    for (const word of words) yield { word, number: index + 1 };
  }
}

interface IdentityProblem {
  readonly problem: string;
  readonly hint?: string;
}

function parseNative(word: string, cipher: Cipher): { native: Identity } | IdentityProblem {
  const hybrid = word.startsWith("AGE-SECRET-KEY-PQ-1");
  if (!hybrid && !word.startsWith("AGE-SECRET-KEY-1")) return unknownType(word);
  const decoded = decodeBech32(word);
  if (typeof decoded === "string") return { problem: `malformed secret key: ${decoded}` };
  if (decoded.bytes.length !== x25519Bytes) return { problem: "malformed secret key: invalid length" };
  if (decoded.prefix !== (hybrid ? "AGE-SECRET-KEY-PQ-" : "AGE-SECRET-KEY-")) {
    return { problem: "malformed secret key: unknown type" };
  }
  return { native: hybrid ? hybridIdentity(word) : x25519Identity(decoded.bytes, cipher) };
}

function parsePlugin(word: string, context: KeyContext): OtherIdentity | IdentityProblem {
  const plugin = pluginOfIdentity(word);
  if ("problem" in plugin) return plugin;
  return {
    async unlock() {
      const { pluginIdentity } = await import("./plugin.ts");
      return [pluginIdentity(plugin.name, word, context)];
    },
  };
}

function unknownType(word: string): IdentityProblem {
  const problem = "unknown identity type";
  if (word.startsWith("\uFEFF")) {
    return {
      problem,
      hint: "The text begins with a byte order mark, which age refuses: save it as UTF-8 without one.",
    };
  }
  if (/^-+BEGIN .*PRIVATE KEY/.test(word)) {
    return { problem, hint: "For an SSH private key, set SOPS_AGE_SSH_PRIVATE_KEY_FILE to the path of its file." };
  }
  if (word.startsWith("age1")) {
    return { problem, hint: "This is a recipient (a public key). What opens files is the identity, AGE-SECRET-KEY-1…" };
  }
  return { problem };
}

function malformedIdentity(place: string, number: number, { problem, hint }: IdentityProblem): SopsError {
  const message = `failed to parse '${place}' age identities: error at line ${number}: ${problem}`;
  return new SopsError("COULD_NOT_RETRIEVE_KEY", message, hint === undefined ? {} : { hint });
}

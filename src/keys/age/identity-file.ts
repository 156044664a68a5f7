import { messageOf, SopsError } from "../../errors.ts";
import type { KeyContext } from "../key-source.ts";
import { unusable, type ParsedIdentities } from "./identity.ts";
import { parseIdentityText, type IdentityLayout } from "./identity-text.ts";
import { malformed } from "./malformed.ts";

/**
 * The identities of an identity file: its own, or those in it when a passphrase protects it. One malformed identity makes the whole
 * file unusable.
 *
 * @param place - what messages and questions call the file, such as `SOPS_AGE_KEY`
 */
export async function parseIdentities(
  text: string,
  layout: IdentityLayout,
  place: string,
  context: KeyContext,
): Promise<ParsedIdentities> {
  try {
    if (!isAgeFile(text)) return { ...parseIdentityText(text, layout, place, context), problems: [] };
    const { lockedIdentities } = await import("./locked-identities.ts");
    return { native: [], others: [lockedIdentities(text, place, context)], problems: [] };
  } catch (error) {
    return unusable(error instanceof SopsError ? error : malformed(messageOf(error)));
  }
}

/** Whether a text is an age file, armored or not. */
function isAgeFile(text: string): boolean {
  return /^(?:age-encryption|-----BEGIN AGE)/.test(text);
}

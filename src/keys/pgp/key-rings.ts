import { messageOf, SopsError } from "../../errors.ts";
import type { Platform } from "../../platform/platform.ts";
import type { KeyContext } from "../key-source.ts";
import type { KeyMaterial } from "./openpgp.ts";

/** The armored blocks of PGP keys among the identities that the caller gave. */
export function givenKeys({ identities }: KeyContext): readonly KeyMaterial[] {
  return identities.flatMap((text) => text.match(keyBlock) ?? []);
}

const keyBlock = /^-----BEGIN PGP (PRIVATE|PUBLIC) KEY BLOCK-----\r?$[^]*?^-----END PGP \1 KEY BLOCK-----/gm;

/** The public key ring of gpg's releases before 2.1, if it is there. */
export async function publicRing(platform: Platform): Promise<readonly KeyMaterial[]> {
  const bytes = await platform.readFileIfExists(ringPath("pubring.gpg", platform));
  return bytes === undefined ? [] : [bytes];
}

/**
 * The secret key ring of gpg's releases before 2.1; where there is none, the public one, which may hold secret keys.
 *
 * @throws SopsError `COULD_NOT_RETRIEVE_KEY` when there is neither
 */
export async function secretRing(platform: Platform): Promise<readonly KeyMaterial[]> {
  try {
    const bytes = await platform.readFileIfExists(ringPath("secring.gpg", platform));
    return [bytes ?? (await platform.readFile(ringPath("pubring.gpg", platform)))];
  } catch (error) {
    throw new SopsError("COULD_NOT_RETRIEVE_KEY", `could not load secring: ${messageOf(error)}`);
  }
}

function ringPath(name: string, platform: Platform): string {
  const home = platform.env("GNUPGHOME") || `${platform.homeDirectory() ?? ""}/.gnupg`;
  return `${home.replace(/(?<=.)[/\\]+$/, "")}/${name}`;
}

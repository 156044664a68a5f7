import type { PgpKey } from "../../core/metadata.ts";
import { pgpKey } from "../../core/parse-master-key.ts";
import { messageOf, SopsError, type SopsErrorCode } from "../../errors.ts";
import { askSecret } from "../ask.ts";
import { askAgent } from "../gpg-agent.ts";
import type { KeyContext, KeySource } from "../key-source.ts";
import { decryptWithGpg, encryptWithGpg } from "./gpg.ts";
import { givenKeys, publicRing, secretRing } from "./key-rings.ts";
import { type AskPassphrase, decryptWithKeys, encryptWithKeys, type KeyMaterial } from "./openpgp.ts";

/**
 * The key source for PGP keys. Keys in memory go first, then the key rings of old releases of gpg, both with OpenPGP.js; then the
 * gpg binary, which has all the others.
 *
 * @see sops pgp/keysource.go
 */
export const pgp: KeySource<PgpKey> = {
  kind: "pgp",
  parse: (text) => (text === "" ? [] : text.split(",").map(pgpKey)),
  async wrap({ fingerprint }, dataKey, context) {
    const withKeys = async (material: readonly KeyMaterial[]): Promise<string> => {
      const message = material.length === 0 ? undefined : await encryptWithKeys(fingerprint, dataKey, material);
      if (message !== undefined) return message;
      throw new SopsError(
        "COULD_NOT_GENERATE_DATA_KEY",
        `key with fingerprint '${fingerprint}' is not available in keyring`,
      );
    };
    return firstOf("encrypt", context, [
      ["OpenPGP.js", "memory", () => withKeys(givenKeys(context))],
      ["OpenPGP.js", "system", async () => withKeys(await publicRing(context.platform))],
      ["GnuPG binary", "system", () => encryptWithGpg(fingerprint, dataKey, context.platform)],
    ]);
  },
  async unwrap({ enc }, context) {
    const askPassphrase = passphraseAsker(context);
    return firstOf("decrypt", context, [
      ["OpenPGP.js", "memory", () => decryptWithKeys(enc, givenKeys(context), askPassphrase)],
      ["OpenPGP.js", "system", async () => decryptWithKeys(enc, await secretRing(context.platform), askPassphrase)],
      ["GnuPG binary", "system", () => decryptWithGpg(enc, context.platform)],
    ]);
  },
};

/** What does it, where its keys are, and how it is done. */
type Way<Result> = readonly [name: string, keys: "memory" | "system", act: () => Promise<Result>];

const codes = {
  encrypt: "COULD_NOT_GENERATE_DATA_KEY",
  decrypt: "COULD_NOT_RETRIEVE_KEY",
} as const satisfies Record<string, SopsErrorCode>;

/** The result of the first way that leads anywhere. */
async function firstOf<Result>(
  verb: keyof typeof codes,
  context: KeyContext,
  ways: readonly Way<Result>[],
): Promise<Result> {
  const onlyMemory = context.onlyGivenIdentities || context.platform.os === "browser";
  const inMemory = givenKeys(context).length > 0;
  const usable = ways.filter(([, keys]) => (keys === "memory" ? inMemory : !onlyMemory));
  const reasons: string[] = usable.length === 0 ? ["no PGP keys were given"] : [];
  const hints: (string | undefined)[] =
    usable.length === 0 ? ["Give the armored key blocks among the option's identities."] : [];
  for (const [name, , act] of usable) {
    try {
      return await act();
    } catch (error) {
      reasons.push(`${name} error: ${messageOf(error)}`);
      hints.push(error instanceof SopsError ? error.hint : undefined);
    }
  }
  const hint = hints.find((text) => text !== undefined);
  throw new SopsError(codes[verb], `could not ${verb} data key with PGP key: ${reasons.join("; ")}`, {
    ...(hint === undefined ? {} : { hint }),
  });
}

function passphraseAsker(context: KeyContext): AskPassphrase {
  return async ({ fingerprint, keyId }) => {
    const question = `Enter passphrase for PGP key ${fingerprint}:`;
    if (context.askSecret === undefined && !context.onlyGivenIdentities) {
      const shortId = keyId.slice(-8);
      const request = { cacheId: shortId, description: `Unlock key ${shortId} to decrypt sops's key` };
      const passphrase = await askAgent(request, context.platform);
      if (passphrase !== undefined) return passphrase;
    }
    return askSecret(context, question);
  };
}

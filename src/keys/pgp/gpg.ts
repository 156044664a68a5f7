import { concatBytes, decodeUtf8Replacing, encodeByteString } from "../../bytes.ts";
import { messageOf, SopsError } from "../../errors.ts";
import type { Platform, RunResult } from "../../platform/platform.ts";

/*
 * The gpg binary, started as sops starts it: agent, smart cards, trust and key search are gpg's own affair.
 */

/**
 * Encrypts a data key with gpg.
 *
 * @returns the armored message without a newline at its end
 * @throws SopsError `COULD_NOT_GENERATE_DATA_KEY` with what gpg said
 * @see sops pgp/keysource.go, `encryptWithGnuPG`
 */
export async function encryptWithGpg(fingerprint: string, dataKey: Uint8Array, platform: Platform): Promise<string> {
  const words = ["--no-default-recipient", "--yes", "--encrypt", "-a", "-r", fingerprint];
  const trust = ["--trusted-key", shortKeyId(fingerprint), "--no-encrypt-to"];
  const fail = (reason: string, hint?: string): SopsError =>
    new SopsError("COULD_NOT_GENERATE_DATA_KEY", `failed to encrypt sops data key with pgp: ${reason}`, {
      ...(hint === undefined ? {} : { hint }),
    });
  const { stdout } = await runGpg([...words, ...trust], dataKey, platform, fail);
  return decodeUtf8Replacing(stdout).trim();
}

/**
 * Decrypts a data key with gpg.
 *
 * @throws SopsError `COULD_NOT_RETRIEVE_KEY` with what gpg said
 * @see sops pgp/keysource.go, `decryptWithGnuPG`
 */
export async function decryptWithGpg(message: string, platform: Platform): Promise<Uint8Array> {
  const fail = (reason: string, hint?: string): SopsError =>
    new SopsError("COULD_NOT_RETRIEVE_KEY", `failed to decrypt sops data key with pgp: ${reason}`, {
      ...(hint === undefined ? {} : { hint }),
    });
  const { stdout } = await runGpg(["-d"], encodeByteString(message), platform, fail);
  // Old releases of gpg do so with messages of a newer kind that they do not know.
  if (stdout.length === 0) throw fail("zero bytes returned", "Update GnuPG: a newer one has encrypted the file's key.");
  return concatBytes(stdout);
}

type Failure = (reason: string, hint?: string) => SopsError;

async function runGpg(words: string[], stdin: Uint8Array, platform: Platform, fail: Failure): Promise<RunResult> {
  const program = platform.env("SOPS_GPG_EXEC") || "gpg";
  const result = await platform.run([program, ...words], { stdin }).catch((error: unknown) => {
    throw fail(messageOf(error), "Install GnuPG, or set SOPS_GPG_EXEC to the path of gpg.");
  });
  if (result.status === 0) return result;
  const said = decodeUtf8Replacing(result.stderr).trim();
  throw fail(
    said || (result.status === undefined ? "a signal ended gpg" : `gpg ended with exit status ${result.status}`),
  );
}

/** The last 16 digits, which old releases of gpg want, and the `!` of a subkey. */
function shortKeyId(fingerprint: string): string {
  return fingerprint.slice(fingerprint.endsWith("!") ? -17 : -16);
}

import { decodeByteString } from "../bytes.ts";
import type { Cipher } from "../crypto/cipher.ts";
import { messageOf, SopsError } from "../errors.ts";
import { recipientsOfIdentities } from "../keys/age/native-key.ts";
import { nativeKeyOfSshKey } from "../keys/age/ssh-conversion.ts";
import { parseSshPrivateKey, type SshPrivateKey } from "../keys/age/ssh-private-key.ts";
import { pgpKeyOfRsaKey } from "../keys/pgp/rsa-key-block.ts";
import type { Platform } from "../platform/platform.ts";
import type { Failures } from "./failures.ts";
import type { Manifest } from "./manifest.ts";

/** The keys that a manifest names, in memory alone. */
export interface InstallerIdentities {
  /** Texts as the library takes them. */
  readonly texts: readonly string[];
  /** For people: recipients with the places of their identities. */
  readonly tried: readonly string[];
  /** The platform, with the variables that the manifest sets in its environment. */
  readonly platform: Platform;
}

/** What collecting keys takes. */
export interface IdentityContext {
  readonly platform: Platform;
  readonly cipher: Cipher;
  readonly failures: Failures;
  /** What lines of imports begin with. */
  readonly program: string;
  /** Takes a line for standard output. */
  print(line: string): void;
  /** Takes a line for standard error. */
  report(line: string): void;
}

/**
 * Reads the keys of a manifest: SSH host keys, which serve as age keys in both of age's ways or as PGP keys, and the age key
 * file. Keys of SSH that cannot be used are reported; the age key file must be there.
 *
 * @throws SopsError `COULD_NOT_RETRIEVE_KEY` without the age key file
 */
export async function collectIdentities(manifest: Manifest, context: IdentityContext): Promise<InstallerIdentities> {
  const collector = new Collector(manifest, context);
  for (const path of manifest.sshKeyPaths) await collector.addPgpKey(path);
  for (const path of manifest.ageSshKeyPaths) await collector.addSshKey(path);
  if (manifest.ageKeyFile !== "") await context.failures.tolerate(() => collector.addKeyFile(manifest.ageKeyFile));
  return collector.identities();
}

class Collector {
  readonly #manifest: Manifest;
  readonly #context: IdentityContext;
  readonly #texts: string[] = [];
  readonly #tried: string[] = [];

  constructor(manifest: Manifest, context: IdentityContext) {
    this.#manifest = manifest;
    this.#context = context;
  }

  identities(): InstallerIdentities {
    const { gnupgHome, ageKeyFile, ageSshKeyPaths } = this.#manifest;
    const replacesKeyFile = ageKeyFile !== "" || ageSshKeyPaths.length > 0;
    const platform = withVariables(this.#context.platform, {
      ...(replacesKeyFile ? { SOPS_AGE_KEY_FILE: undefined } : {}),
      ...(gnupgHome === "" ? {} : { GNUPGHOME: gnupgHome }),
    });
    const tried = [...this.#tried, ...(gnupgHome === "" ? [] : [`the PGP keys of ${gnupgHome}`])];
    return { texts: this.#texts, tried, platform };
  }

  async addSshKey(path: string): Promise<void> {
    const read = await this.#readSshKey(path);
    if (read === undefined) return;
    // As it is it opens files for its own ssh-… recipient, converted those for the age1… that ssh-to-age tells.
    this.#texts.push(read.text);
    if (read.key.type !== "ssh-ed25519") {
      this.#tried.push(`${read.key.type} (${path})`);
      this.#context.report(
        `Cannot convert ssh key '${path}': it is of type ${read.key.type}, and only ed25519 keys can be converted; it opens files for its own recipient alone`,
      );
      return;
    }
    const { identity, recipient } = nativeKeyOfSshKey(read.key.seed, this.#context.cipher);
    this.#texts.push(identity);
    this.#tried.push(`${recipient} (${path})`);
    if (this.#manifest.logging.keyImport) {
      this.#context.report(`${this.#context.program}: Imported ${path} as age key with fingerprint ${recipient}`);
    }
  }

  async addPgpKey(path: string): Promise<void> {
    const read = await this.#readSshKey(path);
    if (read === undefined) return;
    if (read.key.type !== "ssh-rsa") {
      this.#context.report(
        `Cannot use ssh key '${path}' as PGP key: only RSA keys can be, and it is of type ${read.key.type}`,
      );
      return;
    }
    const { publicKey, secret } = read.key;
    const { block, fingerprint } = await pgpKeyOfRsaKey({ ...publicKey, ...secret });
    this.#texts.push(block);
    this.#tried.push(`${fingerprint.toUpperCase()} (${path})`);
    if (this.#manifest.logging.keyImport) {
      this.#context.print(`${this.#context.program}: Imported ${path} as GPG key with fingerprint ${fingerprint}`);
    }
  }

  async addKeyFile(path: string): Promise<void> {
    let text: string;
    try {
      text = decodeByteString(await this.#context.platform.readFile(path));
    } catch (error) {
      throw new SopsError("COULD_NOT_RETRIEVE_KEY", `cannot read keyfile '${path}': ${messageOf(error)}`, {
        cause: error,
        hint: "ageKeyFile must be there when secrets are installed, and on a file system that is mounted by then.",
      });
    }
    this.#texts.push(text);
    try {
      const recipients = await recipientsOfIdentities(text, this.#context.cipher);
      this.#tried.push(...recipients.map((recipient) => `${recipient} (${path})`));
    } catch (error) {
      // Plugins are among those that only decrypting can tell of.
      this.#tried.push(`${path} (${messageOf(error)})`);
    }
  }

  async #readSshKey(path: string): Promise<{ readonly text: string; readonly key: SshPrivateKey } | undefined> {
    try {
      const text = decodeByteString(await this.#context.platform.readFile(path));
      const key = await parseSshPrivateKey(text);
      if (!("problem" in key)) return { text, key };
      this.#context.report(`Cannot convert ssh key '${path}': ${key.problem}`);
    } catch (error) {
      this.#context.report(`Cannot read ssh key '${path}': ${messageOf(error)}`);
    }
    return undefined;
  }
}

/** A platform with other variables: one that is undefined is not there for us, though programs that are run inherit it. */
function withVariables(platform: Platform, variables: Readonly<Record<string, string | undefined>>): Platform {
  const given = Object.fromEntries(
    Object.entries(variables).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  return {
    ...platform,
    env: (name) => (Object.hasOwn(variables, name) ? variables[name] : platform.env(name)),
    run: (command, options) => platform.run(command, { ...options, env: { ...given, ...options?.env } }),
  };
}

import { platform as defaultPlatform } from "#platform";
import { findConfig, type Config } from "./config/config.ts";
import { creationRuleFor, type CreationRule } from "./config/creation-rule.ts";
import { storeOptions } from "./config/store-options.ts";
import type { KeyGroup } from "./core/metadata.ts";
import type { PlainObject } from "./core/plain-object.ts";
import { SopsError } from "./errors.ts";
import { type UpdateOptions, updateSecrets } from "./secrets.ts";
import { decryptBytes, encryptBytes, keyContextOf, type OperationOptions } from "./sops.ts";
import { formatForPath } from "./stores/format.ts";
import type { Format } from "./stores/store.ts";

/** What {@link creationRule} takes; all fields optional. */
export interface ConfigOptions extends OperationOptions {
  /**
   * Path of the config. Default: what `SOPS_CONFIG` names, else the first `.sops.yaml` in the working directory and those above it.
   */
  readonly config?: string;
}

/** What {@link encryptFile} takes; all fields optional. */
export interface EncryptFileOptions extends ConfigOptions {
  /** Format of the plain file, and of the encrypted one. Default: by the suffix of its path. */
  readonly format?: Format;
  /** Who can open it, in place of the keys of the creation rule; its other settings still hold. */
  readonly keyGroups?: readonly KeyGroup[];
  /** Where the encrypted file goes. Default: in the place of the plain one. */
  readonly output?: string;
}

/** What {@link decryptFile} takes; all fields optional. */
export interface DecryptFileOptions extends OperationOptions {
  /** Format of the encrypted file. Default: by the suffix of its path. */
  readonly format?: Format;
  /** Format of the result. Default: `format`. */
  readonly outputFormat?: Format;
  /** Return the plaintext although the MAC does not fit. Default: false. */
  readonly ignoreMac?: boolean;
}

/**
 * The creation rule of `.sops.yaml` for a file: who can open it, and which of its values are encrypted. Its fields are those that
 * `encryptBytes` and `encryptSecrets` take.
 *
 * @param path - absolute, or relative to the working directory; there need not be a file
 * @param options - which config, and what parsing its keys needs
 * @returns undefined where there is no config, or one without `creation_rules`
 * @throws SopsError `CONFIG_NOT_FOUND` when a config that was named cannot be read, `INVALID_CONFIG`, `INVALID_MASTER_KEY`,
 * `NO_MATCHING_CREATION_RULE` when there are rules, but none for this path
 * @example
 * ```ts
 * import { writeFile } from "node:fs/promises";
 * import { creationRule, encryptSecrets, readSecrets } from "sops-ts/node";
 *
 * await writeFile(".sops.yaml", `creation_rules:\n  - age: ${recipient}\n    encrypted_suffix: _secret\n`);
 * const rule = await creationRule("production/new.json");
 * console.log(rule?.selection?.value); // _secret
 * await writeFile("new.json", await encryptSecrets({ a_secret: "plum" }, { format: "json", ...rule }));
 * console.log((await readSecrets("new.json")).a_secret); // plum
 * ```
 */
export async function creationRule(path: string, options: ConfigOptions = {}): Promise<CreationRule | undefined> {
  return ruleFor(await configOf(options), path, options);
}

/**
 * Encrypts a file as its creation rule says, and replaces it in one step: the plain or the encrypted file is there at every moment.
 *
 * @param path - of the plain file
 * @param options - where settings other than those of the rule come from
 * @throws SopsError `CONFIG_NOT_FOUND` when neither a rule nor `keyGroups` name a key; as {@link creationRule} and `encryptBytes`;
 * nothing is written then
 * @throws PlatformError for a path that cannot be read or written
 * @example
 * ```ts
 * import { writeFile } from "node:fs/promises";
 * import { decryptFile, encryptFile } from "sops-ts/node";
 *
 * await writeFile(".sops.yaml", `creation_rules:\n  - age: ${recipient}\n`);
 * await writeFile("production.env", "PASSWORD=orchard");
 * await encryptFile("production.env");
 * console.log(new TextDecoder().decode(await decryptFile("production.env")).trim()); // PASSWORD=orchard
 * ```
 */
export async function encryptFile(path: string, options: EncryptFileOptions = {}): Promise<void> {
  const platform = options.platform ?? defaultPlatform;
  const format = options.format ?? formatForPath(path);
  const config = await configOf(options);
  const rule = await ruleFor(config, path, options);
  const keyGroups = options.keyGroups ?? rule?.keyGroups;
  if (keyGroups === undefined) throw nobodyNamed();
  const encrypted = await encryptBytes(await platform.readFile(path), {
    ...rule,
    ...options,
    keyGroups,
    format,
    outputStore: storeOptions(config, format),
  });
  await platform.writeFile(options.output ?? path, encrypted);
}

/**
 * The plain bytes of an encrypted file. The file itself stays as it is.
 *
 * @param path - of the encrypted file
 * @param options - identities and where else keys come from
 * @throws SopsError as `decryptBytes`
 * @throws PlatformError for a path that cannot be read
 * @example
 * ```ts
 * import { decryptFile } from "sops-ts/node";
 *
 * const json = await decryptFile("secrets.yaml", { outputFormat: "json" });
 * console.log(JSON.parse(new TextDecoder().decode(json)).database.user); // app
 * ```
 */
export async function decryptFile(path: string, options: DecryptFileOptions = {}): Promise<Uint8Array> {
  const format = options.format ?? formatForPath(path);
  const file = await (options.platform ?? defaultPlatform).readFile(path);
  return decryptBytes(file, { ...options, format });
}

/**
 * Changes an encrypted file in its place and in one step, as `updateSecrets` does for bytes: values that are the same afterwards keep
 * their ciphertext.
 *
 * @param path - of the encrypted file
 * @param change - changes the secrets that it gets, or returns others
 * @param options - identities and where else keys come from
 * @throws SopsError as `updateSecrets`; nothing is written then
 * @throws PlatformError for a path that cannot be read or written
 * @example
 * ```ts
 * import { readValue, updateFile } from "sops-ts/node";
 *
 * await updateFile("secrets.yaml", (secrets) => {
 *   secrets.token = "plum";
 * });
 * console.log(await readValue("secrets.yaml", ["token"])); // plum
 * ```
 */
export async function updateFile(
  path: string,
  change: (secrets: PlainObject) => PlainObject | void,
  options: UpdateOptions = {},
): Promise<void> {
  const changed = await updateSecrets(path, change, options);
  await (options.platform ?? defaultPlatform).writeFile(path, changed);
}

async function configOf(options: ConfigOptions): Promise<Config | undefined> {
  const { config, warning } = await findConfig(options.platform ?? defaultPlatform, options.config);
  if (warning !== undefined) options.warn?.(warning);
  return config;
}

async function ruleFor(
  config: Config | undefined,
  path: string,
  options: OperationOptions,
): Promise<CreationRule | undefined> {
  return config === undefined ? undefined : creationRuleFor(config, path, { keyContext: keyContextOf(options) });
}

function nobodyNamed(): SopsError {
  return new SopsError("CONFIG_NOT_FOUND", "config file not found, or has no creation rules, and no keys were given", {
    hint: "Give keyGroups, or write a .sops.yaml with creation_rules.",
  });
}

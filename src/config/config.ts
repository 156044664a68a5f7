import { messageOf, SopsError } from "../errors.ts";
import { type Platform, PlatformError } from "../platform/platform.ts";
import { Decoding, invalidConfig } from "./decode.ts";
import { absolutePath, directoryOf, type Whereabouts } from "./paths.ts";
import { configEntries, type ConfigEntries, emptyConfig } from "./schema.ts";

/** A `.sops.yaml`. */
export interface Config extends ConfigEntries {
  /** As it was named or found; for messages. */
  readonly path: string;
  /** The absolute path of the directory it is in: paths of files are matched relative to it. */
  readonly directory: string;
}

/** What {@link findConfig} found. */
export interface FoundConfig {
  /** Undefined: there is none. */
  readonly config: Config | undefined;
  /** Something the person should know, such as that a `.sops.yml` was passed over. */
  readonly warning: string | undefined;
}

/**
 * Reads the config at `path`, or at `SOPS_CONFIG`, or else the first `.sops.yaml` in the working directory and those above it.
 *
 * @param path - as given by the user; undefined or empty: not given
 * @throws SopsError `CONFIG_NOT_FOUND` when a given one cannot be read, `INVALID_CONFIG` when it cannot be understood
 * @see sops config/config.go, `LookupConfigFile`
 */
export async function findConfig(platform: Platform, path?: string): Promise<FoundConfig> {
  const given = path || platform.env("SOPS_CONFIG");
  if (given) return { config: await readConfig(platform, given), warning: undefined };
  return lookUpwards(platform);
}

/**
 * Understands a config file.
 *
 * @param path - where it is, absolute or relative to the working directory
 * @throws SopsError `INVALID_CONFIG` for syntax errors, duplicate keys and values of the wrong type, each with its line
 */
export async function parseConfig(file: Uint8Array, path: string, where: Whereabouts): Promise<Config> {
  try {
    const entries = await parseEntries(file);
    return { ...entries, path, directory: directoryOf(absolutePath(path, where), where) };
  } catch (error) {
    if (!(error instanceof SopsError)) throw error;
    const message = `error loading config: Could not unmarshal config file ${path}: ${error.message}`;
    const hint = error.hint === undefined ? {} : { hint: error.hint };
    throw new SopsError("INVALID_CONFIG", message, { cause: error, file: path, ...hint });
  }
}

/** Later documents are not even looked at. Where there is no config, the YAML reader is not loaded for one. */
async function parseEntries(file: Uint8Array): Promise<ConfigEntries> {
  const { Composer } = await import("../stores/yaml/composer.ts");
  const { decodeSource } = await import("../stores/yaml/source.ts");
  const root = new Composer(decodeSource(file)).next()?.content;
  const decoding = new Decoding();
  const entries = root === undefined ? undefined : configEntries(root, decoding, "");
  if (decoding.problems.length > 0) throw invalidConfig(`unmarshal errors:\n  ${decoding.problems.join("\n  ")}`);
  return entries ?? emptyConfig;
}

async function readConfig(platform: Platform, path: string): Promise<Config> {
  let bytes: Uint8Array;
  try {
    bytes = await platform.readFile(path);
  } catch (error) {
    throw cannotRead(path, error);
  }
  return parseConfig(bytes, path, platform);
}

function cannotRead(path: string, error: unknown): SopsError {
  return new SopsError("CONFIG_NOT_FOUND", `could not read config file: ${messageOf(error)}`, {
    cause: error,
    file: path,
  });
}

const configName = ".sops.yaml";
const otherName = ".sops.yml";
const maxDirectories = 100;

/** The working directory may be named through symbolic links that go deeper than their names. */
const spareDirectories = 8;

/** Goes up by `..` as the file system has it, whatever name the working directory goes by. */
async function lookUpwards(platform: Platform): Promise<FoundConfig> {
  const depth = platform.workingDirectory().split(/[\\/]/).length + spareDirectories;
  let other: string | undefined;
  let prefix = "";
  for (let level = 0; level < Math.min(depth, maxDirectories); level++) {
    const path = prefix + configName;
    const bytes = await readIfExists(platform, path);
    if (bytes !== undefined) {
      return { config: await parseConfig(bytes, path, platform), warning: other && warningFor(other, path) };
    }
    if (other === undefined && (await exists(platform, prefix + otherName))) other = prefix + otherName;
    prefix = `../${prefix}`;
  }
  return { config: undefined, warning: other && warningFor(other) };
}

async function readIfExists(platform: Platform, path: string): Promise<Uint8Array | undefined> {
  try {
    return await platform.readFileIfExists(path);
  } catch (error) {
    throw cannotRead(path, error);
  }
}

async function exists(platform: Platform, path: string): Promise<boolean> {
  try {
    return (await platform.readFileIfExists(path)) !== undefined;
  } catch (error) {
    if (error instanceof PlatformError) return true;
    throw error;
  }
}

function warningFor(other: string, used?: string): string {
  const ignored = `ignoring "${other}" when searching for config file; the config file must be called "${configName}"`;
  return used === undefined ? ignored : `${ignored}; using "${used}" instead`;
}

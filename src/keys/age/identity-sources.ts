import { decodeByteString } from "../../bytes.ts";
import { messageOf, SopsError } from "../../errors.ts";
import { splitCommandWords } from "../../platform/command-words.ts";
import type { Platform } from "../../platform/platform.ts";
import type { KeyContext } from "../key-source.ts";
import { parseIdentities } from "./identity-file.ts";
import { unusable, type ParsedIdentities } from "./identity.ts";
import type { IdentityLayout } from "./identity-text.ts";
import { malformed } from "./malformed.ts";
import type { SshKeyOrigin } from "./ssh-identity.ts";

/** A place where identities are looked for. */
export interface IdentitySource {
  readonly name: string;
  /**
   * When it is asked; sources of a turn are asked together. Native identities come before SSH keys, and reading comes before
   * running a program, so that a program is run only when it is needed.
   */
  readonly turn: number;
  /** Whether the answer depends on the recipient, which the source's program is told. */
  readonly perRecipient: boolean;
  /** Age's own identities (those of plugins and protected files too), or SSH keys; a turn has one sort. */
  readonly holds: "age" | "ssh";
  load(request: IdentityRequest): Promise<SourceAnswer>;
}

/** For whom identities are looked for. */
export interface IdentityRequest {
  readonly recipient: string;
  readonly context: KeyContext;
}

/** What a source gave. */
export interface SourceAnswer extends ParsedIdentities {
  /** Places that are not set, or files that do not exist. */
  readonly absent: readonly string[];
  /** A place that was read and holds no identity. */
  readonly empty?: string;
  /** Whether something was there to be read. */
  readonly opened: boolean;
  /** Whether what is absent or wrong matters only when no other place had anything. */
  readonly lastResort?: boolean;
}

/**
 * All places, in the order in which messages name them.
 *
 * @see sops age/keysource.go, `loadIdentities`
 */
export const identitySources: readonly IdentitySource[] = [
  fromVariable("SOPS_AGE_SSH_PRIVATE_KEY_FILE", { turn: 3, holds: "ssh" }, (path, request) => sshFile(path, request)),
  fromVariable(
    "SOPS_AGE_SSH_PRIVATE_KEY_CMD",
    { turn: 4, perRecipient: true, holds: "ssh" },
    async (command, request) => {
      const text = await runCommand(command, "SOPS_AGE_SSH_PRIVATE_KEY_CMD", request);
      return sshKey(text, { place: "the output of SOPS_AGE_SSH_PRIVATE_KEY_CMD" }, request);
    },
  ),
  { name: "~/.ssh", turn: 3, perRecipient: false, holds: "ssh", load: loadHomeSshKeys },
  fromVariable("SOPS_AGE_KEY", { turn: 1 }, (text, request) => nativeText(text, "words", "SOPS_AGE_KEY", request)),
  fromVariable("SOPS_AGE_KEY_FILE", { turn: 1 }, async (path, request) => {
    const text = await readText(path, "failed to open SOPS_AGE_KEY_FILE file", request.context.platform);
    return nativeText(text, "lines", "SOPS_AGE_KEY_FILE", request);
  }),
  fromVariable("SOPS_AGE_KEY_CMD", { turn: 2, perRecipient: true }, async (command, request) => {
    const text = await runCommand(command, "SOPS_AGE_KEY_CMD", request);
    return nativeText(text, "lines", "SOPS_AGE_KEY_CMD", request);
  }),
  { name: "sops/age/keys.txt", turn: 1, perRecipient: false, holds: "age", load: loadUserKeys },
];

/** A variable; one that is set but empty counts as set, as in sops. */
function fromVariable(
  name: string,
  {
    turn,
    perRecipient = false,
    holds = "age",
  }: { turn: number; perRecipient?: boolean; holds?: IdentitySource["holds"] },
  load: (value: string, request: IdentityRequest) => SourceAnswer | Promise<SourceAnswer>,
): IdentitySource {
  return {
    name,
    turn,
    perRecipient,
    holds,
    async load(request) {
      const value = request.context.platform.env(name);
      return value === undefined ? nothingAt(name) : load(value, request);
    },
  };
}

function nothingAt(...absent: string[]): SourceAnswer {
  return { native: [], others: [], problems: [], absent, opened: false };
}

async function loadHomeSshKeys(request: IdentityRequest): Promise<SourceAnswer> {
  const { platform } = request.context;
  const home = platform.homeDirectory();
  if (home === undefined) return { ...unusable(malformed("$HOME is not defined")), absent: [], opened: false };
  const paths = ["id_ed25519", "id_rsa"].map((file) => joinPath(platform, home, ".ssh", file));
  const answers = await Promise.all(paths.map((path) => sshFile(path, request, true).catch(problemAnswer)));
  return {
    native: [],
    others: answers.flatMap((answer) => answer.others),
    problems: answers.flatMap((answer) => answer.problems),
    absent: answers.flatMap((answer) => answer.absent),
    opened: answers.some((answer) => answer.opened),
  };
}

async function loadUserKeys(request: IdentityRequest): Promise<SourceAnswer> {
  const { platform } = request.context;
  const folder = userConfigFolder(platform);
  if (typeof folder === "object") {
    const problem = malformed(`user config directory could not be determined: ${folder.problem}`);
    return { ...unusable(problem), absent: [], opened: false, lastResort: true };
  }
  const path = joinPath(platform, folder, "sops", "age", "keys.txt");
  const text = await readTextIfExists(path, "failed to open file", platform);
  return text === undefined ? { ...nothingAt(path), lastResort: true } : nativeText(text, "lines", path, request);
}

/** As Go's `os.UserConfigDir`, but with `$XDG_CONFIG_HOME` on macOS too. */
function userConfigFolder(platform: Platform): string | { problem: string } {
  if (platform.os === "win32") return platform.env("AppData") || { problem: "%AppData% is not defined" };
  const xdg = platform.env("XDG_CONFIG_HOME");
  if (xdg && (xdg.startsWith("/") || platform.os === "darwin")) return xdg;
  if (xdg) return { problem: "path in $XDG_CONFIG_HOME is relative" };
  const home = platform.homeDirectory();
  if (platform.os === "darwin") {
    return home ? joinPath(platform, home, "Library", "Application Support") : { problem: "$HOME is not defined" };
  }
  return home ? joinPath(platform, home, ".config") : { problem: "neither $XDG_CONFIG_HOME nor $HOME are defined" };
}

function joinPath(platform: Platform, folder: string, ...names: string[]): string {
  const separator = platform.os === "win32" ? "\\" : "/";
  return [folder.replace(/(?<=.)[/\\]+$/, ""), ...names].join(separator).replace(/^\/\//, "/");
}

async function nativeText(
  text: string,
  layout: IdentityLayout,
  place: string,
  { context }: IdentityRequest,
): Promise<SourceAnswer> {
  const parsed = await parseIdentities(text, layout, place, context);
  const isEmpty = parsed.native.length + parsed.others.length + parsed.problems.length === 0;
  return { ...parsed, absent: [], opened: true, ...(isEmpty ? { empty: place } : {}) };
}

async function sshFile(path: string, request: IdentityRequest, mayBeAbsent = false): Promise<SourceAnswer> {
  const { platform } = request.context;
  const text = mayBeAbsent
    ? await readTextIfExists(path, "failed to open file", platform)
    : await readText(path, "failed to open file", platform);
  if (text === undefined) return nothingAt(path);
  const place = JSON.stringify(path);
  const readPublicKey = (): Promise<string> =>
    readText(
      `${path}.pub`,
      `failed to obtain public ${JSON.stringify(`${path}.pub`)} key for ${place} SSH key`,
      platform,
    );
  return sshKey(text, { place, ask: `Enter passphrase for ${place}:`, readPublicKey }, request);
}

async function sshKey(text: string, origin: SshKeyOrigin, { context }: IdentityRequest): Promise<SourceAnswer> {
  const { parseSshIdentity } = await import("./ssh-identity.ts");
  const parsed = await parseSshIdentity(text, origin, context);
  return { ...parsed, absent: [], opened: parsed.others.length > 0 };
}

/** What a source that failed answers. */
export function problemAnswer(error: unknown): SourceAnswer {
  const problem = error instanceof SopsError ? error : malformed(messageOf(error));
  return { ...unusable(problem), absent: [], opened: false };
}

async function readText(path: string, failure: string, platform: Platform): Promise<string> {
  try {
    return decodeByteString(await platform.readFile(path));
  } catch (error) {
    throw malformed(`${failure}: ${messageOf(error)}`, error);
  }
}

async function readTextIfExists(path: string, failure: string, platform: Platform): Promise<string | undefined> {
  try {
    const bytes = await platform.readFileIfExists(path);
    return bytes && decodeByteString(bytes);
  } catch (error) {
    throw malformed(`${failure}: ${messageOf(error)}`, error);
  }
}

/** What a program prints. Neither its words nor its output become part of a message: either may be secret. */
async function runCommand(command: string, variable: string, { recipient, context }: IdentityRequest): Promise<string> {
  const words = splitCommandWords(command);
  if (words === undefined) throw malformed(`failed to parse command in ${variable}: a quote is not closed`);
  if (words.length === 0) throw malformed(`failed to execute command in ${variable}: it is empty`);
  const fail = (reason: string): Error => malformed(`failed to execute command in ${variable}: ${reason}`);
  const { stdout, status } = await context.platform
    .run(words, { env: { SOPS_AGE_RECIPIENT: recipient } })
    .catch((error: unknown) => Promise.reject(fail(messageOf(error))));
  if (status !== 0) throw fail(status === undefined ? "a signal ended it" : `exit status ${status}`);
  return decodeByteString(stdout);
}

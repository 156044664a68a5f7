import type { AuditAction } from "../core/audit-action.ts";
import type { Cipher } from "../crypto/cipher.ts";
import { messageOf, SopsError } from "../errors.ts";
import type { Platform } from "../platform/platform.ts";
import type { System } from "../platform/system.ts";
import { Accounts } from "./accounts.ts";
import { changeLines, findChanges, type Changes } from "./changes.ts";
import { makeFiles, type ContentFile } from "./contents.ts";
import { Failures } from "./failures.ts";
import { directoryMode, goLive, nextGeneration, prune, writeGeneration, type GenerationStore } from "./generation.ts";
import { checkLink, linkOf, makeLink, type FileLink } from "./links.ts";
import { parseManifest, type Manifest } from "./manifest.ts";
import { mountMemory, unmount } from "./mounts.ts";
import { absolutePlace, cleanPath, renderedDirectory } from "./places.ts";
import { makePlan, type PlannedSecret } from "./plan.ts";
import { expandRuntimeDirectory, runtimeDirectory } from "./runtime-directory.ts";
import { SopsFiles } from "./sops-files.ts";
import { requestUnits, requestsFor } from "./units.ts";

/** What is checked when nothing is installed: the manifest alone, or its sops files too. */
export type CheckMode = "manifest" | "sopsfile" | "off";

/** How secrets are installed. */
export interface InstallationOptions {
  readonly platform: Platform;
  readonly system: System;
  readonly cipher: Cipher;
  /** `off` installs. */
  readonly checkMode: CheckMode;
  /** Look up no users and groups: everything belongs to root. */
  readonly ignorePasswd: boolean;
  /** Let the failure of one secret not withhold the others. */
  readonly keepGoing: boolean;
  /** What some lines begin with, as those of the original do. */
  readonly program: string;
  /** Waited for before a file is decrypted, with the file's path; default: nothing. */
  readonly audit?: (action: AuditAction, file: string) => Promise<void>;
  /** Takes a line for standard output. */
  print(line: string): void;
  /** Takes a line for standard error. */
  report(line: string): void;
}

/**
 * Installs the secrets of a manifest, as sops-install-secrets of sops-nix does. Everything is read, decrypted and rendered in
 * memory before anything is written; one link then makes all of it live. A failure before that leaves what was live as it was.
 *
 * @param manifest - the text of the manifest
 * @returns failures that did not keep the others from being installed: those that `keepGoing` tolerates, and those that happened
 * when everything was live already
 * @throws SopsError
 */
export async function installSecrets(
  manifest: Uint8Array,
  options: InstallationOptions,
): Promise<readonly SopsError[]> {
  const { platform, checkMode } = options;
  const parsed = parseManifest(manifest);
  const runtime = parsed.userMode ? await runtimeDirectoryFor(checkMode, platform) : "";
  const expanded = parsed.userMode ? expandRuntimeDirectory(parsed, runtime) : parsed;
  const installation = new Installation(expanded, options);
  await installation.run();
  return installation.failures.errors;
}

/** Where nothing is installed the directory does not matter. */
async function runtimeDirectoryFor(checkMode: CheckMode, platform: Platform): Promise<string> {
  return checkMode === "off" ? runtimeDirectory(platform) : platform.env("XDG_RUNTIME_DIR") || "/run/user/0";
}

/** One installation, step by step. */
class Installation {
  readonly failures: Failures;
  readonly #manifest: Manifest;
  readonly #options: InstallationOptions;
  readonly #dryRun: boolean;
  readonly #accounts: Accounts | undefined;

  constructor(manifest: Manifest, options: InstallationOptions) {
    const { platform, checkMode, ignorePasswd, keepGoing } = options;
    this.failures = new Failures(keepGoing);
    this.#manifest = manifest;
    this.#options = options;
    this.#dryRun = platform.env("NIXOS_ACTION") === "dry-activate";
    this.#accounts = checkMode !== "off" || ignorePasswd || this.#dryRun ? undefined : new Accounts(platform);
  }

  async run(): Promise<void> {
    const { platform, checkMode, report } = this.#options;
    const files = new SopsFiles(platform);
    const check = async (secret: PlannedSecret): Promise<void> => {
      if (checkMode === "sopsfile") await files.check(secret);
    };
    const plan = await makePlan(this.#manifest, {
      platform,
      accounts: this.#accounts,
      failures: this.failures,
      report,
      check,
    });
    if (checkMode !== "off") return;
    const contents = await makeFiles(plan, this.#manifest, { ...this.#options, failures: this.failures });
    // An empty generation would take everything away.
    if (contents.length === 0 && this.failures.errors.length > 0) return;
    await (this.#dryRun ? this.#rehearse(contents) : this.#install(contents));
  }

  /** Says what would change, and writes nothing but the lists of units. */
  async #rehearse(files: readonly ContentFile[]): Promise<void> {
    await this.#announce(files, this.#findChanges(files));
  }

  async #install(files: readonly ContentFile[]): Promise<void> {
    const { failures } = this;
    const { system } = this.#options;
    const store = await this.#store();
    const number = nextGeneration(store, system);
    const links = await this.#possibleLinks(files, store);
    const changes = this.#findChanges(files);
    await this.#write(number, files, store);
    failures.keepGoing();
    for (const link of links) await failures.tolerate(() => makeLink(link, system));
    // Units are asked after the change, so that what restarts finds the new secrets.
    await failures.tolerate(() => this.#announce(files, changes));
    await failures.tolerate(() => prune(number, this.#manifest.keepGenerations, store, system));
  }

  async #store(): Promise<GenerationStore> {
    const { platform } = this.#options;
    const { userMode, store, link } = this.#manifest;
    if (!userMode && platform.os !== "linux") throw onlyOnLinux();
    return {
      directory: absolutePlace(store, "secretsMountPoint"),
      link: absolutePlace(link, "symlinkPath"),
      directoryOwner: userMode ? undefined : { uid: 0, gid: (await this.#accounts?.directoryGroupId()) ?? 0 },
    };
  }

  /** Writes a generation and makes it the live one, in memory unless it is a user's; undoes all of it when that fails. */
  async #write(number: number, files: readonly ContentFile[], store: GenerationStore): Promise<void> {
    const { platform, system } = this.#options;
    const { directory, directoryOwner } = store;
    system.makeDirectories(directory, directoryMode);
    const type = this.#manifest.useTmpfs ? "tmpfs" : "ramfs";
    const place = system.realPath(directory);
    const mounted = directoryOwner !== undefined && (await mountMemory(place, type, platform));
    try {
      if (directoryOwner !== undefined) system.changeOwner(directory, directoryOwner);
      writeGeneration(number, files, store, system);
      goLive(number, store, system);
    } catch (error) {
      // Another one may be below it, with the live generation.
      if (mounted) await unmount(place, platform).catch((failure: unknown) => this.#options.report(messageOf(failure)));
      throw error;
    }
  }

  async #possibleLinks(files: readonly ContentFile[], store: GenerationStore): Promise<readonly FileLink[]> {
    const { userMode } = this.#manifest;
    const links: FileLink[] = [];
    for (const file of files) {
      const link = linkOf(file, store.link, { userMode });
      if (link === undefined) continue;
      const possible = await this.failures.tolerate(() => {
        checkLink(link, this.#options.system);
        return true;
      });
      if (possible === true) links.push(link);
    }
    return links;
  }

  /** What the live generation lacks or has otherwise; undefined when there is none, and for a user. */
  #findChanges(files: readonly ContentFile[]): Changes | undefined {
    const { secrets, templates, link, userMode } = this.#manifest;
    const { system } = this.#options;
    const live = absolutePlace(link, "symlinkPath");
    if (userMode || system.status(live)?.type !== "link" || !system.exists(live)) return undefined;
    const templatePlaces = templates.map(({ name }) => `${renderedDirectory}/${cleanPath(name)}`);
    return findChanges(
      files,
      new Set([...secrets.map(({ name }) => cleanPath(name)), ...templatePlaces]),
      live,
      system,
    );
  }

  async #announce(files: readonly ContentFile[], changes: Changes | undefined): Promise<void> {
    if (changes === undefined) return;
    const { platform, system, print, report } = this.#options;
    const dryRun = this.#dryRun;
    if (this.#manifest.logging.secretChanges) for (const line of changeLines(changes, { dryRun })) print(line);
    await requestUnits(requestsFor(files, changes), { platform, system, dryRun, report });
  }
}

function onlyOnLinux(): SopsError {
  return new SopsError(
    "NOT_AVAILABLE_ON_THIS_PLATFORM",
    "secrets for the whole system can be installed on Linux alone",
    {
      hint: "Elsewhere install them for one user: set userMode in the manifest.",
    },
  );
}

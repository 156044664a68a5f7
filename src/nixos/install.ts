import type { Cipher } from "../crypto/cipher.ts";
import { SopsError } from "../errors.ts";
import { PlatformError, type Platform } from "../platform/platform.ts";
import type { System } from "../platform/system.ts";
import { Accounts } from "./accounts.ts";
import { changeLines, findChanges, type Changes } from "./changes.ts";
import { Failures } from "./failures.ts";
import {
  directoryMode,
  goLive,
  nextGeneration,
  prune,
  writeGeneration,
  type GenerationFile,
  type GenerationStore,
} from "./generation.ts";
import { collectIdentities } from "./identities.ts";
import { checkLink, linkOf, makeLink, type FileLink } from "./links.ts";
import { parseManifest, type Manifest } from "./manifest.ts";
import { mountMemory } from "./mounts.ts";
import { absolutePlace, cleanPath, renderedDirectory } from "./places.ts";
import { makePlan, type Plan, type PlannedFile, type PlannedSecret } from "./plan.ts";
import { expandRuntimeDirectory, runtimeDirectory } from "./runtime-directory.ts";
import { SopsFiles } from "./sops-files.ts";
import { renderTemplate } from "./templates.ts";
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

type ReadyFile = PlannedFile & GenerationFile;

/** One installation, step by step. */
class Installation {
  readonly failures: Failures;
  readonly #manifest: Manifest;
  readonly #options: InstallationOptions;
  readonly #dryRun: boolean;
  readonly #accounts: Accounts | undefined;
  readonly #files: SopsFiles;

  constructor(manifest: Manifest, options: InstallationOptions) {
    const { platform, checkMode, ignorePasswd, keepGoing } = options;
    this.failures = new Failures(keepGoing);
    this.#manifest = manifest;
    this.#options = options;
    this.#dryRun = platform.env("NIXOS_ACTION") === "dry-activate";
    this.#accounts = checkMode !== "off" || ignorePasswd || this.#dryRun ? undefined : new Accounts(platform);
    this.#files = new SopsFiles(platform);
  }

  async run(): Promise<void> {
    const { platform, checkMode, report } = this.#options;
    const check = async (secret: PlannedSecret): Promise<void> => {
      if (checkMode === "sopsfile") await this.#files.check(secret);
    };
    const plan = await makePlan(this.#manifest, {
      platform,
      accounts: this.#accounts,
      failures: this.failures,
      report,
      check,
    });
    if (checkMode !== "off") return;
    const files = await this.#readyFiles(plan);
    this.#refuseNothing(files);
    await (this.#dryRun ? this.#rehearse(files) : this.#install(files));
  }

  /** Decrypts all secrets and renders all templates, in memory. */
  async #readyFiles({ secrets, templates }: Plan): Promise<ReadyFile[]> {
    const { placeholders } = this.#manifest;
    const contents = await this.#decrypt(secrets);
    const ready: ReadyFile[] = [];
    const values = new Map<string, Uint8Array>();
    for (const secret of secrets) {
      const content = contents.get(secret);
      if (content === undefined) continue;
      ready.push({ ...secret, content });
      values.set(placeholders.get(secret.name) ?? "", content);
    }
    const failed = this.#manifest.secrets.map(({ name }) => [placeholders.get(name) ?? "", name] as const);
    const missing = new Map(failed.filter(([placeholder]) => !values.has(placeholder)));
    for (const template of templates) {
      const rendered = await this.failures.tolerate(() =>
        renderTemplate(template.name, template.text, { values, missing }),
      );
      if (rendered === undefined) continue;
      if (rendered.leftOver > 0) {
        this.#options.report(
          `template ${template.name}: ${rendered.leftOver} placeholder(s) stand for no secret of this manifest`,
        );
      }
      ready.push({ ...template, content: rendered.content });
    }
    return ready;
  }

  async #decrypt(secrets: readonly PlannedSecret[]): Promise<ReadonlyMap<PlannedSecret, Uint8Array>> {
    const { cipher, report } = this.#options;
    const { failures } = this;
    const identities = await collectIdentities(this.#manifest, { ...this.#options, failures });
    const options = {
      platform: identities.platform,
      cipher,
      identities: identities.texts,
      triedIdentities: identities.tried,
      askSecret: refuseToAsk,
      warn: report,
    };
    const contents = new Map<PlannedSecret, Uint8Array>();
    for (const sharing of secretsByFile(secrets)) {
      const names = sharing.map(({ name }) => name);
      for (const secret of sharing) {
        const content = await failures.tolerate(() => this.#files.decrypt(secret, names, options));
        if (content !== undefined) contents.set(secret, content);
      }
    }
    return contents;
  }

  /** An empty generation would take everything away. */
  #refuseNothing(files: readonly ReadyFile[]): void {
    const [first] = this.failures.errors;
    if (first === undefined || files.length > 0) return;
    throw first;
  }

  /** Says what would change, and writes nothing but the lists of units. */
  async #rehearse(files: readonly ReadyFile[]): Promise<void> {
    await this.#announce(files, this.#findChanges(files));
  }

  async #install(files: readonly ReadyFile[]): Promise<void> {
    const { failures } = this;
    const { system } = this.#options;
    const store = await this.#openStore();
    const number = nextGeneration(store, system);
    const links = await this.#possibleLinks(files);
    const changes = this.#findChanges(files);
    writeGeneration(number, files, store, system);
    try {
      goLive(number, store, system);
    } catch (error) {
      system.removeTree(`${store.directory}/${number}`);
      throw error;
    }
    failures.keepGoing();
    for (const link of links) await failures.tolerate(() => makeLink(link, system));
    // Units are asked after the change, so that what restarts finds the new secrets.
    await failures.tolerate(() => this.#announce(files, changes));
    await failures.tolerate(() => prune(number, this.#manifest.keepGenerations, store, system));
  }

  /** Makes the directory of all generations, of memory unless it is a user's. */
  async #openStore(): Promise<GenerationStore> {
    const { platform, system } = this.#options;
    const { userMode, useTmpfs } = this.#manifest;
    const directory = absolutePlace(this.#manifest.store, "secretsMountPoint");
    const link = absolutePlace(this.#manifest.link, "symlinkPath");
    if (!userMode && platform.os !== "linux") throw onlyOnLinux();
    const directoryOwner = userMode ? undefined : { uid: 0, gid: (await this.#accounts?.directoryGroupId()) ?? 0 };
    system.makeDirectories(directory, directoryMode);
    if (directoryOwner !== undefined) {
      await mountMemory(system.realPath(directory), useTmpfs ? "tmpfs" : "ramfs", platform);
      system.changeOwner(directory, directoryOwner);
    }
    return { directory, link, directoryOwner };
  }

  async #possibleLinks(files: readonly ReadyFile[]): Promise<readonly FileLink[]> {
    const { userMode } = this.#manifest;
    const links: FileLink[] = [];
    for (const file of files) {
      const link = linkOf(file, absolutePlace(this.#manifest.link, "symlinkPath"), { userMode });
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
  #findChanges(files: readonly ReadyFile[]): Changes | undefined {
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

  async #announce(files: readonly ReadyFile[], changes: Changes | undefined): Promise<void> {
    if (changes === undefined) return;
    const { platform, system, print, report } = this.#options;
    const dryRun = this.#dryRun;
    if (this.#manifest.logging.secretChanges) for (const line of changeLines(changes, { dryRun })) print(line);
    await requestUnits(requestsFor(files, changes), { platform, system, dryRun, report });
  }
}

function secretsByFile(secrets: readonly PlannedSecret[]): Iterable<readonly PlannedSecret[]> {
  const byFile = new Map<string, PlannedSecret[]>();
  for (const secret of secrets) {
    const sharing = byFile.get(secret.sopsFile) ?? [];
    byFile.set(secret.sopsFile, sharing);
    sharing.push(secret);
  }
  return byFile.values();
}

/** Nobody sits before a machine that is starting. */
async function refuseToAsk(): Promise<never> {
  throw new PlatformError("secrets are installed without asking anybody for a passphrase");
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

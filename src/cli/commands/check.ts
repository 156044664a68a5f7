import { relative } from "node:path";
import { checkFile } from "../../check/check-file.ts";
import type { Fault } from "../../check/fault.ts";
import { checkManifest, recipientsOfHost } from "../../check/host-access.ts";
import { checkMac } from "../../check/mac.ts";
import { RuleFinder } from "../../check/rule-finder.ts";
import type { Config } from "../../config/config.ts";
import { messageOf, SopsError } from "../../errors.ts";
import { parseManifest } from "../../nixos/manifest.ts";
import { PlatformError } from "../../platform/platform.ts";
import { keyContextOf, type OperationOptions } from "../../sops.ts";
import { formatForPath } from "../../stores/format.ts";
import { type CheckSummary, reportForms } from "../check-report.ts";
import type { Command, CommandContext, CommandResult } from "../command.ts";
import { loadConfig } from "../configuration.ts";
import { absolutePath } from "../files.ts";
import { describeError } from "../messages.ts";
import { operationOptions, recordedOptions } from "../operation-options.ts";
import { filesBelow } from "../repository-files.ts";
import { mayBeEncrypted, showsMarker } from "../sops-marker.ts";
import { stagedFiles } from "../staged-files.ts";
import { isSystemError } from "../system-error.ts";

/** The check could not be made, which is not the same as that something was found. */
const couldNotRun = 2;

/** Checks the files of a repository, or a manifest's, without any private key. */
export const check: Command = async (context) => {
  try {
    return await runCheck(context);
  } catch (error) {
    if (error instanceof PlatformError) return { exitCode: couldNotRun, complaint: error.message };
    if (!(error instanceof SopsError)) throw error;
    return { exitCode: couldNotRun, complaint: describeError(error).trimEnd() };
  }
};

async function runCheck(context: CommandContext): Promise<CommandResult> {
  const { flags } = context;
  const report = reportForms[flags.text("format")];
  if (report === undefined) {
    throw new SopsError(
      "USAGE",
      `--format has no form ${JSON.stringify(flags.text("format"))}: it is text, json or github`,
    );
  }
  const manifest = flags.text("manifest");
  if ((manifest === "") !== (flags.list("host-key").length === 0)) {
    throw new SopsError(
      "USAGE",
      "--manifest and --host-key belong together: can this host read all that the manifest names",
    );
  }
  const summary = manifest === "" ? await checkRepository(context) : await checkHost(context, manifest);
  return { content: report(summary), exitCode: summary.faults.length === 0 ? 0 : 1 };
}

async function checkHost(context: CommandContext, path: string): Promise<CheckSummary> {
  const { platform, flags } = context;
  const keyContext = keyContextOf(operationOptions(context));
  const keys = await Promise.all(flags.list("host-key").map((key) => recipientsOfHost(key, keyContext)));
  const manifest = parseManifest(await platform.readFile(absolutePath(platform, path)));
  const faults = await checkManifest(manifest, keys.flat(), platform);
  const files = new Set(manifest.secrets.map(({ sopsFile }) => sopsFile));
  return { faults, checked: files.size, macs: undefined };
}

async function checkRepository(context: CommandContext): Promise<CheckSummary> {
  const { platform, flags, words } = context;
  const config = await loadConfig(context);
  if (config?.creationRules === undefined) {
    throw new SopsError(
      "CONFIG_NOT_FOUND",
      "there are no creation rules to check by: config file not found, or it has none",
      {
        hint: "Write a .sops.yaml with creation_rules here or in a directory above, or name one: sops-ts --config FILE check",
      },
    );
  }
  if (flags.boolean("staged") && words.length > 0) throw new SopsError("USAGE", "--staged takes no PATH");
  const options: OperationOptions = { platform, keyCache: new Map() };
  const finder = await RuleFinder.of(config, { keyContext: keyContextOf(options) });
  const checker = new RepositoryCheck(context, finder, options);
  if (flags.boolean("staged")) {
    for (const { path, content } of await stagedFiles(platform)) {
      await checker.add(path, { mayBeEncrypted: () => showsMarker(content), read: async () => content });
    }
  } else {
    for (const path of pathsToCheck(context, config)) {
      await checker.add(path, { mayBeEncrypted: () => mayBeEncrypted(path), read: () => platform.readFile(path) });
    }
  }
  return checker.summary();
}

/** Without words all files that the config is for: those of its directory, or of this one when the config was named. */
function pathsToCheck({ platform, flags, words }: CommandContext, config: Config): Iterable<string> {
  const everything = flags.text("config") === "" ? config.directory : platform.workingDirectory();
  const starts = words.length === 0 ? [everything] : words.map((word) => absolutePath(platform, word));
  try {
    return new Set(starts.flatMap(filesBelow));
  } catch (error) {
    throw new SopsError("COULD_NOT_READ_INPUT_FILE", `cannot list the files to check: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

/** Where a file's content comes from. */
interface FileSource {
  /** @throws the system's error */
  mayBeEncrypted(): boolean;
  read(): Promise<Uint8Array>;
}

/** Reading a file of which nothing can be told says why. */
function isWorthReading(source: FileSource): boolean {
  try {
    return source.mayBeEncrypted();
  } catch (error) {
    if (isSystemError(error)) return true;
    throw error;
  }
}

/** Goes through files and counts. */
class RepositoryCheck {
  readonly #context: CommandContext;
  readonly #finder: RuleFinder;
  readonly #options: OperationOptions;
  readonly #faults: Fault[] = [];
  #checked = 0;
  readonly #macs = { compared: 0, withoutIdentity: 0 };

  constructor(context: CommandContext, finder: RuleFinder, options: OperationOptions) {
    this.#context = context;
    this.#finder = finder;
    this.#options = options;
  }

  /** @param path - absolute */
  async add(path: string, source: FileSource): Promise<void> {
    if (/(?:^|[\\/])\.sops\.ya?ml$/.test(path)) return;
    const file = relative(this.#context.platform.workingDirectory(), path);
    const covering = await this.#finder.ruleFor(path);
    if (covering?.namesFile !== true && !isWorthReading(source)) return;
    const content = await source.read();
    const format = formatForPath(path);
    const { concerned, encrypted, faults } = await checkFile({ file, content, format, covering });
    if (!concerned) return;
    this.#checked += 1;
    this.#faults.push(...faults);
    // What is known to be damaged need not be opened to see that it is.
    const isWhole = faults.every(({ kind }) => kind === "recipients" || kind === "threshold" || kind === "selection");
    if (!this.#context.flags.boolean("mac") || !encrypted || !isWhole) return;
    const outcome = await checkMac(file, content, format, {
      ...this.#options,
      ...recordedOptions(this.#context, path),
    });
    if (outcome === "no-identity") {
      this.#macs.withoutIdentity += 1;
      return;
    }
    this.#macs.compared += 1;
    if (outcome !== undefined) this.#faults.push(outcome);
  }

  summary(): CheckSummary {
    const macs = this.#context.flags.boolean("mac") ? this.#macs : undefined;
    return { faults: this.#faults, checked: this.#checked, macs };
  }
}

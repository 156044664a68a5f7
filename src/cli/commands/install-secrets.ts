import { cipher } from "#cipher";
import { messageOf, SopsError } from "../../errors.ts";
import { installSecrets as install, type CheckMode } from "../../nixos/install.ts";
import { system } from "../../platform/node-system.ts";
import { PlatformError } from "../../platform/platform.ts";
import type { Command, CommandContext } from "../command.ts";
import { absolutePath } from "../files.ts";
import { describeError } from "../messages.ts";

const program = "sops-ts install-secrets";

/** Installs the secrets of a manifest; in the place of sops-install-secrets. */
export const installSecrets: Command = async (context) => {
  try {
    const failures = await installNamed(context);
    for (const failure of failures) reportFailure(context, failure);
    return { exitCode: failures.length > 0 ? 1 : 0 };
  } catch (error) {
    if (!(error instanceof SopsError || error instanceof PlatformError)) throw error;
    reportFailure(context, error);
    return { exitCode: 1 };
  }
};

async function installNamed(context: CommandContext): Promise<readonly SopsError[]> {
  const { audit, flags, platform, log, print } = context;
  return install(await readManifest(context), {
    platform,
    system,
    cipher,
    checkMode: checkModeOf(context),
    ignorePasswd: flags.boolean("ignore-passwd"),
    keepGoing: flags.boolean("keep-going"),
    program,
    ...(audit === undefined ? {} : { audit: (action, file) => audit.record(action, file) }),
    print: (line) => print(`${line}\n`),
    report: (line) => log.plain(line),
  });
}

async function readManifest({ words, platform }: CommandContext): Promise<Uint8Array> {
  const [path] = words;
  if (path === undefined || words.length > 1) {
    throw new SopsError("GENERIC", `one manifest is wanted, and there are ${words.length} arguments`, {
      hint: "Flags stand before the manifest: sops-ts install-secrets [flags] MANIFEST",
    });
  }
  try {
    return await platform.readFile(absolutePath(platform, path));
  } catch (error) {
    throw new SopsError("GENERIC", `failed to open manifest: ${messageOf(error)}`, { cause: error });
  }
}

const checkModes: ReadonlySet<string> = new Set<CheckMode>(["manifest", "sopsfile", "off"]);

function checkModeOf({ flags }: CommandContext): CheckMode {
  const mode = flags.text("check-mode");
  if (checkModes.has(mode)) return mode as CheckMode;
  throw new SopsError("GENERIC", `invalid value provided for -check-mode flag: ${JSON.stringify(mode)}`, {
    hint: "The modes are manifest, sopsfile and off.",
  });
}

function reportFailure({ log }: CommandContext, error: SopsError | PlatformError): void {
  const text = error instanceof SopsError ? describeError(error).trimEnd() : error.message;
  log.plain(`${program}: ${text}`);
}

import { PlatformError, type Platform } from "../../platform/platform.ts";
import type { Log } from "../log.ts";
import { AuditError } from "./audit-error.ts";
import type { AuditLog } from "./audit-log.ts";

/** Where a host says that there is to be an audit log. */
const configPath = "/etc/sops/audit.yaml";

/**
 * Opens the audit log of this host; undefined where there is to be none. What it takes is loaded only where there is one.
 *
 * @throws AuditError when a database cannot be used, or the config cannot be read: sops would go on without a log then
 * @throws SopsError `COULD_NOT_READ_INPUT_FILE` for a config that is malformed
 */
export async function openAuditLog(platform: Platform, log: Log): Promise<AuditLog | undefined> {
  const config = await readConfig(platform);
  if (config === undefined) return undefined;
  const { AuditLog } = await import("./audit-log.ts");
  return AuditLog.open(config, configPath, platform, log);
}

async function readConfig(platform: Platform): Promise<Uint8Array | undefined> {
  try {
    return await platform.readFileIfExists(configPath);
  } catch (error) {
    if (!(error instanceof PlatformError)) throw error;
    throw new AuditError("the audit log cannot be kept, exiting", {
      problems: [`Error reading config: ${error.message}`],
      hint: "Who is to use sops-ts on this host must be able to read the file.",
    });
  }
}

import type { Platform } from "../../platform/platform.ts";
import type { Log } from "../log.ts";
import type { AuditLog } from "./audit-log.ts";

/** Where a host says that there is to be an audit log. */
const configPath = "/etc/sops/audit.yaml";

/**
 * Opens the audit log of this host; undefined where there is to be none. What it takes is loaded only where there is one.
 *
 * @throws PlatformError when its config cannot be read: sops would go on without a log then
 * @throws SopsError `COULD_NOT_READ_INPUT_FILE` for a config that is malformed, `AUDIT_FAILED` when a database cannot be used
 */
export async function openAuditLog(platform: Platform, log: Log): Promise<AuditLog | undefined> {
  const config = await platform.readFileIfExists(configPath);
  if (config === undefined) return undefined;
  const { AuditLog } = await import("./audit-log.ts");
  return AuditLog.open(config, configPath, platform, log);
}

import { SopsError } from "../errors.ts";
import type { Platform } from "../platform/platform.ts";

/** Where sops is told to keep an audit log. It is read at the start of every command. */
const auditConfig = "/etc/sops/audit.yaml";

/**
 * Refuses to work where an audit log is asked for: this version writes none, and to decrypt without an entry in the log would
 * be to go around it.
 *
 * @throws SopsError `GENERIC`
 */
export async function refuseAudit(platform: Platform): Promise<void> {
  if (platform.os === "win32" || (await platform.readFileIfExists(auditConfig)) === undefined) return;
  throw new SopsError("GENERIC", `${auditConfig} asks for an audit log, which this version of sops-ts cannot write`, {
    hint: "Use sops on this host, or remove the file if there is to be no log.",
  });
}

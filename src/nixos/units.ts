import { decodeUtf8Replacing } from "../bytes.ts";
import { SopsError } from "../errors.ts";
import type { Platform } from "../platform/platform.ts";
import type { System } from "../platform/system.ts";
import type { Changes } from "./changes.ts";
import type { PlannedFile } from "./plan.ts";

/** Units that should know of a change; one that is named by several secrets is there several times. */
export interface UnitRequests {
  readonly restart: readonly string[];
  readonly reload: readonly string[];
}

/** What asking takes. */
export interface UnitContext {
  readonly platform: Platform;
  readonly system: System;
  readonly dryRun: boolean;
  /** Takes a line for standard error. */
  report(line: string): void;
}

/** The units of what is new or different, in the order of `files`. */
export function requestsFor(files: readonly PlannedFile[], { added, modified }: Changes): UnitRequests {
  const changed = new Set([...added, ...modified].map(({ place }) => place));
  const affected = files.filter(({ place }) => changed.has(place));
  return {
    restart: affected.flatMap(({ restartUnits }) => restartUnits),
    reload: affected.flatMap(({ reloadUnits }) => reloadUnits),
  };
}

/** Where the activation of a NixOS configuration looks for units that others want restarted. */
const activationDirectory = "/run/nixos";

/**
 * Asks for units to be restarted and reloaded: through systemctl when `SOPS_RESTART_UNITS_VIA_SYSTEMCTL` says so, else in the
 * lists of an activation, if one is going on.
 *
 * @throws SopsError `GENERIC` when systemctl fails
 */
export async function requestUnits(requests: UnitRequests, context: UnitContext): Promise<void> {
  const { platform, system, dryRun, report } = context;
  const [restart, reload] = [requests.restart.map(fullName), requests.reload.map(fullName)];
  if (platform.env("SOPS_RESTART_UNITS_VIA_SYSTEMCTL") !== "1") {
    if (!system.exists(activationDirectory)) return;
    const prefix = `${activationDirectory}/${dryRun ? "dry-activation" : "activation"}`;
    if (restart.length > 0) system.append(`${prefix}-restart-list`, linesOf(restart));
    if (reload.length > 0) system.append(`${prefix}-reload-list`, linesOf(reload));
  } else if (dryRun) {
    for (const unit of restart) report(`would restart ${unit}`);
    for (const unit of reload) report(`would reload ${unit}`);
  } else {
    await callSystemctl("try-restart", restart, platform);
    await callSystemctl("try-reload-or-restart", reload, platform);
  }
}

function linesOf(units: readonly string[]): string {
  return units.map((unit) => `${unit}\n`).join("");
}

/** The lists take full names only: one without a type is ignored there, though systemctl means a service by it. */
function fullName(unit: string): string {
  return /\.(?:service|socket|target|timer|path|mount|automount|swap|slice|scope|device)$/.test(unit)
    ? unit
    : `${unit}.service`;
}

async function callSystemctl(verb: string, units: readonly string[], platform: Platform): Promise<void> {
  if (units.length === 0) return;
  const command = ["systemctl", "--no-block", verb, ...units];
  const { status, stderr } = await platform.run(command);
  if (status === 0) return;
  const said = decodeUtf8Replacing(stderr).trim();
  throw new SopsError(
    "GENERIC",
    `error running '${command.join(" ")}': exit status ${status ?? "unknown"}${said === "" ? "" : `: ${said}`}`,
    { hint: "The secrets are installed; restart the units by hand." },
  );
}

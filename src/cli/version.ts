import { readFileSync } from "node:fs";
import { isNewerVersion, sopsVersion } from "../core/version.ts";
import { messageOf } from "../errors.ts";

/** Set by the build. */
declare const SOPS_TS_VERSION: string | undefined;

/** The version of sops-ts. */
export function programVersion(): string {
  if (typeof SOPS_TS_VERSION === "string") return SOPS_TS_VERSION;
  const manifest = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(manifest) as { version: string }).version;
}

const releases = "https://github.com/getsops/sops/releases/latest";
const timeoutMs = 10_000;

/** The version as `--version` prints it: the sops whose behaviour this is, then our own. */
export function versionLine(options: { readonly bare: boolean }): string {
  return options.bare ? `sops ${sopsVersion}\n` : `sops ${sopsVersion} (sops-ts ${programVersion()})\n`;
}

/**
 * What there is to say of the latest release of sops: one line. Never fails; a failed look-up is said in the line.
 *
 * @param get - a `fetch`; it is called once, for the address that redirects to the latest release
 */
export async function describeLatestRelease(get: typeof fetch): Promise<string> {
  try {
    const latest = await latestRelease(get);
    return isNewerVersion(latest.version, sopsVersion)
      ? `[info] a new version of sops (${latest.version}) is available: ${latest.address}\n`
      : `[info] sops ${sopsVersion} is the latest version of sops\n`;
  } catch (error) {
    return `[warning] failed to retrieve latest version from upstream: ${messageOf(error)}\n`;
  }
}

async function latestRelease(get: typeof fetch): Promise<{ readonly version: string; readonly address: string }> {
  const response = await get(releases, {
    method: "HEAD",
    redirect: "manual",
    signal: AbortSignal.timeout(timeoutMs),
  });
  const address = response.headers.get("location") ?? "";
  const version = /\/releases\/tag\/([^/]+)$/.exec(address)?.[1];
  if (version === undefined) throw new TypeError(`unexpected answer, status ${response.status}`);
  return { version, address };
}

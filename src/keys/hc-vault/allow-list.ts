import { SopsError } from "../../errors.ts";

/**
 * Refuses addresses that `SOPS_HC_VAULT_ALLOWLIST` does not name: `all` (as when it is not set) allows every one, `none` not one,
 * anything else is a list of URLs with commas between them.
 *
 * @throws SopsError `GENERIC`
 * @see sops hcvault/keysource.go, `allowList`
 */
export function checkAllowed(address: string, list: string | undefined): void {
  if (!list || list === "all") return;
  const allowed = list === "none" ? [] : list.split(",").map((entry) => entry.trim());
  const empty = allowed.indexOf("");
  if (empty >= 0) throw new SopsError("GENERIC", `SOPS_HC_VAULT_ALLOWLIST's entry ${empty + 1} is empty`);
  // With a slash at both ends, one host's name is not the start of another's.
  if (allowed.some((url) => withSlash(address).startsWith(withSlash(url)))) return;
  throw new SopsError("GENERIC", `Allowlist does not allow ${address}`, {
    hint: "SOPS_HC_VAULT_ALLOWLIST has to name it, with its port.",
  });
}

function withSlash(url: string): string {
  return url.endsWith("/") ? url : `${url}/`;
}

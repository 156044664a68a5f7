import { SopsError, type SopsErrorCode } from "../errors.ts";
import type { CommandContext } from "./command.ts";

/**
 * Holds a command to the only key service there is, the keys of this machine. Others are named in a warning; an operation that
 * needs one fails by itself.
 *
 * @param failure - the code when the keys of this machine are turned off
 * @throws SopsError with that code
 */
export function checkKeyServices({ flags, log }: CommandContext, failure: SopsErrorCode): void {
  for (const uri of flags.list("keyservice").filter((entry) => entry !== "")) {
    log.warning("Key services are not available in this version of sops-ts; it is not asked", { uri });
  }
  if (flags.boolean("enable-local-keyservice")) return;
  throw new SopsError(failure, "no key services provided: the keys of this machine are turned off", {
    hint: "Remove --enable-local-keyservice=false, or unset SOPS_ENABLE_LOCAL_KEYSERVICE.",
  });
}

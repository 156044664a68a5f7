import { SopsError, type SopsErrorCode } from "../errors.ts";
import type { KeyService } from "../keys/key-source.ts";
import { localKeyService } from "../keys/local-key-service.ts";
import type { CommandContext } from "./command.ts";

/**
 * Who wraps and unwraps data keys for a command: the keys of this machine, unless they are turned off, then the key services that
 * `--keyservice` names, in that order.
 *
 * @param failure - the code when there is none
 * @throws SopsError with that code
 */
export async function chooseKeyServices(
  { flags, log }: CommandContext,
  failure: SopsErrorCode,
): Promise<readonly KeyService[]> {
  const local = flags.boolean("enable-local-keyservice") ? [localKeyService] : [];
  const uris = flags.list("keyservice").filter((entry) => entry !== "");
  const remote = uris.length === 0 ? [] : await remoteServices(uris, log);
  if (local.length + remote.length > 0) return [...local, ...remote];
  throw new SopsError(failure, "no key services provided: the keys of this machine are turned off", {
    hint: "Name one with --keyservice, or remove --enable-local-keyservice=false or SOPS_ENABLE_LOCAL_KEYSERVICE.",
  });
}

async function remoteServices(uris: readonly string[], log: CommandContext["log"]): Promise<KeyService[]> {
  const { parseServiceUri, remoteKeyService } = await import("./key-service/client.ts");
  return uris.flatMap((uri) => {
    const address = parseServiceUri(uri);
    if (address === undefined) {
      log.warning("Error parsing URI for keyservice, skipping", { uri });
      return [];
    }
    log.info("Connecting to key service", { address: address.text });
    return [remoteKeyService(address)];
  });
}

import { decodeUtf8Replacing } from "../../bytes.ts";
import { messageOf } from "../../errors.ts";
import type { Platform } from "../../platform/platform.ts";
import { BackendError } from "./audit-error.ts";
import { postgresFile } from "./postgres-directory.ts";

/**
 * The settings of a service, from the file that `PGSERVICEFILE` names, else the user's `.pg_service.conf`.
 *
 * @throws BackendError when there is no such file or service
 * @see lib/pq internal/pgservice
 */
export async function settingsOfService(service: string, platform: Platform): Promise<Map<string, string>> {
  const path = platform.env("PGSERVICEFILE") ?? postgresFile(".pg_service.conf", platform) ?? "";
  const lines = decodeUtf8Replacing(await read(path, platform))
    .split("\n")
    .map((line) => line.trim());
  const start = lines.findIndex((line) => headerOf(line) === service);
  if (start < 0) throw new BackendError(`pq: definition of service ${JSON.stringify(service)} not found`);
  const settings = new Map<string, string>();
  for (const [index, line] of lines.entries()) {
    if (index <= start || line === "" || line.startsWith("#")) continue;
    if (headerOf(line) !== undefined) break;
    const equals = line.indexOf("=");
    if (equals < 1) throw new BackendError(`pq: line ${index + 1} of the service file is no setting`);
    settings.set(line.slice(0, equals).trim(), line.slice(equals + 1).trim());
  }
  return settings;
}

function headerOf(line: string): string | undefined {
  return /^\[(.*)\]$/.exec(line)?.[1]?.trim();
}

async function read(path: string, platform: Platform): Promise<Uint8Array> {
  const content = await platform.readFileIfExists(path).catch((error: unknown) => {
    throw new BackendError(`pq: ${messageOf(error)}`);
  });
  if (content === undefined) throw new BackendError(`pq: service file ${JSON.stringify(path)} not found`);
  return content;
}

import { statSync } from "node:fs";
import { isAbsolute } from "node:path";
import { decodeUtf8Replacing } from "../../bytes.ts";
import type { Platform } from "../../platform/platform.ts";
import { postgresFile } from "./postgres-directory.ts";
import type { PostgresSettings, ServerAddress } from "./postgres-settings.ts";

/** What a password may be looked up by. */
type Login = Pick<PostgresSettings, "user" | "password" | "passwordFile" | "database">;

/**
 * The password for a server: the one that is given, else that of the first line of the password file which fits; "" when there is none.
 *
 * @param warn - told of a file that is not used, since others may read it
 * @see lib/pq internal/pgpass
 */
export async function passwordFor(
  login: Login,
  { host, port }: ServerAddress,
  { platform, warn }: { readonly platform: Platform; readonly warn: (message: string) => void },
): Promise<string> {
  if (login.password !== "") return login.password;
  const path = login.passwordFile || postgresFile(".pgpass", platform);
  if (path === undefined || !isPrivate(path, platform, warn)) return "";
  const content = (await platform.readFileIfExists(path)) ?? new Uint8Array();
  for (const line of decodeUtf8Replacing(content).split(/\r?\n/)) {
    const fields = line.startsWith("#") ? [] : fieldsOf(line);
    const [forHost, forPort, forDatabase, forUser, password] = fields;
    if (password === undefined || fields.length !== 5) continue;
    const isLocal = forHost === "localhost" && (host === "" || isAbsolute(host));
    if (forHost !== "*" && forHost !== host && !isLocal) continue;
    if (
      [forPort, forDatabase, forUser].every((field, index) =>
        fits(field, [String(port), login.database, login.user][index]),
      )
    ) {
      return password;
    }
  }
  return "";
}

function fits(field: string | undefined, value: string | undefined): boolean {
  return field === "*" || field === value;
}

function isPrivate(path: string, platform: Platform, warn: (message: string) => void): boolean {
  const status = statSync(path, { throwIfNoEntry: false });
  if (status === undefined) return false;
  if (platform.os === "win32" || (status.mode & 0o077) === 0) return true;
  warn(
    `password file ${JSON.stringify(path)} has group or world access; permissions should be u=rw (0600) or less: it is not used`,
  );
  return false;
}

/** The fields of a line between colons; a backslash takes the next character as it is. */
function fieldsOf(line: string): string[] {
  const fields = [""];
  for (const [, escaped, character = ""] of line.matchAll(/\\([^])|([^])/gu)) {
    if (escaped === undefined && character === ":") fields.push("");
    else fields.push(`${fields.pop()}${escaped ?? character}`);
  }
  return fields;
}

import { join } from "node:path";
import type { Platform } from "../../platform/platform.ts";

/** The directory of a user's certificates for PostgreSQL; undefined for who has no home. */
export function postgresDirectory(platform: Platform): string | undefined {
  if (platform.os === "win32") return windowsDirectory(platform);
  const home = platform.homeDirectory();
  return home === undefined ? undefined : join(home, ".postgresql");
}

/** A file of a user's settings for PostgreSQL, such as `.pgpass`; undefined for who has no home. */
export function postgresFile(name: string, platform: Platform): string | undefined {
  const directory = platform.os === "win32" ? windowsDirectory(platform) : platform.homeDirectory();
  return directory === undefined ? undefined : join(directory, name);
}

function windowsDirectory(platform: Platform): string | undefined {
  const data = platform.env("APPDATA");
  return data ? join(data, "postgresql") : undefined;
}

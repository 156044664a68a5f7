import { userInfo } from "node:os";
import { decodeUtf8Replacing } from "../../bytes.ts";
import { SopsError } from "../../errors.ts";
import { PlatformError, type Platform } from "../../platform/platform.ts";

/**
 * The name of the user that this process runs as, as the system knows it. The environment may say anything, and with it what some
 * runtimes know of the user.
 *
 * @throws SopsError `GENERIC` when the system has none
 */
export async function currentUserName(platform: Platform): Promise<string> {
  const uid = process.getuid?.();
  if (uid === undefined) return userInfo().username;
  const name = (await nameInFile(uid, platform)) ?? (await nameByService(platform));
  if (name !== undefined) return name;
  throw new SopsError("GENERIC", `user: unknown userid ${uid}`);
}

async function nameInFile(uid: number, platform: Platform): Promise<string | undefined> {
  const content = (await platform.readFileIfExists("/etc/passwd")) ?? new Uint8Array();
  for (const line of decodeUtf8Replacing(content).split("\n")) {
    const [name, , id] = line.split(":");
    if (name && !name.startsWith("#") && id === String(uid)) return name;
  }
  return undefined;
}

/** Users need not be in the file: networks have theirs elsewhere, and macOS has no others there than its own. */
async function nameByService(platform: Platform): Promise<string | undefined> {
  try {
    const { status, stdout } = await platform.run(["id", "-un"]);
    return status === 0 ? decodeUtf8Replacing(stdout).trim() || undefined : undefined;
  } catch (error) {
    if (error instanceof PlatformError && error.notFound) return undefined;
    throw error;
  }
}

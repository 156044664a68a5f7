import { decodeUtf8Replacing } from "../bytes.ts";
import { SopsError } from "../errors.ts";
import type { Platform } from "../platform/platform.ts";
import type { Manifest } from "./manifest.ts";

/**
 * Where a user's files of one session are: `$XDG_RUNTIME_DIR`, on macOS the user's folder for temporary files.
 *
 * @throws SopsError `GENERIC` when there is none
 */
export async function runtimeDirectory(platform: Platform): Promise<string> {
  const directory = platform.os === "darwin" ? await darwinDirectory(platform) : platform.env("XDG_RUNTIME_DIR");
  if (directory) return directory;
  const what = platform.os === "darwin" ? "getconf DARWIN_USER_TEMP_DIR gives none" : "$XDG_RUNTIME_DIR is not set";
  throw new SopsError("GENERIC", `cannot figure out runtime directory: ${what}`);
}

async function darwinDirectory(platform: Platform): Promise<string> {
  const { stdout } = await platform.run(["getconf", "DARWIN_USER_TEMP_DIR"]);
  return decodeUtf8Replacing(stdout)
    .trim()
    .replace(/(?<=.)\/+$/, "");
}

/** The manifest with `%r` in its places replaced by a directory, and `%%` by `%`. Files that are read are named as they are. */
export function expandRuntimeDirectory(manifest: Manifest, directory: string): Manifest {
  const expand = (path: string): string => path.replaceAll(/%[r%]/g, (mark) => (mark === "%r" ? directory : "%"));
  return {
    ...manifest,
    store: expand(manifest.store),
    link: expand(manifest.link),
    secrets: manifest.secrets.map((secret) => ({ ...secret, path: expand(secret.path) })),
    templates: manifest.templates.map((template) => ({ ...template, path: expand(template.path) })),
  };
}

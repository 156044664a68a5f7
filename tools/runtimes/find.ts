import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { npmRuntimes, type NpmRuntimeName } from "./versions.ts";

/** The folder that holds a runtime: an npm prefix, apart from the project's own `node_modules`. */
export function runtimeFolder(name: NpmRuntimeName): string {
  const cache = process.env["XDG_CACHE_HOME"];
  return join(cache === undefined || cache === "" ? join(homedir(), ".cache") : cache, "sops-ts/runtimes", name);
}

/** The path of a runtime's program; undefined when it is not installed in the pinned version. */
export function runtimePath(name: NpmRuntimeName): string | undefined {
  const { package: packageName, version, program } = npmRuntimes[name];
  const modules = join(runtimeFolder(name), "node_modules");
  try {
    const manifest = JSON.parse(readFileSync(join(modules, packageName, "package.json"), "utf8")) as {
      version: string;
    };
    if (manifest.version !== version) return undefined;
  } catch {
    return undefined;
  }
  const path = join(modules, program);
  return existsSync(path) ? path : undefined;
}

/** The path of a Chromium: `$CHROMIUM`, or where Debian puts it; undefined when there is none. */
export function chromiumPath(): string | undefined {
  const path = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
  return existsSync(path) ? path : undefined;
}

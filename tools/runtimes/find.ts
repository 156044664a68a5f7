import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { npmRuntimes, type NpmRuntime, type NpmRuntimeName } from "./versions.ts";

/** The folder that holds a runtime, or another program of npm's: an npm prefix, apart from the project's own `node_modules`. */
export function runtimeFolder(name: string): string {
  const cache = process.env["XDG_CACHE_HOME"];
  return join(cache === undefined || cache === "" ? join(homedir(), ".cache") : cache, "sops-ts/runtimes", name);
}

/** The path of a runtime's program; undefined when it is not installed in the pinned version. */
export function runtimePath(name: NpmRuntimeName): string | undefined {
  return programIn(runtimeFolder(name), npmRuntimes[name]);
}

/** The path of a program in an npm prefix; undefined when it is not there in the pinned version. */
export function programIn(folder: string, runtime: NpmRuntime): string | undefined {
  const { package: packageName, version, program } = runtime;
  const modules = join(folder, "node_modules");
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

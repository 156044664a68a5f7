import { absolutePath } from "../../src/config/paths.ts";
import { type Platform, PlatformError } from "../../src/platform/platform.ts";

/** What a {@link memoryPlatform} holds; all fields optional. */
export interface MemoryPlatformOptions {
  /** Texts by absolute path; an `Error` is thrown when its file is read. */
  readonly files?: Readonly<Record<string, string | Error>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly workingDirectory?: string;
  readonly homeDirectory?: string;
  readonly hostName?: string;
  readonly os?: string;
}

/** A platform of files in memory, with nothing else to it. */
export function memoryPlatform(options: MemoryPlatformOptions = {}): Platform {
  const directory = options.workingDirectory ?? "/work";
  const readFileIfExists = async (path: string): Promise<Uint8Array | undefined> => {
    const content = options.files?.[absolutePath(path, { os: "linux", workingDirectory: () => directory })];
    if (content instanceof Error) throw content;
    return content === undefined ? undefined : new TextEncoder().encode(content);
  };
  return {
    os: options.os ?? "linux",
    env: (name) => options.env?.[name],
    workingDirectory: () => directory,
    homeDirectory: () => options.homeDirectory,
    hostName: () => options.hostName,
    readFileIfExists,
    readFile: async (path) => {
      const content = await readFileIfExists(path);
      if (content === undefined) throw new PlatformError(`open ${path}: no such file or directory`, { notFound: true });
      return content;
    },
    writeFile: unavailable,
    run: unavailable,
    start: unavailable,
    connect: unavailable,
    askSecret: unavailable,
    ask: unavailable,
    tell: unavailable,
    terminalName: () => undefined,
  };
}

async function unavailable(): Promise<never> {
  throw new PlatformError("not in memory");
}

import { PlatformError, type Platform } from "./platform.ts";

/**
 * The platform of browsers and other runtimes without files: nothing is set, nothing exists, and whatever would need a
 * file, a program or a terminal says that there is none.
 */
export const platform: Platform = {
  os: "browser",
  env: () => undefined,
  workingDirectory: () => "/",
  homeDirectory: () => undefined,
  hostName: () => undefined,
  readFile: (path) => refuse(`open ${path}: this runtime has no files`),
  readFileIfExists: async () => undefined,
  writeFile: (path) => refuse(`open ${path}: this runtime has no files`),
  run: ([program]) => refuse(`cannot run ${program}: this runtime has no processes`),
  start: ([program]) => refuse(`cannot run ${program}: this runtime has no processes`),
  connect: (path) => refuse(`dial unix ${path}: this runtime has no sockets`),
  askSecret: () => refuse("this runtime has no terminal to ask at"),
  ask: () => refuse("this runtime has no terminal to ask at"),
  tell: () => refuse("this runtime has no terminal"),
  terminalName: () => undefined,
};

async function refuse(message: string): Promise<never> {
  throw new PlatformError(message);
}

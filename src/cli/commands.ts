import { SopsError } from "../errors.ts";
import type { Command } from "./command.ts";

/**
 * The code of each command, by its name in the table; loaded when it is called. A command of the table that is missing here
 * is not available: help does not list it, and calling it is an error.
 */
const loaders: Readonly<Record<string, () => Promise<Command>>> = {
  "": async () => (await import("./commands/legacy.ts")).legacy,
  encrypt: async () => (await import("./commands/encrypt.ts")).encrypt,
  decrypt: async () => (await import("./commands/decrypt.ts")).decrypt,
  edit: async () => (await import("./commands/edit.ts")).edit,
  "exec-env": async () => (await import("./commands/exec-env.ts")).execEnv,
  "exec-file": async () => (await import("./commands/exec-file.ts")).execFile,
  set: async () => (await import("./commands/set.ts")).set,
  unset: async () => (await import("./commands/unset.ts")).unset,
  rotate: async () => (await import("./commands/rotate.ts")).rotate,
  updatekeys: async () => (await import("./commands/updatekeys.ts")).updatekeys,
  "groups add": async () => (await import("./commands/groups-add.ts")).groupsAdd,
  "groups delete": async () => (await import("./commands/groups-delete.ts")).groupsDelete,
  publish: async () => (await import("./commands/publish.ts")).publish,
  keyservice: async () => (await import("./commands/keyservice.ts")).keyservice,
  filestatus: async () => (await import("./commands/filestatus.ts")).filestatus,
  "completion bash": async () => (await import("./commands/completion.ts")).bashCompletion,
  "completion zsh": async () => (await import("./commands/completion.ts")).zshCompletion,
  "completion fish": async () => (await import("./commands/completion.ts")).fishCompletion,
  check: async () => (await import("./commands/check.ts")).check,
  "age-keygen": async () => (await import("./commands/age-keygen.ts")).ageKeygen,
  "install-secrets": async () => (await import("./commands/install-secrets.ts")).installSecrets,
  "ssh-to-age": async () => (await import("./commands/ssh-to-age.ts")).sshToAge,
};

/** Whether a command can be called. */
export function isAvailable(name: string): boolean {
  return Object.hasOwn(loaders, name);
}

/**
 * The code of a command.
 *
 * @throws SopsError when it is not available
 */
export async function loadCommand(name: string): Promise<Command> {
  const load = isAvailable(name) ? loaders[name] : undefined;
  if (load !== undefined) return load();
  throw new SopsError("GENERIC", `the command ${name} is not available in this version of sops-ts`, {
    hint: "sops itself has it, and reads and writes the same files.",
  });
}

import type { OperationOptions } from "../sops.ts";
import type { CommandContext } from "./command.ts";

/** What every operation gets from a command: its platform, what keys are kept, and where problems and steps are logged. */
export function operationOptions({
  platform,
  log,
  keyCache,
}: CommandContext): Pick<OperationOptions, "platform" | "warn" | "log" | "keyCache"> {
  return {
    platform,
    keyCache,
    warn: (message) => log.warning(message),
    log: ({ level, part, message, fields }) => log.line(level, message, fields, part),
  };
}

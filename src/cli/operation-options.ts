import type { OperationOptions } from "../sops.ts";
import type { CommandContext } from "./command.ts";

/** What an operation on a file's values gets from a command: {@link operationOptions}, and where it is recorded under the file's path. */
export function recordedOptions(
  context: CommandContext,
  /** Absolute; undefined for standard input. */
  path: string | undefined,
): ReturnType<typeof operationOptions> & Pick<OperationOptions, "audit"> {
  const { audit, platform } = context;
  if (audit === undefined) return operationOptions(context);
  // sops makes "", the path of standard input, absolute.
  const file = path ?? platform.workingDirectory();
  return { ...operationOptions(context), audit: (action) => audit.record(action, file) };
}

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

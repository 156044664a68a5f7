import { messageOf, SopsError } from "../../errors.ts";

/** An age file, stanza or identity that is not what it should be. The reason never quotes an identity. */
export function malformed(reason: string, cause?: unknown): SopsError {
  return new SopsError("COULD_NOT_RETRIEVE_KEY", reason, { cause });
}

/** The failure of a step: what the step is, and why it failed, with the hint of the cause. */
export function stepFailed(step: string, cause: unknown): SopsError {
  const hint = cause instanceof SopsError ? cause.hint : undefined;
  const message = `${step}: ${messageOf(cause)}`;
  return new SopsError("COULD_NOT_RETRIEVE_KEY", message, hint === undefined ? {} : { hint });
}

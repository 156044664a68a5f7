import { SopsError } from "../../errors.ts";

/** An age file, stanza or identity that is not what it should be. The reason never quotes an identity. */
export function malformed(reason: string, cause?: unknown): SopsError {
  return new SopsError("COULD_NOT_RETRIEVE_KEY", reason, { cause });
}

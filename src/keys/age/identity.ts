import type { SopsError } from "../../errors.ts";
import type { Identity } from "./stanza.ts";

/** What a text or a place gave. */
export interface ParsedIdentities {
  /** X25519 and hybrid ones, which are tried before all others. */
  readonly native: readonly Identity[];
  readonly others: readonly OtherIdentity[];
  /** What could not be used. */
  readonly problems: readonly SopsError[];
}

/** An SSH key, a plugin's identity, a protected file: to use it may take a question to a person. */
export interface OtherIdentity {
  /**
   * What opens files.
   *
   * @throws SopsError `COULD_NOT_RETRIEVE_KEY` when a passphrase is wrong or missing
   */
  unlock(): Promise<readonly Identity[]>;
  /** A warning for when it was unlocked, and then was for nothing in the file. */
  readonly unmatched?: string;
}

/** An identity that asks for nothing before it has found a stanza of its own. */
export function readyIdentity(identity: Identity): OtherIdentity {
  return { unlock: async () => [identity] };
}

/** A source that gives nothing but a problem. */
export function unusable(problem: SopsError): ParsedIdentities {
  return { native: [], others: [], problems: [problem] };
}

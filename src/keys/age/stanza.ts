/** One recipient's section of an age file's header. */
export interface Stanza {
  /** The words of its first line: the type, then what the type has there. None is empty, all are ASCII without blanks. */
  readonly args: readonly string[];
  readonly body: Uint8Array;
}

/** What an age file is made for. */
export interface Recipient {
  /** Wraps the 16-byte file key. */
  wrapFileKey(fileKey: Uint8Array): readonly Stanza[] | Promise<readonly Stanza[]>;
}

/** What opens an age file. */
export interface Identity {
  /**
   * The file key, or null when no stanza is for this identity.
   *
   * @param header - the bytes of the header that the stanzas are from, its MAC included
   * @throws SopsError when a stanza is for it and malformed
   */
  unwrapFileKey(stanzas: readonly Stanza[], header: Uint8Array): Uint8Array | null | Promise<Uint8Array | null>;
}

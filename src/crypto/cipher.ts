/**
 * The cryptography that the file format and its age keys need, all of it synchronous. Two backends: `node.ts` (node:crypto) and
 * `noble.ts` (portable); the package's `imports` field picks one as `#cipher`.
 */
export interface Cipher {
  /** The backend's name, `node` or `noble`. */
  readonly name: string;

  /**
   * A context for one key, made once a file: key schedule and tables are shared by all its values.
   *
   * @param key - 32 bytes
   */
  aes256Gcm(key: Uint8Array): Aes256Gcm;

  /** A running SHA-512; `digest` gives 64 bytes and ends it. */
  sha512(): RunningHash;

  /** The SHA-256 of the bytes, 32 bytes. */
  sha256(bytes: Uint8Array): Uint8Array;

  /**
   * Bytes from the platform's cryptographic random source.
   *
   * @param length - at most 65,536
   */
  randomBytes(length: number): Uint8Array;

  /** The X25519 public key of a secret key; both 32 bytes. */
  x25519PublicKey(secretKey: Uint8Array): Uint8Array;

  /**
   * The X25519 shared secret, 32 bytes; undefined when it is all zeros, which means that the public key is a point of low
   * order and the secret no secret.
   *
   * @param secretKey - 32 bytes, clamped or not
   * @param publicKey - 32 bytes
   */
  x25519(secretKey: Uint8Array, publicKey: Uint8Array): Uint8Array | undefined;

  /**
   * Decrypts Triple DES in CBC mode, padding and all; undefined where the runtime has no DES. Old SSH keys are protected with it, and
   * nothing else. Default: this backend has no DES, which noble has not.
   *
   * @param key - 24 bytes
   * @param iv - 8 bytes
   * @param ciphertext - blocks of 8 bytes
   */
  readonly decryptTripleDes?: (key: Uint8Array, iv: Uint8Array, ciphertext: Uint8Array) => Uint8Array | undefined;
}

/** AES-256-GCM with one key. IVs may have any length from one byte on; tags are 16 bytes. */
export interface Aes256Gcm {
  /** The ciphertext followed by its 16-byte tag. */
  seal(iv: Uint8Array, plaintext: Uint8Array, additionalData: Uint8Array): Uint8Array;

  /**
   * The plaintext, or undefined when key, IV, ciphertext, tag and additional data do not belong together.
   *
   * @param sealed - the ciphertext followed by its 16-byte tag
   */
  open(iv: Uint8Array, sealed: Uint8Array, additionalData: Uint8Array): Uint8Array | undefined;

  /** Seals many short messages at once, in place: plaintexts become ciphertexts, and `tags` is filled. */
  sealAll(messages: Messages): void;

  /**
   * Opens many short messages at once, in place: ciphertexts become plaintexts.
   *
   * @returns for each message 1 when its parts belong together; 0 when they do not, its text is then zeros
   */
  openAll(messages: Messages): Uint8Array;
}

/** Messages that lie one behind the other, for {@link Aes256Gcm.sealAll} and {@link Aes256Gcm.openAll}. */
export interface Messages {
  /** 32 bytes a message. */
  readonly ivs: Uint8Array;
  /** Plaintexts or ciphertexts. */
  readonly texts: PaddedTexts;
  /** What each message is bound to. */
  readonly additionalData: PaddedTexts;
  /** 16 bytes a message. */
  readonly tags: Uint8Array;
}

/** Texts that lie one behind the other, each padded with zeros to a multiple of 16 bytes. */
export interface PaddedTexts {
  /** The texts with their padding. */
  readonly bytes: Uint8Array;
  /** Bytes of each text, without the padding. */
  readonly lengths: Int32Array;
}

/** A hash that takes its input in pieces. */
export interface RunningHash {
  /** Adds bytes to what is hashed. */
  update(bytes: Uint8Array): void;
  /** The hash of all that was added, which ends it. */
  digest(): Uint8Array;
}

/**
 * AES with a fixed key, on any number of 16-byte blocks each on its own (what is called ECB). May give back the array it was
 * given, overwritten.
 */
export type EncryptBlocks = (blocks: Uint8Array) => Uint8Array;

/** Bytes of a block of AES, and of GHASH. */
export const blockBytes = 16;

/** Bytes of one of {@link PaddedTexts} with its padding. */
export function paddedLength(length: number): number {
  return (length + blockBytes - 1) & -blockBytes;
}

/** Bytes of each IV of {@link Messages}. */
export const batchedIvBytes = 32;

/** Bytes of the tag at the end of what {@link Aes256Gcm.seal} gives. */
export const tagBytes = 16;

/** Bytes of an X25519 key, secret or public, and of what two of them share. */
export const x25519Bytes = 32;

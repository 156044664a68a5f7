/*
 * The algorithms behind passphrases of SSH keys, by name, so that a bundle for browsers leaves out what else their modules have. Loaded for
 * such a key.
 */
export { cbc, ctr } from "@noble/ciphers/aes.js";
export { md5, sha1 } from "@noble/hashes/legacy.js";
export { pbkdf2Async } from "@noble/hashes/pbkdf2.js";
export { sha256, sha512 } from "@noble/hashes/sha2.js";

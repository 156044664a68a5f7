/**
 * The key source for PGP: keys in memory, and gpg.
 *
 * @packageDocumentation
 */
export { pgp } from "../keys/pgp/pgp.ts";

/*
 * Two encrypted files of the same plain file differ in what is random or dated: ciphertexts, wrapped keys, times, the
 * program's version. What is left is the layout, which sops and sops-ts must agree on to the byte.
 */

const envelope = /ENC\[AES256_GCM,data:[^,]*,iv:[^,]*,tag:[^,]*,type:(\w+)\]/g;
const armor = /-----BEGIN (AGE ENCRYPTED FILE|PGP MESSAGE)-----[\s\S]*?-----END \1-----/g;
const time = /((?:lastmodified|created_at)"?\s*[:=]\s*"?)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g;
const version = /(version"?\s*[:=]\s*"?)3\.\d+\.\d+/g;

/** An encrypted file as text, one character a byte, with everything random or dated masked. */
export function maskLayout(file: Uint8Array): string {
  return Buffer.from(file)
    .toString("latin1")
    .replaceAll(envelope, "ENC[$1]")
    .replaceAll(armor, "$1")
    .replaceAll(time, "$1TIME")
    .replaceAll(version, "$1VERSION");
}

/** The envelopes of a file, the MAC's aside. */
export function envelopesOf(file: Uint8Array): Set<string> {
  const withoutMac = Buffer.from(file)
    .toString("latin1")
    .replaceAll(/mac"?\s*[:=]\s*"?ENC\[[^\]]*\]/g, "");
  return new Set(withoutMac.match(/ENC\[AES256_GCM,[^\]]*\]/g));
}

/** A file without what differs from run to run: ciphertexts, times. */
export function withoutChance(file: string): string {
  return file
    .replaceAll(/-----BEGIN (AGE|PGP) [^]*?-----END \1 [^-]*-----/g, "ARMOR")
    .replaceAll(/ENC\[[^\]]*\]/g, "ENC")
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, "TIME")
    .replaceAll(/(enc"?\s*[:=]\s*)(?:"[^"]*"|>-\n(?:\s+\S{30,}\n)+|\S+)/g, "$1WRAPPED");
}

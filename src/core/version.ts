import { SopsError } from "../errors.ts";

/** The release of sops whose files and behaviour these are; written to the metadata of new files. */
export const sopsVersion = "3.13.3";

/**
 * Whether version `a` is newer than `b`, both like `3.13.3` (a leading `v` is ignored). A `b` that starts with `1.` is older
 * than any: sops 1 did not number its releases by this scheme.
 *
 * @throws SopsError `INVALID_METADATA` when a version is not semantic
 */
export function isNewerVersion(a: string, b: string): boolean {
  if (b.startsWith("1.")) return true;
  const left = parseVersion(a);
  const right = parseVersion(b);
  for (let index = 0; index < 3; index++) {
    const difference = (left.numbers[index] ?? 0) - (right.numbers[index] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return comparePrerelease(left.prerelease, right.prerelease) > 0;
}

interface Version {
  readonly numbers: readonly number[];
  readonly prerelease: readonly string[];
}

function parseVersion(text: string): Version {
  const bare = text.startsWith("v") ? text.slice(1) : text;
  if (bare === "") throw invalidVersion("Version string empty");
  const match = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$/.exec(bare);
  if (match === null) {
    const tooShort = bare.split(".").length < 3;
    throw invalidVersion(tooShort ? "No Major.Minor.Patch elements found" : "Invalid characters found in version");
  }
  return { numbers: match.slice(1, 4).map(Number), prerelease: match[4]?.split(".") ?? [] };
}

function invalidVersion(reason: string): SopsError {
  return new SopsError("INVALID_METADATA", reason, {
    hint: "The file's metadata needs a `version` such as 3.13.3.",
  });
}

/** Positive when `a` is the later one; a release comes after its prereleases. */
function comparePrerelease(a: readonly string[], b: readonly string[]): number {
  if (a.length === 0 || b.length === 0) return Math.sign(b.length - a.length);
  for (let index = 0; index < Math.min(a.length, b.length); index++) {
    const order = compareIdentifier(a[index] ?? "", b[index] ?? "");
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function compareIdentifier(a: string, b: string): number {
  const [aNumeric, bNumeric] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (aNumeric && bNumeric) return Number(a) - Number(b);
  if (aNumeric !== bNumeric) return aNumeric ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}

import { SopsError } from "../errors.ts";

/** Set in executables, which contain all packages that they may. */
declare const SOPS_TS_EXECUTABLE: true | undefined;

/**
 * The error for a package that only some files need, when it cannot be imported.
 *
 * @param use - what needs it, in the plural, such as "PGP keys that gpg does not manage"
 * @param cause - what the import threw
 * @param instead - what can be done without the package; default: nothing
 */
export function missingPackage(name: string, use: string, cause: unknown, instead?: string): SopsError {
  if (typeof SOPS_TS_EXECUTABLE !== "undefined") {
    const fromNpm = `use sops-ts from npm: npm install sops-ts ${name}`;
    return new SopsError(
      "MISSING_OPTIONAL_DEPENDENCY",
      `${use} need the package ${name}, which is not part of the executable`,
      { cause, hint: instead === undefined ? `In its place ${fromNpm}` : `${instead}, or ${fromNpm}` },
    );
  }
  return new SopsError(
    "MISSING_OPTIONAL_DEPENDENCY",
    `${use} need the package ${name}, which is not installed. Run: npm install ${name}`,
    { cause, hint: `npm install ${name}` },
  );
}

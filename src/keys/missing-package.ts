import { SopsError } from "../errors.ts";

/**
 * The error for a package that only some files need, when it cannot be imported.
 *
 * @param use - what needs it, in the plural, such as "PGP keys that gpg does not manage"
 * @param cause - what the import threw
 */
export function missingPackage(name: string, use: string, cause: unknown): SopsError {
  return new SopsError(
    "MISSING_OPTIONAL_DEPENDENCY",
    `${use} need the package ${name}, which is not installed. Run: npm install ${name}`,
    { cause, hint: `npm install ${name}` },
  );
}

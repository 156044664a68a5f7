import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";

/*
 * Files below `fixtures`, by their path from there. Where a runtime has no files, `tools/runtimes` puts the files themselves in the
 * place of this module.
 */

const fixtures = fileURLToPath(new URL("../../fixtures", import.meta.url));

/** The bytes of a file. */
export function fixtureBytes(path: string): Uint8Array {
  return new Uint8Array(readFileSync(join(fixtures, path)));
}

/** The text of a file. */
export function fixtureText(path: string): string {
  return readFileSync(join(fixtures, path), "utf8");
}

/** The text of a file that is packed with gzip. */
export function unpackedFixture(path: string): string {
  return gunzipSync(readFileSync(join(fixtures, path))).toString("utf8");
}

/** The paths of all files below a folder, sorted. */
export function fixturePaths(folder: string): string[] {
  return readdirSync(join(fixtures, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(fixtures.length + 1)
        .replaceAll("\\", "/"),
    )
    .toSorted();
}

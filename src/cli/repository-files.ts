import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

const skippedDirectories: ReadonlySet<string> = new Set([".git", "node_modules"]);

/**
 * The files at a path: itself, or all below a directory, sorted by name level by level. `.git` and `node_modules` are skipped, and
 * symbolic links are not followed, so that no loop is endless and no file comes twice; what is named itself is always taken.
 *
 * @param path - absolute
 * @throws the system's error when there is nothing at the path, or a directory cannot be read
 */
export function filesBelow(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  const files: string[] = [];
  collect(path, files);
  return files;
}

function collect(directory: string, files: string[]): void {
  const entries = readdirSync(directory, { withFileTypes: true }).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const path = join(directory, entry.name);
    if (entry.isFile()) files.push(path);
    else if (entry.isDirectory() && !skippedDirectories.has(entry.name)) collect(path, files);
  }
}

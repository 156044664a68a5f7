import type { Branch } from "../../core/tree.ts";
import { BranchBuilder } from "./branches.ts";
import { Composer } from "./composer.ts";
import { fail } from "./failure.ts";
import { checkFirstDocument } from "./first-document.ts";
import { decodeSource } from "./source.ts";

/**
 * The documents of a YAML file, one branch each, as sops sees them: go-yaml's mix of YAML 1.1 and 1.2, aliases expanded,
 * `<<` an ordinary key, comments as items at the place go-yaml gives them. Only the first document is checked for
 * duplicate keys.
 *
 * @returns no branch for an empty file; an empty branch for a document that is empty or null
 * @throws SopsError `COULD_NOT_READ_INPUT_FILE` when it is not YAML or a document is not a mapping; the message says where
 * @see sops stores/yaml/store.go, `LoadPlainFile`
 */
export function loadYaml(file: Uint8Array): Branch[] {
  if (file.length === 0) return [];
  const composer = new Composer(decodeSource(file));
  const builder = new BranchBuilder();
  const branches: Branch[] = [];
  for (let document = composer.next(); document !== undefined; document = composer.next()) {
    if (branches.length === 0) checkFirstDocument(document);
    branches.push(builder.build(document));
  }
  if (branches.length === 0) fail("no document in the file, only blanks and comments (EOF)");
  return branches;
}

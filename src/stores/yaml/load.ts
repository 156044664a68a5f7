import type { Branch } from "../../core/tree.ts";
import { SopsError } from "../../errors.ts";
import { BranchBuilder } from "./branches.ts";
import { Composer } from "./composer.ts";
import { fail } from "./failure.ts";
import { checkFirstDocument } from "./first-document.ts";
import { hasNoReferences } from "./plain-run.ts";
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
  const text = decodeSource(file);
  return loadWithRuns(text) ?? loadText(text, false);
}

/** Undefined where runs cannot be read by themselves, and for a file that is refused: without them it is known where and why. */
function loadWithRuns(text: string): Branch[] | undefined {
  if (!hasNoReferences(text)) return undefined;
  try {
    return loadText(text, true);
  } catch (error) {
    if (error instanceof SopsError) return undefined;
    throw error;
  }
}

/**
 * The documents of a text.
 *
 * @param readsRuns - whether plain lines are read as runs: quicker, with other messages for what is refused
 * @throws SopsError as {@link loadYaml}
 */
export function loadText(text: string, readsRuns: boolean): Branch[] {
  const composer = new Composer(text, readsRuns);
  const builder = new BranchBuilder();
  const branches: Branch[] = [];
  for (let document = composer.next(); document !== undefined; document = composer.next()) {
    if (branches.length === 0) checkFirstDocument(document);
    branches.push(builder.build(document));
  }
  if (branches.length === 0) fail("no document in the file, only blanks and comments (EOF)");
  return branches;
}

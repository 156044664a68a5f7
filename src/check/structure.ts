import { looksLikeEnvelope, parseEnvelope } from "../core/envelope.ts";
import { collectLeaves, type Leaf, pathOfLeaf } from "../core/leaves.ts";
import { describeKey } from "../core/master-key.ts";
import { defaultSelection, type MasterKey, type Metadata } from "../core/metadata.ts";
import { makeSelector, prepareSelection } from "../core/selection.ts";
import { Comment } from "../core/tree.ts";
import { isNewerVersion, sopsVersion } from "../core/version.ts";
import { messageOf, SopsError } from "../errors.ts";
import { contentLengthOf } from "../keys/age/age-file.ts";
import type { EncryptedFile } from "../stores/metadata-placement.ts";
import type { Complaint } from "./rule-faults.ts";

/** A complaint about one value. */
export interface PlacedComplaint extends Complaint {
  /** Undefined: it concerns the metadata. */
  readonly path?: string | undefined;
}

/** Finding out where a value is takes a walk; a file that is wrong all over needs no more than this. */
const mostPlaces = 20;

/** Of a data key, or of a share of one. */
const dataKeyLengths: readonly number[] = [32, 33];

const datatypes: ReadonlySet<string> = new Set(["str", "int", "float", "bool", "bytes", "time", "comment"]);

/**
 * What is wrong with an encrypted file as far as it shows without a key: metadata that cannot open it, selected values and comments
 * in clear text, envelopes that cannot be opened, envelopes where the rule wants clear text.
 */
export async function checkStructure({ branches, metadata }: EncryptedFile): Promise<PlacedComplaint[]> {
  const complaints: PlacedComplaint[] = metadataComplaints(metadata);
  const selection = metadata.selection ?? defaultSelection;
  await prepareSelection(selection);
  let more = 0;
  for (const leaf of leavesOf({ branches, metadata }, complaints)) {
    const complaint = leafComplaint(leaf);
    if (complaint === undefined) continue;
    if (complaints.length < mostPlaces) complaints.push({ ...complaint, path: pathOf(leaf, branches) });
    else more += 1;
  }
  if (more > 0) {
    complaints.push({ kind: "clear-text", message: `and ${more} more values or comments are not as they should be` });
  }
  return complaints;
}

/** Undefined for a comment that stands at no key. */
function pathOf(leaf: Leaf, branches: EncryptedFile["branches"]): string | undefined {
  const path = pathOfLeaf(branches, leaf);
  return path === "[]" ? undefined : path;
}

function leavesOf({ branches, metadata }: EncryptedFile, complaints: PlacedComplaint[]): readonly Leaf[] {
  try {
    return collectLeaves(branches, makeSelector(metadata.selection ?? defaultSelection), true);
  } catch (error) {
    if (!(error instanceof SopsError)) throw error;
    const kind = error.code === "INVALID_CONFIG" ? "metadata" : "unreadable";
    complaints.push({ kind, message: error.message, hint: error.hint });
    return [];
  }
}

function leafComplaint({ value, selected }: Leaf): Complaint | undefined {
  const text = value instanceof Comment ? value.text : value;
  const what = value instanceof Comment ? "a comment" : "the value";
  const isEnvelope = typeof text === "string" && looksLikeEnvelope(text);
  if (!selected) {
    if (!isEnvelope || value instanceof Comment) return undefined;
    const message = `${what} is encrypted, but the selection rule of the file leaves it in clear: nobody would decrypt it`;
    return { kind: "damaged-value", message, hint: restore };
  }
  if (text === "") return undefined;
  if (!isEnvelope) {
    const hint =
      "Run: sops-ts edit FILE, or sops-ts set; values that were added by hand must be added so. If it was published, change it.";
    return { kind: "clear-text", message: `${what} is in clear text and should be encrypted`, hint };
  }
  return isWhole(text)
    ? undefined
    : { kind: "damaged-value", message: `the ciphertext of ${what} is damaged`, hint: restore };
}

/** What to do about what was damaged. */
export const restore = "Restore it from version control.";

/** A tag has 16 bytes. */
const wholeTag = /,tag:[A-Za-z0-9+/]{22}==,type:/;

function isWhole(text: string): boolean {
  const envelope = parseEnvelope(text);
  return envelope !== undefined && wholeTag.test(text) && datatypes.has(envelope.datatype);
}

function metadataComplaints(metadata: Metadata): Complaint[] {
  const complaint = (message: string): Complaint => ({ kind: "metadata", message, hint: restore });
  const { keyGroups, shamirThreshold, mac } = metadata;
  const problems: string[] = [];
  if (mac === "") problems.push("there is no MAC");
  else if (!isWhole(mac)) problems.push("the MAC is not an envelope");
  if (keyGroups.length > 1 && (shamirThreshold < 0 || shamirThreshold > keyGroups.length)) {
    problems.push(`shamir_threshold is ${shamirThreshold}, and there are ${keyGroups.length} key groups`);
  }
  for (const [index, group] of keyGroups.entries()) {
    if (group.length === 0) problems.push(`key group ${index + 1} is empty`);
    for (const key of group) {
      if (!holdsDataKey(key)) problems.push(`the data key is not there, or damaged, for ${describeKey(key)}`);
    }
  }
  try {
    isNewerVersion(sopsVersion, metadata.version);
  } catch (error) {
    problems.push(`the version cannot be understood: ${messageOf(error)}`);
  }
  return problems.map(complaint);
}

/** Whether a key's `enc` has the form that its kind writes; of the services' keys only that there is something is known. */
function holdsDataKey({ kind, enc }: MasterKey): boolean {
  if (kind === "age") return isWholeAgeFile(enc);
  if (kind === "pgp") return enc.includes("-----BEGIN PGP MESSAGE-----") && enc.includes("-----END PGP MESSAGE");
  return enc !== "";
}

function isWholeAgeFile(enc: string): boolean {
  try {
    return dataKeyLengths.includes(contentLengthOf(enc));
  } catch (error) {
    if (error instanceof SopsError) return false;
    throw error;
  }
}

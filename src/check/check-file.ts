import { decodeByteString } from "../bytes.ts";
import { parseTreePath } from "../core/tree-path.ts";
import { SopsError } from "../errors.ts";
import { type EncryptedFile, loadEncrypted } from "../stores/metadata-placement.ts";
import { loadStore } from "../stores/registry.ts";
import type { Format } from "../stores/store.ts";
import type { Fault } from "./fault.ts";
import { lineOfMetadata, lineOfPath } from "./lines.ts";
import { compareWithRule } from "./rule-faults.ts";
import type { CoveringRule } from "./rule-finder.ts";
import { checkStructure, type PlacedComplaint, restore } from "./structure.ts";

/** A file with its rule. */
export interface FileToCheck {
  /** For messages. */
  readonly file: string;
  readonly content: Uint8Array;
  readonly format: Format;
  /** Undefined: no rule covers it; if it is encrypted its structure is checked all the same. */
  readonly covering: CoveringRule | undefined;
}

/** What {@link checkFile} found. */
export interface FileReport {
  /** Whether the file is one that the check is about: it is encrypted, or a rule's `path_regex` names it. */
  readonly concerned: boolean;
  /** Whether it could be read as an encrypted file. */
  readonly encrypted: boolean;
  readonly faults: readonly Fault[];
}

const unconcerned: FileReport = { concerned: false, encrypted: false, faults: [] };

/**
 * Checks one file without any key. A file that is named by a rule must be encrypted, unless it is empty; any encrypted file must be
 * sound, and have the keys and the selection rule of its rule.
 */
export async function checkFile({ file, content, format, covering }: FileToCheck): Promise<FileReport> {
  const named = covering?.namesFile ?? false;
  if (content.length === 0) return unconcerned;
  if (content.length > mostBytes) return tooLarge(file);
  const text = decodeByteString(content);
  const marked = text.includes("sops") && text.includes("lastmodified");
  if (!named && !marked) return unconcerned;
  const loaded = await load(content, format);
  if (loaded instanceof SopsError) {
    const fault = notLoadable(loaded, { file, format, text, named });
    return fault === undefined ? unconcerned : { concerned: true, encrypted: false, faults: [fault] };
  }
  const lines = text.split("\n");
  const inMetadata = lineOfMetadata(lines);
  const ofRule = covering === undefined ? [] : compareWithRule(loaded.metadata, covering.rule, format);
  const structure = [...contentComplaints(loaded, format), ...(await checkStructure(loaded))];
  const faults = [
    ...ofRule.map((complaint) => ({ ...complaint, file, line: inMetadata })),
    ...structure.map((complaint) => ({ ...complaint, file, line: lineOf(lines, complaint.path) ?? inMetadata })),
  ];
  return { concerned: true, encrypted: true, faults };
}

/** An encrypted binary file is JSON, and its content the value `data`; with other values it was encrypted as JSON under its name. */
function contentComplaints({ branches }: EncryptedFile, format: Format): PlacedComplaint[] {
  if (format !== "binary" || branches.some(({ items }) => items.length > 0)) return [];
  return [{ kind: "unreadable", message: "the content is gone: there is no data", hint: restore }];
}

/** The longest text that V8 has, and room for a message. */
const mostBytes = 2 ** 29 - 1024;

function tooLarge(file: string): FileReport {
  const message = `the file is larger than ${mostBytes >> 20} MiB, and cannot be looked into`;
  return { concerned: true, encrypted: false, faults: [{ kind: "unreadable", file, message }] };
}

async function load(content: Uint8Array, format: Format): Promise<EncryptedFile | SopsError> {
  const store = await loadStore(format);
  try {
    return loadEncrypted(store.encryptedForm ?? store, content);
  } catch (error) {
    if (error instanceof SopsError) return error;
    throw error;
  }
}

interface Unloadable {
  readonly file: string;
  readonly format: Format;
  readonly text: string;
  readonly named: boolean;
}

/** A file that nobody claims may speak of sops without being encrypted, in documentation for instance. */
function notLoadable(error: SopsError, { file, format, text, named }: Unloadable): Fault | undefined {
  const hasEnvelopes = text.includes("ENC[AES256_GCM,data:");
  if (error.code === "METADATA_NOT_FOUND" || !hasEnvelopes) return named ? notEncrypted(file) : undefined;
  if (!named && format === "binary") return undefined;
  if (error.code === "INVALID_METADATA") {
    const line = lineOfMetadata(text.split("\n"));
    return { kind: "metadata", file, line, message: `the metadata is not valid: ${error.message}`, hint: error.hint };
  }
  const line = /line (\d+)/.exec(error.message)?.[1];
  return {
    kind: "unreadable",
    file,
    line: line === undefined ? undefined : Number(line),
    message: `the file cannot be read as ${format}: ${error.message.replaceAll(/\s*\n\s*/g, " ")}`,
    hint: error.hint ?? "Restore it from version control; after a merge look for conflict marks.",
  };
}

function notEncrypted(file: string): Fault {
  return {
    kind: "not-encrypted",
    file,
    message: "the file is not encrypted, and a creation rule names it",
    hint: "Run: sops-ts encrypt -i FILE. If it was published, change the secrets in it.",
  };
}

function lineOf(lines: readonly string[], path: string | undefined): number | undefined {
  if (path === undefined) return undefined;
  try {
    return lineOfPath(lines, parseTreePath(path));
  } catch (error) {
    // A key with a bracket in it has no path that can be read back.
    if (error instanceof SopsError) return undefined;
    throw error;
  }
}

import {
  type FileInfo,
  type Format,
  formatForPath,
  inspectFile,
  type KeyService,
  localKeyService,
  openSecrets,
  type OpenedSecrets,
  SopsError,
} from "sops-ts";
import type { Identity } from "./identity.ts";

/** An encrypted file that nobody has opened yet. */
export interface EncryptedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly format: Format;
  readonly info: FileInfo;
}

/**
 * Reads what a file tells without any key. Its name says its format; where that does not fit, the first format that does is taken.
 *
 * @throws SopsError what is wrong with it as the format that its name stands for
 */
export async function readEncryptedFile(name: string, bytes: Uint8Array): Promise<EncryptedFile> {
  const named = formatForPath(name);
  let failure: unknown;
  for (const format of new Set<Format>([named, "json", "yaml", "dotenv", "ini"])) {
    try {
      return { name, bytes, format, info: await inspectFile(bytes, { format }) };
    } catch (error) {
      failure ??= error;
    }
  }
  throw failure;
}

/** Asks for the passphrase of an identity; rejects when there is no answer. */
export type AskPassphrase = (identity: Identity) => Promise<string>;

/** Opens a file with identities and nothing else. */
export function openEncryptedFile(
  { bytes, format }: EncryptedFile,
  identities: readonly Identity[],
  ask: AskPassphrase,
): Promise<OpenedSecrets> {
  return openSecrets(bytes, {
    format,
    identities: identities.map((identity) => identity.bytes),
    onlyGivenIdentities: true,
    keyServices: [ageAlone],
    outputStore: { indent: indentOf(bytes, format) },
    askSecret: async (question) => {
      const index = Number(/identities\[(\d+)\]/.exec(question)?.[1] ?? 0);
      const identity = identities[index];
      if (identity === undefined) throw new SopsError("COULD_NOT_RETRIEVE_KEY", "there is nobody to ask");
      return ask(identity);
    },
  });
}

/** The other kinds of keys need a network or a program, neither of which this page has. */
const ageAlone: KeyService = {
  wrap: (key, dataKey, context) => (key.kind === "age" ? localKeyService.wrap(key, dataKey, context) : refuse()),
  unwrap: (key, context) => (key.kind === "age" ? localKeyService.unwrap(key, context) : refuse()),
};

function refuse(): Promise<never> {
  const problem = "this page opens files with age identities and SSH keys only";
  const hint = "Use the command line for this key: sops-ts decrypt FILE";
  return Promise.reject(new SopsError("NOT_AVAILABLE_ON_THIS_PLATFORM", problem, { hint }));
}

/** How deep a file indents its first level, so that saving it changes nothing else; undefined where it does not say. */
export function indentOf(bytes: Uint8Array, format: Format): number | undefined {
  const text = new TextDecoder().decode(bytes);
  if (format === "yaml") return /^sops:\n( +)/m.exec(text)?.[1]?.length;
  if (format !== "json" && format !== "binary") return undefined;
  const indent = /^\{\n([ \t]*)"/.exec(text)?.[1];
  return indent?.startsWith("\t") ? -1 : indent?.length;
}

/** How many of a file's envelopes stand in another one as they are. */
export function keptEnvelopes(before: Uint8Array, after: Uint8Array): number {
  const old = new Set(envelopesOf(before));
  return envelopesOf(after).filter((envelope) => old.has(envelope)).length;
}

function envelopesOf(bytes: Uint8Array): string[] {
  return new TextDecoder().decode(bytes).match(/ENC\[AES256_GCM,[^\]]*\]/g) ?? [];
}

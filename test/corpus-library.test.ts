import { describe, expect, it } from "vitest";
import { findConfig } from "../src/config/config.ts";
import { creationRuleFor } from "../src/config/creation-rule.ts";
import { storeOptions } from "../src/config/store-options.ts";
import type { KeyGroup, SelectionRule, SelectionRuleName } from "../src/core/metadata.ts";
import { SopsError, type SopsErrorCode } from "../src/errors.ts";
import { age } from "../src/keys/age/age.ts";
import { pgp } from "../src/keys/pgp/pgp.ts";
import { decryptBytes, type EncryptOptions, encryptBytes, keyContextOf, type OperationOptions } from "../src/sops.ts";
import { formatForWordOrPath } from "../src/stores/format.ts";
import { corpusKey } from "./keys/context.ts";
import { type CorpusFileCase, corpusFileCases } from "./support/corpus-files.ts";
import { fixtureBytes, fixturePaths, fixtureText } from "./support/fixture-files.ts";
import { maskLayout } from "./support/layout.ts";
import { memoryPlatform } from "./support/memory-platform.ts";

/*
 * What sops did with the files of the corpus, done by the library alone: no command line, no files, no gpg. So it runs in every
 * runtime; `corpus.test.ts` has all cases, through the command line.
 */

interface CorpusKeyFile {
  readonly type: string;
  readonly file: string;
  readonly plain?: string;
}

const keyFiles = JSON.parse(corpusKey("keys.json")) as Readonly<Record<string, CorpusKeyFile>>;
const pgpKeys = Object.values(keyFiles).filter(({ type }) => type === "pgp");

const cases = corpusFileCases();

/** What a command line of the corpus says: its flags, all of which have values, and its file. */
function parseArgs([, ...words]: readonly string[]): {
  readonly flags: ReadonlyMap<string, string>;
  readonly file: string;
} {
  const flags = new Map<string, string>();
  for (let index = 0; index + 1 < words.length; index += 2) flags.set(words[index] ?? "", words[index + 1] ?? "");
  return { flags, file: words.at(-1) ?? "" };
}

/** The files of a case's folder as a platform's, and the keys at hand. */
function optionsFor(theCase: CorpusFileCase): OperationOptions {
  const paths = fixturePaths(theCase.folder);
  const files = Object.fromEntries(paths.map((path) => [path.replace(theCase.folder, "/work"), fixtureText(path)]));
  return {
    platform: memoryPlatform({ files }),
    identities: theCase.keys.map((name) => corpusKey(keyFiles[name]?.plain ?? keyFiles[name]?.file ?? "")),
    onlyGivenIdentities: true,
  };
}

async function decrypt(theCase: CorpusFileCase, args: readonly string[], file: Uint8Array): Promise<Uint8Array> {
  const options = optionsFor(theCase);
  const { flags, file: path } = parseArgs(args);
  const format = formatForWordOrPath(flags.get("--input-type") ?? "", path);
  const outputFormat = formatForWordOrPath(flags.get("--output-type") ?? "", path);
  const { config } = await findConfig(options.platform ?? memoryPlatform());
  const outputStore = storeOptions(config, outputFormat);
  return decryptBytes(file, { ...options, format, outputFormat, outputStore });
}

async function encrypt(theCase: CorpusFileCase): Promise<Uint8Array> {
  // Whoever encrypts for PGP keys has their public halves, which are part of the secret ones.
  const identities = pgpKeys.map(({ file }) => corpusKey(file));
  const options: OperationOptions = { ...optionsFor(theCase), identities };
  const { flags, file: path } = parseArgs(theCase.args);
  const format = formatForWordOrPath(flags.get("--input-type") ?? "", path);
  const outputFormat = formatForWordOrPath(flags.get("--output-type") ?? "", path);
  const { config } = await findConfig(options.platform ?? memoryPlatform());
  const outputStore = storeOptions(config, outputFormat);
  const given = await keysOfFlags(flags, options);
  const chosen = given ?? (config && (await ruleFor(config, path, options))) ?? expect.fail("no keys");
  const plain = fixtureBytes(`${theCase.folder}/${theCase.plain}`);
  return encryptBytes(plain, { ...options, format, outputFormat, outputStore, ...chosen });
}

type Choice = Pick<EncryptOptions, "keyGroups" | "shamirThreshold" | "selection" | "macOnlyEncrypted">;

const selectionFlags: Readonly<Record<string, SelectionRuleName>> = {
  "--encrypted-regex": "encryptedRegex",
  "--encrypted-suffix": "encryptedSuffix",
  "--unencrypted-regex": "unencryptedRegex",
  "--unencrypted-suffix": "unencryptedSuffix",
};

async function keysOfFlags(flags: ReadonlyMap<string, string>, options: OperationOptions): Promise<Choice | undefined> {
  const [recipients, fingerprints] = [flags.get("--age") ?? "", flags.get("--pgp") ?? ""];
  const context = keyContextOf(options);
  const keys: KeyGroup = [...(await pgp.parse(fingerprints, context)), ...(await age.parse(recipients, context))];
  if (keys.length === 0) return undefined;
  const [selection] = Object.entries(selectionFlags)
    .filter(([flag]) => flags.has(flag))
    .map(([flag, name]): SelectionRule => ({ name, value: flags.get(flag) ?? "" }));
  return { keyGroups: [keys], selection };
}

async function ruleFor(
  config: NonNullable<Awaited<ReturnType<typeof findConfig>>["config"]>,
  path: string,
  options: OperationOptions,
): Promise<Choice | undefined> {
  const rule = await creationRuleFor(config, path, { keyContext: keyContextOf(options) });
  if (rule === undefined) return undefined;
  const { keyGroups, shamirThreshold, selection, macOnlyEncrypted } = rule;
  return { keyGroups, selection, macOnlyEncrypted, ...(shamirThreshold > 0 && { shamirThreshold }) };
}

const asText = (bytes: Uint8Array): string => Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");

describe("files that sops encrypted", () => {
  it.each(cases.filter(({ kind }) => kind === "encrypt"))("are decrypted: $family/$name", async (theCase) => {
    const file = fixtureBytes(`${theCase.folder}/${theCase.encrypted}`);
    const decrypted = decrypt(theCase, theCase.decrypt_args, file);
    if (theCase.decrypted === undefined) {
      await expect(decrypted).rejects.toMatchObject({ code: "ERROR_DUMPING_TREE" });
      return;
    }
    expect(asText(await decrypted)).toBe(asText(fixtureBytes(`${theCase.folder}/${theCase.decrypted}`)));
  });

  it.each(cases.filter(({ kind }) => kind === "encrypt"))(
    "are encrypted to the same layout: $family/$name",
    async (theCase) => {
      const file = await encrypt(theCase);
      expect(maskLayout(file)).toBe(maskLayout(fixtureBytes(`${theCase.folder}/${theCase.encrypted}`)));
      if (theCase.decrypted === undefined) return;
      const again = await decrypt(theCase, theCase.decrypt_args, file);
      expect(asText(again)).toBe(asText(fixtureBytes(`${theCase.folder}/${theCase.decrypted}`)));
    },
  );
});

/** What sops's exit statuses are in the library. */
const codes: Readonly<Record<number, SopsErrorCode>> = {
  25: "ERROR_DECRYPTING_TREE",
  51: "MAC_MISMATCH",
  128: "COULD_NOT_RETRIEVE_KEY",
};

describe("files that sops refuses", () => {
  const refused = cases.filter(({ kind, args, exit }) => kind === "fails" && args[0] === "decrypt" && exit in codes);

  it.each(refused)("are refused: $family/$name", async (theCase) => {
    const file = fixtureBytes(`${theCase.folder}/${parseArgs(theCase.args).file}`);
    const error: unknown = await decrypt(theCase, theCase.args, file).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(SopsError);
    expect((error as SopsError).code).toBe(codes[theCase.exit]);
  });

  it("are many", () => expect(refused.length).toBeGreaterThan(15));
});

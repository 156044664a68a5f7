import { dotenvDocument } from "./documents/dotenv.ts";
import { iniDocument } from "./documents/ini.ts";
import { jsonDocument } from "./documents/json.ts";
import { yamlDocument } from "./documents/yaml.ts";
import { Random } from "./random.ts";

/** The formats that the fuzzer makes documents of. */
export const fuzzedFormats = ["yaml", "json", "dotenv", "ini"] as const;
export type FuzzedFormat = (typeof fuzzedFormats)[number];

/** A document and how it is encrypted. */
export interface Sample {
  readonly format: FuzzedFormat;
  /** Makes the same sample again. */
  readonly seed: number;
  readonly document: Uint8Array;
  /** The encrypted file's format. */
  readonly outputFormat: FuzzedFormat | "binary";
  /** The format that the encrypted file is decrypted to. */
  readonly decryptedFormat: FuzzedFormat | "binary";
  /** Flags of the program, before the command. */
  readonly programFlags: readonly string[];
  /** Flags of the command that say which values are encrypted. */
  readonly selectionFlags: readonly string[];
  /** The name of the configuration in {@link configurations} that says so instead. */
  readonly configuration: string | undefined;
}

/**
 * Settings that only a creation rule can have, by the name of their configuration. The expressions match no envelope: sops
 * refuses a comment whose envelope happens to match.
 */
export const configurations: Readonly<Record<string, string>> = {
  "encrypted-comment": "encrypted_comment_regex: ^ ?user|a$",
  "unencrypted-comment": "unencrypted_comment_regex: ^ ?(?i:key|data)|: ",
};

const makers: Record<FuzzedFormat, (random: Random) => string> = {
  yaml: yamlDocument,
  json: jsonDocument,
  dotenv: dotenvDocument,
  ini: iniDocument,
};

const selections: readonly (readonly string[])[] = [
  ["--unencrypted-suffix", "_enc"],
  ["--encrypted-suffix", "_enc"],
  ["--encrypted-regex", "^(a|key|data|USER)"],
  ["--unencrypted-regex", "(?i)pass|token$"],
  ["--encrypted-regex", "\\d+$"],
];

const outputFormats = [...fuzzedFormats, "binary"] as const;

/** The sample of a seed. */
export function makeSample(format: FuzzedFormat, seed: number): Sample {
  const random = new Random(seed);
  const text = makers[format](random);
  const configuration = random.chance(format === "json" ? 0 : 0.06)
    ? random.pick(Object.keys(configurations))
    : undefined;
  const outputFormat = random.chance(0.04) ? random.pick(outputFormats) : format;
  return {
    format,
    seed,
    document: withStrayByte(random, new TextEncoder().encode(text)),
    outputFormat,
    decryptedFormat: random.chance(0.06) ? random.pick(outputFormats) : outputFormat,
    programFlags: programFlags(random, format),
    selectionFlags: configuration === undefined && random.chance(0.25) ? random.pick(selections) : [],
    configuration,
  };
}

function programFlags(random: Random, format: FuzzedFormat): string[] {
  const flags: string[] = [];
  if (random.chance(0.1)) flags.push("--mac-only-encrypted");
  const indented = format === "yaml" || format === "json";
  if (indented && random.chance(0.1)) flags.push("--indent", random.pick(["0", "1", "2", "3", "9"]));
  return flags;
}

/** Now and then a byte that is not UTF-8. */
function withStrayByte(random: Random, document: Uint8Array): Uint8Array {
  if (!random.chance(0.015)) return document;
  const at = random.between(0, document.length);
  const stray = Uint8Array.of(random.between(0x80, 0xff));
  return Buffer.concat([document.subarray(0, at), stray, document.subarray(at)]);
}

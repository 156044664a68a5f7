import { fixturePaths, fixtureText } from "./fixture-files.ts";

/** A case of the corpus, as far as it is of use without a command line; its README says what the fields mean. */
export interface CorpusFileCase {
  /** Below `fixtures`. */
  readonly folder: string;
  readonly family: string;
  readonly name: string;
  readonly kind: "encrypt" | "fails" | "passes" | "command";
  readonly keys: readonly string[];
  readonly args: readonly string[];
  readonly exit: number;
  readonly plain: string;
  readonly encrypted: string;
  readonly decrypt_args: readonly string[];
  readonly decrypted?: string;
}

/** Every case below a folder of the corpus; read as fixtures, so that it works in runtimes without files. */
export function corpusFileCases(folder = "corpus"): CorpusFileCase[] {
  return fixturePaths(folder)
    .filter((path) => path.endsWith("/case.json"))
    .map((path) => ({
      ...(JSON.parse(fixtureText(path)) as Omit<CorpusFileCase, "folder">),
      folder: path.replace(/\/case\.json$/, ""),
    }));
}

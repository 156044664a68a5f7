import type { CliCase } from "../support/cli-case.ts";
import { decryptCases } from "./decrypt.cases.ts";
import { encryptCases } from "./encrypt.cases.ts";
import { grammarCases, helpCases } from "./grammar.cases.ts";
import { legacyCases } from "./legacy.cases.ts";

/** Every table of command lines, by what it is about. */
export const cliTables: Readonly<Record<string, readonly CliCase[]>> = {
  grammar: grammarCases,
  "help and version": helpCases,
  encrypt: encryptCases,
  decrypt: decryptCases,
  "form without a command": legacyCases,
};

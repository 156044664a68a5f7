import type { CliCase } from "../support/cli-case.ts";
import { decryptCases } from "./decrypt.cases.ts";
import { editCases } from "./edit.cases.ts";
import { encryptCases } from "./encrypt.cases.ts";
import { grammarCases, helpCases } from "./grammar.cases.ts";
import { execEnvCases, execFileCases } from "./exec.cases.ts";
import { filestatusCases } from "./filestatus.cases.ts";
import { groupsCases } from "./groups.cases.ts";
import { legacyCases } from "./legacy.cases.ts";
import { variableCases } from "./variables.cases.ts";
import { verboseCases } from "./verbose.cases.ts";
import { rotateCases } from "./rotate.cases.ts";
import { setCases } from "./set.cases.ts";
import { unsetCases } from "./unset.cases.ts";
import { updatekeysCases } from "./updatekeys.cases.ts";

/** Every table of command lines, by what it is about. */
export const cliTables: Readonly<Record<string, readonly CliCase[]>> = {
  grammar: grammarCases,
  "help and version": helpCases,
  encrypt: encryptCases,
  decrypt: decryptCases,
  edit: editCases,
  "exec-env": execEnvCases,
  "exec-file": execFileCases,
  set: setCases,
  unset: unsetCases,
  rotate: rotateCases,
  updatekeys: updatekeysCases,
  groups: groupsCases,
  filestatus: filestatusCases,
  "form without a command": legacyCases,
  "--verbose": verboseCases,
  variables: variableCases,
};

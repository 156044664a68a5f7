import { describe, it } from "vitest";
import { checkCliCase, type CliCase } from "../support/cli-case.ts";
import { runSopsTs } from "../support/sops-ts.ts";
import { cliTables } from "./tables.ts";

describe.each(Object.entries(cliTables))("the command line, %s:", (_, cases) => {
  it.each<CliCase>(cases)("$name", (theCase) => checkCliCase(theCase, runSopsTs, theCase));
});

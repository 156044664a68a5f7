import { describe, it } from "vitest";
import { cliTables } from "../cli/tables.ts";
import { checkCliCase, type CliCase } from "../support/cli-case.ts";
import { programRunner } from "../support/command-runner.ts";
import { describeWithPrograms } from "../support/programs.ts";

/* The tables that sops-ts is held to are held against sops, so that they say what sops does and not what we think it does. */
describeWithPrograms(["sops"], "the real sops", ({ sops }) => {
  const runner = programRunner([sops]);

  describe.each(Object.entries(cliTables))("%s:", (_, cases) => {
    it.each<CliCase>(cases)("$name", (theCase) => checkCliCase(theCase, runner, theCase.sops ?? theCase));
  });
});

import { describe, expect, it } from "vitest";
import { sopsTsCommand } from "../support/built-program.ts";
import { programRunner } from "../support/command-runner.ts";
import { corpusFolder } from "../support/corpus.ts";
import { checksBelow, missingProgram } from "../support/corpus-checks.ts";
import { pendingChecks } from "../support/pending-checks.ts";
import { describeWithPrograms } from "../support/programs.ts";

/*
 * The corpus once more, with sops-ts as a process of its own and the real sops as the reader of what it wrote.
 */
describeWithPrograms(["sops"], "the corpus, read by the real sops", ({ sops }) => {
  const command = sopsTsCommand();
  const runners = { ours: programRunner(command), reader: programRunner([sops]) };
  const checks = checksBelow(corpusFolder);

  it("is replayed with the version of sops that wrote it", async () => {
    const outcome = await programRunner([sops])({
      args: ["--version", "--disable-version-check"],
      directory: ".",
      env: {},
    });
    expect(Buffer.from(outcome.stdout).toString()).toContain("3.13.3");
  });

  describe.each([...new Set(checks.map((check) => check.family))])("%s:", { concurrent: true }, (family) => {
    for (const check of checks.filter((candidate) => candidate.family === family)) {
      const reason = pendingChecks.get(check.title) ?? missingProgram(check);
      it(check.title, (context) => {
        if (reason !== undefined) context.skip(reason);
        return check.run(runners);
      });
    }
  });
});

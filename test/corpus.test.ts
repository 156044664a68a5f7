import { describe, expect, it } from "vitest";
import { corpusFolder } from "./support/corpus.ts";
import { checksBelow, missingProgram } from "./support/corpus-checks.ts";
import { runInProcess } from "./support/in-process.ts";
import { pendingChecks } from "./support/pending-checks.ts";

/*
 * Every case that sops wrote, replayed in this process. What sops-ts writes is read back by itself here, and by the real
 * sops in the interop tests.
 */

const checks = checksBelow(corpusFolder);
const runners = { ours: runInProcess, reader: runInProcess };

describe.each([...new Set(checks.map((check) => check.family))])("the corpus, %s:", (family) => {
  for (const check of checks.filter((candidate) => candidate.family === family)) {
    const reason = pendingChecks.get(check.title);
    if (reason === undefined) {
      it(check.title, (context) => {
        const missing = missingProgram(check);
        if (missing !== undefined) context.skip(missing);
        return check.run(runners);
      });
      continue;
    }
    it(check.title, async (context) => {
      const passes = await check.run(runners).then(
        () => true,
        () => false,
      );
      expect(passes, "a pending check passes: take it from the list").toBe(false);
      context.skip(reason);
    });
  }
});

describe("the list of pending checks", () => {
  it("names checks that exist", () => {
    const titles = new Set(checks.map((check) => check.title));
    expect([...pendingChecks.keys()].filter((title) => !titles.has(title))).toEqual([]);
  });
});

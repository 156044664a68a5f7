import { describe, it } from "vitest";
import { fuzzCasesFolder } from "./support/corpus.ts";
import { checksBelow } from "./support/corpus-checks.ts";
import { runInProcess } from "./support/in-process.ts";

/* Documents in which the fuzzer once found a difference, with what sops makes of them. */

const checks = checksBelow(fuzzCasesFolder);
const runners = { ours: runInProcess, reader: runInProcess };

describe.each([...new Set(checks.map((check) => check.family))])("found by the fuzzer, %s:", (family) => {
  it.each(checks.filter((check) => check.family === family))("$title", (check) => check.run(runners));
});

/*
 * Runs the suites in Node, Deno or Bun, and writes what became of them to the file that is named.
 */
import { writeFileSync } from "node:fs";
import { suites } from "suites";
import { runSuites } from "../run-suites.ts";

const report = await runSuites(suites);
writeFileSync(process.argv[2] ?? "", JSON.stringify(report));
process.exit();

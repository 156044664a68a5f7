/*
 * Runs the library's tests in every runtime, and prints a table of what became of them. Run by `npm run runtimes`.
 */
import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { type Backend, bundleSuites, importsOfTests } from "./bundle.ts";
import { installRuntime } from "./install.ts";
import type { SuitesReport } from "./run-suites.ts";
import { type Runtime, runtimes } from "./runtimes.ts";
import { librarySuites, type LibrarySuite } from "./suites.ts";
import { isNpmRuntime } from "./versions.ts";

const usage = `npm run runtimes -- [options] [NAME...]

Runs the tests of the library in ${Object.keys(runtimes).join(", ")}; in all of them when none is named.
What is missing is installed from npm, apart from the project; Chromium is Debian's, or at $CHROMIUM.

  --install    install the runtimes, run nothing
  --jobs N     runs at a time (2)
  --json FILE  write the counts there
`;

/** What became of one backend in one runtime. */
interface Row {
  readonly runtime: string;
  readonly version: string;
  readonly backend: Backend;
  readonly seconds: number;
  readonly report: SuitesReport;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    install: { type: "boolean" },
    jobs: { type: "string", default: "2" },
    json: { type: "string" },
    help: { type: "boolean" },
  },
});

process.exitCode = await main();

async function main(): Promise<number> {
  const names = positionals.length === 0 ? Object.keys(runtimes) : positionals;
  const unknown = names.filter((name) => !Object.hasOwn(runtimes, name));
  if (values.help || unknown.length > 0) {
    if (unknown.length > 0) console.error(`there is no runtime ${unknown.join(", ")}\n`);
    console.log(usage);
    return unknown.length > 0 ? 1 : 0;
  }
  if (values.install) {
    for (const name of names.filter(isNpmRuntime)) console.log(`${name}: ${await installRuntime(name)}`);
    return 0;
  }
  const rows = await runAll(names);
  for (const row of rows) printNotes(row);
  printTable(rows);
  if (values.json !== undefined) await writeFile(values.json, JSON.stringify(counts(rows)));
  return rows.some(({ report }) => report.failures.length > 0) ? 1 : 0;
}

async function runAll(names: readonly string[]): Promise<Row[]> {
  const suites = librarySuites(await importsOfTests());
  console.log(`${suites.length} test files, ${suites.filter(runsAnywhere).length} of which need nothing of Node`);
  const bundles = new Map<string, Promise<string>>();
  const bundleFor = (host: Runtime["host"], backend: Backend): Promise<string> => {
    const name = `${host} ${backend}`;
    const chosen = backend === "node" ? suites : suites.filter(runsAnywhere);
    const paths = chosen.map(({ path }) => path);
    const bundle = bundles.get(name) ?? bundleSuites(paths, host, backend);
    bundles.set(name, bundle);
    return bundle;
  };
  const runs = names.flatMap((name) => {
    const runtime = runtimes[name] as Runtime;
    return runtime.backends.map((backend) => async (): Promise<Row> => {
      const row = await runOne(name, runtime, backend, await bundleFor(runtime.host, backend));
      console.log(`${name}, ${backend} backend: ${row.seconds.toFixed(1)} s`);
      return row;
    });
  });
  return inParallel(runs, wholeNumber(values.jobs));
}

/** Does work, so much of it at a time; the results are in the work's order. */
async function inParallel<Result>(work: readonly (() => Promise<Result>)[], atATime: number): Promise<Result[]> {
  const results: Result[] = [];
  const left = work.entries();
  const worker = async (): Promise<void> => {
    for (const [index, act] of left) results[index] = await act();
  };
  await Promise.all(Array.from({ length: atATime }, worker));
  return results;
}

function wholeNumber(text: string): number {
  if (/^[1-9]\d?$/.test(text)) return Number(text);
  throw new TypeError(`--jobs: ${text} is not a number from 1 to 99`);
}

/** Runs one bundle; whatever keeps it from being run counts as a failure. */
async function runOne(name: string, runtime: Runtime, backend: Backend, bundle: string): Promise<Row> {
  const start = performance.now();
  const secondsSince = (): number => (performance.now() - start) / 1000;
  let version = "";
  try {
    const prepared = await runtime.prepare();
    version = prepared.version;
    const report = await runtime.run(prepared.command, bundle);
    return { runtime: name, version, backend, seconds: secondsSince(), report };
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const report = { passed: 0, failures: [{ name: "the run", text }], skips: [] };
    return { runtime: name, version, backend, seconds: secondsSince(), report };
  }
}

function runsAnywhere({ needsNode }: LibrarySuite): boolean {
  return needsNode === undefined;
}

function printNotes({ runtime, backend, report }: Row): void {
  for (const { name, text } of report.failures) {
    console.log(`\nFAILED in ${runtime}, ${backend} backend: ${name}\n${text.replaceAll(/^/gm, "    ")}`);
  }
  for (const { name, text } of report.skips) console.log(`skipped in ${runtime}, ${backend} backend: ${name}: ${text}`);
}

function printTable(rows: readonly Row[]): void {
  const cells = rows.map(({ runtime, version, backend, report: { passed, failures, skips } }) =>
    [runtime, version, backend, passed, failures.length, skips.length].map(String),
  );
  const table = [["runtime", "version", "backend", "passed", "failed", "skipped"], ...cells];
  const widths = table[0]?.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? [];
  console.log();
  for (const row of table) {
    console.log(
      row.map((cell, column) => (column < 3 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(7))).join("  "),
    );
  }
}

/** In the form of vitest's own JSON report, as far as `.ci/run` reads it. */
function counts(rows: readonly Row[]): object {
  const sum = (count: (report: SuitesReport) => number): number =>
    rows.reduce((total, { report }) => total + count(report), 0);
  return {
    numPassedTests: sum(({ passed }) => passed),
    numFailedTests: sum(({ failures }) => failures.length),
    numPendingTests: sum(({ skips }) => skips.length),
    numTodoTests: 0,
    testResults: [],
  };
}

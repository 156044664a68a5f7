import { type File, startTests, type Task, type VitestRunnerConfig } from "@vitest/runner";

/** Test files by their path from the project's folder, each with what loads it. */
export type Suites = Readonly<Record<string, () => Promise<unknown>>>;

/** What became of the tests of a run. */
export interface SuitesReport {
  readonly passed: number;
  readonly failures: readonly TestNote[];
  readonly skips: readonly TestNote[];
}

/** A test with what there is to say of it: why it failed, or why it did not run. */
export interface TestNote {
  /** File, suites and test, with ` > ` between them. */
  readonly name: string;
  readonly text: string;
}

const timeoutMs = 60_000;

const config: VitestRunnerConfig = {
  root: "/",
  setupFiles: [],
  name: undefined,
  passWithNoTests: false,
  testNamePattern: undefined,
  allowOnly: false,
  sequence: { seed: 0, hooks: "stack", setupFiles: "list" },
  chaiConfig: undefined,
  maxConcurrency: 5,
  testTimeout: timeoutMs,
  hookTimeout: timeoutMs,
  retry: 0,
  includeTaskLocation: false,
  tags: [],
  tagsFilter: undefined,
  strictTags: false,
};

/** Runs test files one after the other in whatever runtime this is. Uses nothing but the language. */
export async function runSuites(suites: Suites): Promise<SuitesReport> {
  const importFile = (path: string): unknown => suites[path.slice(1)]?.();
  const files = await startTests(
    Object.keys(suites).map((path) => `/${path}`),
    { config, importFile },
  );
  const report = { passed: 0, failures: [] as TestNote[], skips: [] as TestNote[] };
  for (const file of files) count(file, [file.name], report);
  return report;
}

function count(
  task: File | Task,
  names: readonly string[],
  report: { passed: number; failures: TestNote[]; skips: TestNote[] },
): void {
  const name = names.join(" > ");
  const { result } = task;
  if (result?.state === "fail" && (task.type === "test" || result.errors !== undefined)) {
    report.failures.push({ name, text: (result.errors ?? []).map((error) => error.stack ?? error.message).join("\n") });
  }
  if (task.type === "suite") {
    for (const child of task.tasks) count(child, [...names, child.name], report);
  } else if (result?.state === "pass") {
    report.passed += 1;
  } else if (result?.state !== "fail") {
    report.skips.push({ name, text: (result as { readonly note?: string } | undefined)?.note ?? "" });
  }
}

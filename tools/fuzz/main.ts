import { fork, type ChildProcess } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { findProgram } from "../../test/support/programs.ts";
import { withTemporaryDirectory } from "../../test/support/temporary-directory.ts";
import { printFinding, printSummary, Tally } from "./report.ts";
import { configurations, type FuzzedFormat, fuzzedFormats } from "./samples.ts";
import type { Verdict, WorkerTask } from "./worker.ts";

const usage = `npm run fuzz -- [options]

Encrypts random documents with sops and with sops-ts and compares: exit status, layout of the encrypted file, and the bytes
that each makes of the other's file. Ends with 1 when a difference is not explained by tools/fuzz/departures.ts.

  --format F     yaml, json, dotenv or ini; may be repeated      (all)
  --count N      documents a format                              (500)
  --seed N       the first document's seed; document i has seed N + i  (random)
  --jobs N       workers                                         (2)
  --no-shrink    print differences as found
  --stop-after N end after N differences a format                (20)
`;

/** A worker that says nothing for this long has hung. */
const patienceMs = 90_000;

const { values } = parseArgs({
  options: {
    format: { type: "string", multiple: true },
    count: { type: "string", default: "500" },
    seed: { type: "string" },
    jobs: { type: "string", default: "2" },
    "no-shrink": { type: "boolean", default: false },
    "stop-after": { type: "string", default: "20" },
    help: { type: "boolean", default: false },
  },
});

process.exitCode = values.help ? help() : await main();

function help(): number {
  console.log(usage);
  return 0;
}

async function main(): Promise<number> {
  const sopsPath = findProgram("sops");
  if (sopsPath === undefined) {
    console.error("the fuzzer compares with the real sops, which is neither on PATH nor in Go's bin folder");
    return 1;
  }
  const formats = (values.format ?? fuzzedFormats).map(parseFormat);
  const firstSeed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : wholeNumber("seed", values.seed);
  console.log(`seed ${firstSeed}`);
  return withTemporaryDirectory(async (scratch) => {
    let different = 0;
    for (const format of formats) {
      const task = await prepareTask(scratch, format, sopsPath);
      const tally = await fuzzFormat(task, firstSeed, wholeNumber("count", values.count));
      printSummary(format, tally);
      different += tally.differences;
    }
    return different === 0 ? 0 : 1;
  });
}

async function prepareTask(scratch: string, format: FuzzedFormat, sopsPath: string): Promise<WorkerTask> {
  const home = join(scratch, "home");
  const directory = join(scratch, "work");
  await mkdir(home, { recursive: true });
  await mkdir(directory, { recursive: true });
  // An empty configuration stops the search for one in the folders above.
  await writeFile(join(directory, ".sops.yaml"), "{}\n");
  for (const [name, setting] of Object.entries(configurations)) {
    await writeFile(join(directory, `${name}.yaml`), `creation_rules:\n  - ${setting}\n`);
  }
  const identity = await generateX25519Identity();
  const env = {
    HOME: home,
    XDG_CONFIG_HOME: join(home, "config"),
    TMPDIR: home,
    SOPS_AGE_KEY: identity,
    SOPS_DISABLE_VERSION_CHECK: "1",
  };
  const recipient = await identityToRecipient(identity);
  return { format, sopsPath, directory, env, recipient, shrink: !values["no-shrink"] };
}

async function fuzzFormat(task: WorkerTask, firstSeed: number, count: number): Promise<Tally> {
  const tally = new Tally();
  const stopAfter = wholeNumber("stop-after", values["stop-after"]);
  let next = 0;
  const nextSeed = (): number | undefined =>
    next < count && tally.differences < stopAfter ? firstSeed + next++ : undefined;
  const onVerdict = (verdict: Verdict): void => {
    tally.add(verdict);
    if (verdict.finding !== undefined) printFinding(task.format, verdict.seed, verdict.finding);
    if (tally.documents % 1000 === 0) console.log(`${task.format}: ${tally.documents} of ${count}`);
  };
  const jobs = wholeNumber("jobs", values.jobs);
  await Promise.all(Array.from({ length: jobs }, () => runWorker(task, nextSeed, onVerdict)));
  return tally;
}

/** Feeds one worker until there are no more seeds; one that hangs or dies is reported and replaced. */
async function runWorker(
  task: WorkerTask,
  nextSeed: () => number | undefined,
  onVerdict: (verdict: Verdict) => void,
): Promise<void> {
  let worker = startWorker(task);
  for (let seed = nextSeed(); seed !== undefined; seed = nextSeed()) {
    const verdict = await askWorker(worker, seed);
    onVerdict(verdict);
    if (worker.exitCode === null && !worker.killed) continue;
    worker = startWorker(task);
  }
  worker.disconnect();
}

function startWorker(task: WorkerTask): ChildProcess {
  return fork(fileURLToPath(new URL("worker.ts", import.meta.url)), [JSON.stringify(task)]);
}

function askWorker(worker: ChildProcess, seed: number): Promise<Verdict> {
  return new Promise((resolve) => {
    const failed = (kind: string): void => {
      finish({ seed, result: "different", finding: { kind, args: [], document: "", sops: "", ours: "" } });
    };
    const timer = setTimeout(() => {
      worker.kill("SIGKILL");
      failed("sops-ts hangs");
    }, patienceMs);
    const onExit = (): void => failed("sops-ts ends the process");
    const finish = (verdict: Verdict): void => {
      clearTimeout(timer);
      worker.off("exit", onExit);
      worker.removeAllListeners("message");
      resolve(verdict);
    };
    worker.once("exit", onExit);
    worker.once("message", (verdict) => finish(verdict as Verdict));
    worker.send(seed);
  });
}

function parseFormat(name: string): FuzzedFormat {
  const format = fuzzedFormats.find((candidate) => candidate === name);
  if (format === undefined) throw new TypeError(`unknown format ${name}\n\n${usage}`);
  return format;
}

function wholeNumber(name: string, text: string): number {
  if (!/^\d+$/.test(text)) throw new TypeError(`--${name} takes a whole number\n\n${usage}`);
  return Number(text);
}

import { runInProcess } from "../../test/support/in-process.ts";
import { programRunner } from "../../test/support/command-runner.ts";
import { maskLayout } from "../../test/support/layout.ts";
import { compare, type Contest, decryptArguments, type Difference, encryptArguments } from "./compare.ts";
import { departures } from "./departures.ts";
import { type FuzzedFormat, makeSample, type Sample } from "./samples.ts";
import { shrink } from "./shrink.ts";

/** What a worker is told at its start, as JSON in its first argument. */
export interface WorkerTask {
  readonly format: FuzzedFormat;
  readonly sopsPath: string;
  readonly directory: string;
  readonly env: Readonly<Record<string, string>>;
  readonly recipient: string;
  readonly shrink: boolean;
}

/** What a worker reports of a seed. */
export interface Verdict {
  readonly seed: number;
  readonly result: "same" | "refused" | "departure" | "different";
  /** The departure's reason. */
  readonly reason?: string;
  readonly finding?: Finding;
}

/** A difference that no departure explains, as text for a person. */
export interface Finding {
  readonly kind: string;
  readonly args: readonly string[];
  /** The smallest document found that shows it, Base64. */
  readonly document: string;
  readonly sops: string;
  readonly ours: string;
}

const task = JSON.parse(process.argv[2] ?? "") as WorkerTask;
const contest: Contest = {
  sops: programRunner([task.sopsPath]),
  ours: runInProcess,
  directory: task.directory,
  env: task.env,
  recipient: task.recipient,
};

// The fuzzer is gone: nobody waits for verdicts any more.
process.on("disconnect", () => process.exit());
process.on("message", (seed: number) => {
  void judge(seed).then((verdict) => process.send?.(verdict));
});

async function judge(seed: number): Promise<Verdict> {
  const sample = makeSample(task.format, seed);
  const comparison = await compare(sample, contest);
  if (typeof comparison === "string") return { seed, result: comparison };
  const departure = explain(comparison, sample);
  if (departure !== undefined) return { seed, result: "departure", reason: departure };
  const smaller = task.shrink ? await shrinkSample(sample, comparison) : sample;
  const shown = await compare(smaller, contest);
  return { seed, result: "different", finding: describe(smaller, typeof shown === "string" ? comparison : shown) };
}

function explain(difference: Difference, sample: Sample): string | undefined {
  return departures.find((departure) => departure.explains(difference, sample))?.reason;
}

async function shrinkSample(sample: Sample, difference: Difference): Promise<Sample> {
  const document = await shrink(sample.document, async (candidate) => {
    const smaller = { ...sample, document: candidate };
    const again = await compare(smaller, contest);
    return typeof again !== "string" && isAlike(again, difference) && explain(again, smaller) === undefined;
  });
  return { ...sample, document };
}

/** Whether a smaller document shows the same defect, and not another one that it happens to have. */
function isAlike(a: Difference, b: Difference): boolean {
  return a.kind === b.kind && a.sops.status === b.sops.status && a.ours.status === b.ours.status;
}

function describe(sample: Sample, { kind, sops, ours }: Difference): Finding {
  return {
    kind,
    args: [...encryptArguments(sample, { recipient: "AGE" }), ...["; sops", ...decryptArguments(sample)]],
    document: Buffer.from(sample.document).toString("base64"),
    sops: describeOutcome(sops),
    ours: describeOutcome(ours),
  };
}

function describeOutcome({ status, stdout, stderr }: { status: number; stdout: Uint8Array; stderr: string }): string {
  if (status !== 0) return `exit ${status}: ${stderr.trim()}`;
  return Buffer.from(maskLayout(stdout), "latin1").toString("utf8");
}

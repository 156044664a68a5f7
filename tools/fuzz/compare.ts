import type { CommandRunner, Outcome } from "../../test/support/command-runner.ts";
import { maskLayout } from "../../test/support/layout.ts";
import type { Sample } from "./samples.ts";

/** Both programs, and the world that they run in. */
export interface Contest {
  readonly sops: CommandRunner;
  readonly ours: CommandRunner;
  /** The working directory, with the configurations that samples name as `NAME.yaml`. */
  readonly directory: string;
  /** The whole environment, with an identity for `recipient`. */
  readonly env: Readonly<Record<string, string>>;
  readonly recipient: string;
}

/** What a difference is about. */
export type DifferenceKind =
  | "exit status of encrypt"
  | "layout of the encrypted file"
  | "sops reads our file differently"
  | "we read sops's file differently";

/** Something that the two programs do differently. */
export interface Difference {
  readonly kind: DifferenceKind;
  readonly sops: Outcome;
  readonly ours: Outcome;
  /** What sops makes of its own encrypted file, where it wrote one. */
  readonly sopsReadsItself?: Outcome;
}

/** `same`: both encrypt, and read each other's file alike. `refused`: both end with the same failure. */
export type Comparison = "same" | "refused" | Difference;

/**
 * Encrypts a sample with both programs; each reads the other's file. Two runs of sops when all is well; a third one, when the
 * results differ, tells which side of the crossing is at fault.
 */
export async function compare(sample: Sample, contest: Contest): Promise<Comparison> {
  const run = (runner: CommandRunner, args: readonly string[], stdin: Uint8Array): Promise<Outcome> =>
    runner({ args, stdin, directory: contest.directory, env: contest.env });
  const [sops, ours] = await Promise.all([
    run(contest.sops, encryptArguments(sample, contest), sample.document),
    run(contest.ours, encryptArguments(sample, contest), sample.document),
  ]);
  const args = decryptArguments(sample);
  if (sops.status !== ours.status) {
    const own = sops.status === 0 ? { sopsReadsItself: await run(contest.sops, args, sops.stdout) } : {};
    return { kind: "exit status of encrypt", sops, ours, ...own };
  }
  if (sops.status !== 0) return "refused";
  if (maskLayout(sops.stdout) !== maskLayout(ours.stdout)) return { kind: "layout of the encrypted file", sops, ours };
  const [sopsReadsOurs, weReadSops] = await Promise.all([
    run(contest.sops, args, ours.stdout),
    run(contest.ours, args, sops.stdout),
  ]);
  if (sameResult(sopsReadsOurs, weReadSops)) return sopsReadsOurs.status === 0 ? "same" : "refused";
  const sopsReadsItself = await run(contest.sops, args, sops.stdout);
  return sameResult(sopsReadsItself, weReadSops)
    ? { kind: "sops reads our file differently", sops: sopsReadsItself, ours: sopsReadsOurs, sopsReadsItself }
    : { kind: "we read sops's file differently", sops: sopsReadsItself, ours: weReadSops, sopsReadsItself };
}

/** The arguments that encrypt a sample from standard input. */
export function encryptArguments(sample: Sample, { recipient }: Pick<Contest, "recipient">): string[] {
  const types = ["--input-type", sample.format, "--output-type", sample.outputFormat];
  const flags = ["--age", recipient, "--filename-override", "document", ...types, ...sample.selectionFlags];
  const config = sample.configuration === undefined ? [] : ["--config", `${sample.configuration}.yaml`];
  return [...config, ...sample.programFlags, "encrypt", ...flags];
}

/** The arguments that decrypt the encrypted sample from standard input. */
export function decryptArguments(sample: Sample): string[] {
  return ["decrypt", "--input-type", sample.outputFormat, "--output-type", sample.decryptedFormat];
}

/** Whether two runs ended alike; envelopes that were left as they are count as equal. */
function sameResult(a: Outcome, b: Outcome): boolean {
  return a.status === b.status && maskLayout(a.stdout) === maskLayout(b.stdout);
}

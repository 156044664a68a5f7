import type { Finding, Verdict } from "./worker.ts";

/** Counts of a run over one format. */
export class Tally {
  documents = 0;
  same = 0;
  refused = 0;
  differences = 0;
  readonly departures = new Map<string, number>();

  add(verdict: Verdict): void {
    this.documents += 1;
    if (verdict.result === "same") this.same += 1;
    if (verdict.result === "refused") this.refused += 1;
    if (verdict.result === "different") this.differences += 1;
    const { reason } = verdict;
    if (reason !== undefined) this.departures.set(reason, (this.departures.get(reason) ?? 0) + 1);
  }
}

/** Prints what a format's run came to. */
export function printSummary(format: string, tally: Tally): void {
  const counts = `${tally.same} the same, ${tally.refused} refused by both, ${tally.differences} different`;
  console.log(`${format}: ${tally.documents} documents, ${counts}`);
  for (const [reason, count] of tally.departures) console.log(`  ${count} known departures: ${reason}`);
}

/** Prints one difference with all that is needed to see it again. */
export function printFinding(format: string, seed: number, finding: Finding): void {
  const document = Buffer.from(finding.document, "base64");
  console.log(`\n--- ${format}: ${finding.kind} (--format ${format} --seed ${seed} --count 1)`);
  if (finding.args.length > 0) console.log(`arguments: ${finding.args.join(" ")}`);
  console.log(`document:  ${JSON.stringify(document.toString("utf8"))}`);
  if (!isUtf8(document)) console.log(`bytes:     ${document.toString("hex")}`);
  const [sops, ours] = [finding.sops.split("\n"), finding.ours.split("\n")];
  for (const line of differingLines(sops, ours)) console.log(line);
}

function isUtf8(document: Buffer): boolean {
  return Buffer.from(document.toString("utf8")).equals(document);
}

/** The lines between the common beginning and the common end. */
function differingLines(sops: string[], ours: string[]): string[] {
  let start = 0;
  while (start < Math.min(sops.length, ours.length) && sops[start] === ours[start]) start += 1;
  let end = 0;
  while (end < Math.min(sops.length, ours.length) - start && sops.at(-1 - end) === ours.at(-1 - end)) end += 1;
  const show = (lines: string[], mark: string): string[] =>
    lines
      .slice(start, lines.length - end)
      .slice(0, 12)
      .map((line) => `${mark} ${JSON.stringify(line)}`);
  return [...show(sops, "sops    "), ...show(ours, "sops-ts ")];
}

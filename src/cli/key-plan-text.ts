import type { GroupDifference } from "../core/key-groups-difference.ts";
import { describeKey } from "../core/master-key.ts";

/** The thresholds of a file before and after a change. */
export interface ThresholdChange {
  readonly before: number;
  readonly after: number;
}

/**
 * What would change in the keys of a file, as sops shows it: the threshold, then each group with its kept, added (`+++`) and
 * removed (`---`) keys.
 */
export function keyPlanText(
  threshold: ThresholdChange,
  groups: readonly GroupDifference[],
  options: { readonly color: boolean },
): string {
  const paint = (style: number, line: string): string =>
    options.color ? `\u001b[${style}m${line}\n\u001b[0m` : `${line}\n`;
  const added = (line: string): string => paint(32, `+++ ${line}`);
  const removed = (line: string): string => paint(31, `--- ${line}`);
  const groupLines = groups.flatMap((group, index) => [
    paint(4, `Group ${index + 1}`),
    ...group.kept.map((key) => `    ${describeKey(key)}\n`),
    ...group.added.map((key) => added(describeKey(key))),
    ...group.removed.map((key) => removed(describeKey(key))),
  ]);
  return [...thresholdLines(threshold, added, removed), ...groupLines].join("");
}

/** A threshold of 0, which a file with one group has, is not worth a line. */
function thresholdLines(
  { before, after }: ThresholdChange,
  added: (line: string) => string,
  removed: (line: string) => string,
): string[] {
  const name = "shamir_threshold:";
  if (before === after) return before === 0 ? [] : [`${name} ${before}\n`];
  return [...(after === 0 ? [] : [added(`${name} ${after}`)]), ...(before === 0 ? [] : [removed(`${name} ${before}`)])];
}

import { describeKey } from "./master-key.ts";
import type { KeyGroup, MasterKey } from "./metadata.ts";

/** How a key group differs from the one that takes its place. Two keys are the same when their string forms are. */
export interface GroupDifference {
  readonly kept: readonly MasterKey[];
  readonly added: readonly MasterKey[];
  readonly removed: readonly MasterKey[];
}

/** Compares key groups position by position; where one side has no group more, that is an empty one. */
export function compareKeyGroups(before: readonly KeyGroup[], after: readonly KeyGroup[]): GroupDifference[] {
  const length = Math.max(before.length, after.length);
  return Array.from({ length }, (_, position) => compareGroups(before[position] ?? [], after[position] ?? []));
}

function compareGroups(before: KeyGroup, after: KeyGroup): GroupDifference {
  const beforeNames = new Set(before.map(describeKey));
  const afterNames = new Set(after.map(describeKey));
  return {
    kept: after.filter((key) => beforeNames.has(describeKey(key))),
    added: after.filter((key) => !beforeNames.has(describeKey(key))),
    removed: before.filter((key) => !afterNames.has(describeKey(key))),
  };
}

/** Whether there is any difference. */
export function differs({ added, removed }: GroupDifference): boolean {
  return added.length > 0 || removed.length > 0;
}

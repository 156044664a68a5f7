import { median, type Pair } from "./measure.ts";
import type { World } from "./world.ts";

/** One question, which a file of this folder answers. */
export interface Question {
  readonly title: string;
  rows(world: World): Row[];
}

/** One line of the table. */
export interface Row {
  /** What is done, to what. */
  readonly work: string;
  /** On what: a runtime, or the executable. */
  readonly on: string;
  /** What the figure may be at most. */
  readonly goal: number;
  /** A sentence when it cannot be measured here. */
  measure(): Figure | string;
}

/** What was measured. */
export interface Figure {
  /** What the goal is compared to: a ratio to sops, unless the row's question says otherwise. */
  readonly value: number;
  readonly ours: string;
  readonly theirs: string;
}

/** How our time compares to sops's: the median of the ratios of pairs. */
export function ratioOfTimes(pairs: Pair[] | string): Figure | string {
  if (typeof pairs === "string") return pairs;
  return {
    value: median(pairs.map(({ ours, theirs }) => ours.milliseconds / theirs.milliseconds)),
    ours: milliseconds(medianTime(pairs, "ours")),
    theirs: milliseconds(medianTime(pairs, "theirs")),
  };
}

/** The median of one side's times, in milliseconds. */
export function medianTime(pairs: readonly Pair[], side: keyof Pair): number {
  return median(pairs.map((pair) => pair[side].milliseconds));
}

function milliseconds(value: number): string {
  return `${value.toFixed(value < 100 ? 1 : 0)} ms`;
}

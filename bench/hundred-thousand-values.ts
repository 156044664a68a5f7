import { medianTime, type Figure, type Question, ratioOfTimes, type Row } from "./support/question.ts";
import type { Work, World } from "./support/world.ts";

const form = "Node 20";
const goals: readonly [Work, "YAML" | "JSON", number][] = [
  ["decrypt", "YAML", 0.25],
  ["encrypt", "YAML", 0.25],
  ["decrypt", "JSON", 0.3],
  ["encrypt", "JSON", 0.15],
];

/** The code is warm, and what grows faster than the file shows. */
export const hundredThousandValues: Question = {
  title: "How soon is a very large file done? (ratio to sops)",
  rows: (world) =>
    goals.map(([work, format, goal]) => ({
      work: `${work} 100,000 ${format} values`,
      on: form,
      goal,
      measure: () => ratioOfTimes(world.compare(form, work, world.records(100_000, format))),
    })),
};

/** Ten times as many values should take ten times as long. */
export const growth: Question = {
  title: "How does the time grow? (time for 100,000 values by time for 10,000)",
  rows: (world) => goals.map(([work, format]) => growthRow(world, work, format)),
};

function growthRow(world: World, work: Work, format: "YAML" | "JSON"): Row {
  return { work: `${work} ${format}`, on: form, goal: 10.5, measure };

  function measure(): Figure | string {
    const few = world.compare(form, work, world.records(10_000, format));
    const many = world.compare(form, work, world.records(100_000, format));
    if (typeof few === "string" || typeof many === "string") return String(few);
    const [ours, theirs] = (["ours", "theirs"] as const).map((side) => medianTime(many, side) / medianTime(few, side));
    return { value: ours ?? 0, ours: `${ours?.toFixed(1)} times`, theirs: `${theirs?.toFixed(1)} times` };
  }
}

/** All of a file is in memory, as with sops. */
export const memory: Question = {
  title: "How much memory does a very large file take? (ratio to sops)",
  rows: (world) =>
    goals.map(([work, format]) => ({
      work: `${work} 100,000 ${format} values`,
      on: form,
      goal: 1,
      measure: () => {
        const pairs = world.compare(form, work, world.records(100_000, format));
        if (typeof pairs === "string") return pairs;
        const [ours = 0, theirs = 0] = (["ours", "theirs"] as const).map((side) =>
          Math.max(...pairs.map((pair) => (pair[side].peakKiB ?? Number.NaN) / 1024)),
        );
        if (Number.isNaN(ours)) return "GNU time is not installed";
        return { value: ours / theirs, ours: `${ours.toFixed(0)} MiB`, theirs: `${theirs.toFixed(0)} MiB` };
      },
    })),
};

import { plainBytes } from "./support/files.ts";
import { type Question, ratioOfTimes } from "./support/question.ts";

/** One long value, through the runtime's own cipher. */
export const tenMegabytes: Question = {
  title: "How soon is one long value done? (ratio to sops)",
  rows: (world) =>
    [["decrypt", 0.25] as const, ["encrypt", 0.6] as const].map(([work, goal]) => ({
      work: `${work} 10 MB of bytes`,
      on: "Node 20",
      goal,
      measure: () =>
        ratioOfTimes(
          world.compare(
            "Node 20",
            work,
            world.sample("10mb.bin", () => plainBytes(10_000_000)),
          ),
        ),
    })),
};

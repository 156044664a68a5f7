import { type Question, ratioOfTimes } from "./support/question.ts";

/** All values are opened for it, to compare the MAC, and one is sealed. */
export const oneOfMany: Question = {
  title: "How soon is one value of a large file changed? (ratio to sops)",
  rows: (world) => [
    {
      work: "set one of 10,000 YAML values",
      on: "Node 20",
      goal: 0.4,
      measure: () => {
        const args = (file: string): string[] => ["set", file, '["service_7"]["password"]', '"new"'];
        return ratioOfTimes(world.compareChange("Node 20", args, world.records(10_000, "YAML")));
      },
    },
  ],
};

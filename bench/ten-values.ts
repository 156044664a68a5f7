import { type Question, ratioOfTimes } from "./support/question.ts";
import type { Work } from "./support/world.ts";

const works: readonly Work[] = ["decrypt", "encrypt"];

/** A file of 10 values is all start. */
export const tenValues: Question = {
  title: "How soon is a small file done? (ratio to sops)",
  rows: (world) =>
    (["executable", "Node 24"] as const).flatMap((form) =>
      works.map((work) => ({
        work: `${work} 10 YAML values`,
        on: form,
        goal: form === "executable" ? 1 : 2.5,
        measure: () => ratioOfTimes(world.compare(form, work, world.records(10, "YAML"))),
      })),
    ),
};

import type { Form } from "./support/programs.ts";
import { type Question, ratioOfTimes } from "./support/question.ts";
import type { Work } from "./support/world.ts";

const works: readonly Work[] = ["decrypt", "encrypt"];
const goals: readonly ["YAML" | "JSON", Form, number][] = [
  ["YAML", "Node 20", 0.4],
  ["JSON", "Node 20", 0.9],
  ["JSON", "Node 24", 0.6],
  ["JSON", "executable", 0.45],
];

/** The code is cold for most of such a file. */
export const tenThousandValues: Question = {
  title: "How soon is a large file done? (ratio to sops)",
  rows: (world) =>
    goals.flatMap(([format, form, goal]) =>
      works.map((work) => ({
        work: `${work} 10,000 ${format} values`,
        on: form,
        goal,
        measure: () => ratioOfTimes(world.compare(form, work, world.records(10_000, format))),
      })),
    ),
};

import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { root, runtime, type Runtime } from "./support/programs.ts";
import type { Figure, Question, Row } from "./support/question.ts";
import type { World } from "./support/world.ts";

interface Cost {
  readonly name: string;
  readonly seal: number;
  readonly open: number;
}

const goals: readonly [backend: string, Runtime, goal: number][] = [
  ["node", "Node 20", 3],
  ["node", "Node 24", 3],
  ["node", "Bun", 3],
  ["noble", "Node 20", 8],
  ["noble", "Node 24", 8],
  ["noble", "Bun", 8],
];

/** A file of short values is many of these. `cipher.ts` has other sizes, and OpenSSL's own GCM beside ours. */
export const oneValue: Question = {
  title: "What does one value of 40 bytes cost, warm? (µs)",
  rows: (world) => {
    const costs = new Map<Runtime, readonly Cost[] | string>();
    const costsOn = (on: Runtime): readonly Cost[] | string => {
      const known = costs.get(on) ?? measure(world, on);
      costs.set(on, known);
      return known;
    };
    return goals.flatMap(([backend, on, goal]) =>
      (["seal", "open"] as const).map((work): Row => ({
        work: `${work} one value, backend ${backend}`,
        on,
        goal,
        measure: () => figureOf(costsOn(on), backend, work),
      })),
    );
  },
};

function figureOf(costs: readonly Cost[] | string, backend: string, work: "seal" | "open"): Figure | string {
  if (typeof costs === "string") return costs;
  const value = costs.find(({ name }) => name === backend)?.[work] ?? Number.NaN;
  return { value, ours: `${value.toFixed(2)} µs`, theirs: "" };
}

function measure(world: World, on: Runtime): readonly Cost[] | string {
  const program = runtime(on);
  if (program === undefined) return `${on} is not installed: npm run runtimes -- --install`;
  const outfile = join(world.folder, "time-one-value.mjs");
  const entry = join(root, "bench/support/time-one-value.ts");
  buildSync({ entryPoints: [entry], outfile, bundle: true, format: "esm", platform: "node", target: "es2023" });
  return JSON.parse(execFileSync(program, [outfile], { encoding: "utf8" })) as Cost[];
}

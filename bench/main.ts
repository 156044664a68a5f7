/*
 * Measures every goal of speed and memory, and prints a table: ours, sops's, the figure, the goal, and whether it is met. Needs `sops` on
 * PATH (or in Go's bin folder) and `npm run build`; `npm run build:exe` and `npm run runtimes -- --install` for all of its rows.
 *
 *   npm run bench
 *   npm run bench -- --quick              one pair, and nothing with 100,000 values
 *   npm run bench -- --only 'JSON|set'    the rows that fit an expression
 *   npm run bench -- --runs 9             so many pairs each; default: 5
 */
import { execFileSync } from "node:child_process";
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { growth, hundredThousandValues, memory } from "./hundred-thousand-values.ts";
import { manyFiles } from "./many-files.ts";
import { oneOfMany } from "./one-of-many.ts";
import { oneValue } from "./one-value.ts";
import { tenMegabytes } from "./ten-megabytes.ts";
import { tenThousandValues } from "./ten-thousand-values.ts";
import { tenValues } from "./ten-values.ts";
import type { Question, Row } from "./support/question.ts";
import { World } from "./support/world.ts";

const { values: options } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    only: { type: "string", default: "" },
    runs: { type: "string" },
  },
});

const questions: readonly Question[] = [
  tenValues,
  tenThousandValues,
  hundredThousandValues,
  growth,
  memory,
  tenMegabytes,
  oneOfMany,
  manyFiles,
  oneValue,
];
const large: readonly Question[] = [hundredThousandValues, growth, memory];

const world = await World.make({ runs: Number(options.runs ?? (options.quick ? 1 : 5)), quick: options.quick });
process.on("exit", () => world.remove());
process.on("SIGINT", () => process.exit(130));

const sopsVersion = execFileSync(world.sops, ["--version"], { encoding: "utf8", env: world.environment }).split(
  "\n",
)[0];
console.log(`${cpus()[0]?.model.trim()}, ${cpus().length} processors, ${process.platform}; ${sopsVersion}`);
console.log(`Medians of ${world.runs} pairs, one of ours and one of sops's in turn.`);

const columns = [36, 11, 11, 11, 8, 7] as const;
const chosen = new RegExp(options.only);
const counts = { met: 0, missed: 0, "not measured": 0 };
for (const question of questions) {
  if (options.quick && large.includes(question)) continue;
  const rows = question.rows(world).filter((row) => chosen.test(`${row.work} ${row.on}`));
  if (rows.length === 0) continue;
  console.log(`\n${question.title}`);
  print(["", "on", "ours", "sops", "figure", "goal"]);
  for (const row of rows) printRow(row);
}
console.log(`\n${counts.met} met, ${counts.missed} missed, ${counts["not measured"]} not measured`);

function printRow(row: Row): void {
  const figure = row.measure();
  const goal = String(row.goal);
  if (typeof figure === "string") {
    counts["not measured"]++;
    print([row.work, row.on, "", "", "", goal, `not measured: ${figure}`]);
    return;
  }
  const verdict = figure.value <= row.goal ? "met" : "missed";
  counts[verdict]++;
  print([row.work, row.on, figure.ours, figure.theirs, figure.value.toFixed(2), goal, verdict]);
}

function print([work = "", ...cells]: readonly string[]): void {
  const padded = cells.map((cell, index) => {
    const width = columns[index + 1];
    return width === undefined ? `  ${cell}` : cell.padStart(width);
  });
  console.log(work.padEnd(columns[0]) + padded.join(""));
}

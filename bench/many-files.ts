import { copyFileSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { run, runPairs } from "./support/measure.ts";
import { root, runtime } from "./support/programs.ts";
import { type Figure, type Question, ratioOfTimes } from "./support/question.ts";
import type { World } from "./support/world.ts";

/** The library in one process against a process of sops a file. */
export const manyFiles: Question = {
  title: "How soon are many small files read by a program? (ratio to a loop over sops)",
  rows: (world) => {
    const files = world.quick ? 100 : 1_000;
    return [
      {
        work: `read ${files.toLocaleString("en")} files of 10 YAML values`,
        on: "Node 20",
        goal: 0.1,
        measure: () => measure(world, files),
      },
    ];
  },
};

function measure(world: World, files: number): Figure | string {
  const library = join(root, "dist/node/index.js");
  const node = runtime("Node 20");
  if (node === undefined) return "Node 20 is not installed";
  if (!existsSync(library)) return "there is no library: npm run build";
  const folder = join(world.folder, "many");
  mkdirSync(folder, { recursive: true });
  for (let index = 0; index < files; index++) {
    copyFileSync(world.records(10, "YAML").encrypted, join(folder, `${index}.yaml`));
  }
  const program = join(world.folder, "read-all.mjs");
  writeFileSync(program, readAll(pathToFileURL(library).href));
  const loop = [
    "sh",
    "-c",
    `for file in "$2"/*.yaml; do "$1" decrypt "$file" || exit 1; done`,
    "sh",
    world.sops,
    folder,
  ];
  const runs = Math.min(world.runs, 3);
  return ratioOfTimes(
    runPairs(
      runs,
      () => run([node, program, folder], world.environment),
      () => run(loop, world.environment),
    ),
  );
}

/** A program that reads all files of a folder with the library, as one with many secrets does. */
function readAll(library: string): string {
  return `
import { readdirSync, readFileSync } from "node:fs";
import { readSecrets } from ${JSON.stringify(library)};
const identities = [readFileSync(process.env.SOPS_AGE_KEY_FILE, "utf8")];
for (const name of readdirSync(process.argv[2])) {
  const secrets = await readSecrets(process.argv[2] + "/" + name, { identities, onlyGivenIdentities: true });
  if (secrets.environment_0.service_1.password !== "correct horse battery staple 1") throw new Error(name + " is not as it was");
}
`;
}

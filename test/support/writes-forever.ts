/* A program for tests that kill it: replaces the file of its first argument by one of two contents, again and again. */
import { writeSync } from "node:fs";
import { platform } from "../../src/platform/node.ts";

const [path = ""] = process.argv.slice(2);
const contents = [Buffer.alloc(3_000_000, "a"), Buffer.alloc(2_000_000, "b")];

for (let round = 0; ; round++) {
  await platform.writeFile(path, contents[round % 2] ?? Buffer.alloc(0));
  if (round === 0) writeSync(1, "writing\n");
}

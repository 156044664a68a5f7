/*
 * Writes the manual page, dist/sops-ts.1, from the table of commands. Run by `npm run man`, and by the build.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { manualPage } from "./man/page.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };

mkdirSync(join(root, "dist"), { recursive: true });
writeFileSync(join(root, "dist", "sops-ts.1"), manualPage(version));

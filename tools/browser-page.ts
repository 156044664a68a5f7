/* Builds the web page of examples/browser. Run by `npm run example:browser`. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { browserPage } from "./browser-page/page.ts";

const folder = fileURLToPath(new URL("../examples/browser/dist", import.meta.url));
const page = await browserPage();
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, "index.html"), page);
console.log(`examples/browser/dist/index.html: ${Math.round(page.length / 1024)} KiB`);

/*
 * Builds dist/: the command line as one minified file with chunks that are loaded when a command needs them, the library for
 * Node and for everything else, its types, and the manual page. Run by `npm run build`.
 */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type BuildOptions } from "esbuild";
import { bundleCommandLine } from "./bundle-command-line.ts";
import { manualPage } from "./man/page.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };

const shared = {
  absWorkingDir: root,
  bundle: true,
  splitting: true,
  format: "esm",
  target: "es2023",
  legalComments: "none",
  chunkNames: "chunks/[name]-[hash]",
  define: { SOPS_TS_VERSION: JSON.stringify(version) },
  logLevel: "warning",
} as const satisfies BuildOptions;

const entryPoints = ["src/index.ts", "src/key-sources.ts", "src/key-sources/*.ts"];

rmSync(join(root, "dist"), { recursive: true, force: true });

await Promise.all([
  bundleCommandLine(root, "dist", version),
  build({
    ...shared,
    entryPoints: [...entryPoints, "src/node.ts"],
    outdir: "dist/node",
    platform: "node",
    packages: "external",
  }),
  build({
    ...shared,
    entryPoints,
    outdir: "dist/portable",
    platform: "neutral",
    packages: "external",
  }),
]);

execFileSync(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", "tsconfig.build.json"], {
  cwd: root,
  stdio: "inherit",
});
rewriteDeclarationImports(join(root, "dist/types"));
writeFileSync(join(root, "dist/sops-ts.1"), manualPage(version));

/** Declarations name their neighbours `./x.ts`; in the package these are `./x.js`, beside which TypeScript finds `./x.d.ts`. */
function rewriteDeclarationImports(folder: string): void {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) rewriteDeclarationImports(path);
    else writeFileSync(path, readFileSync(path, "utf8").replace(/(["'])(\.{1,2}\/[^"']+)\.ts\1/g, "$1$2.js$1"));
  }
}

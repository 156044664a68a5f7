import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll } from "vitest";
import { namedProgram } from "./built-program.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
let bundled: Promise<string> | undefined;

afterAll(async () => {
  if (bundled !== undefined) rmSync(dirname(await bundled), { recursive: true, force: true });
});

/**
 * The command that starts sops-ts from its sources as they are, bundled once for the file of tests: that starts soon, and takes no helpers
 * along to which a signal could go. Where `SOPS_TS_COMMAND` names a program it is that.
 */
export async function bundledCommand(): Promise<[string, ...string[]]> {
  const named = namedProgram();
  if (named !== undefined) return [named];
  bundled ??= bundle();
  return [process.execPath, await bundled];
}

async function bundle(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "sops-ts-bundle-"));
  await build({
    absWorkingDir: root,
    entryPoints: { main: "src/cli/main.ts" },
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    packages: "bundle",
    external: ["@aws-sdk/*", "@azure/*", "@grpc/*", "google-auth-library", "openpgp", "postgres", "undici"],
    define: { SOPS_TS_VERSION: '"0.0.0"' },
    logLevel: "silent",
  });
  return join(folder, "main.mjs");
}

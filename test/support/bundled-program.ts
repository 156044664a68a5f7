import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("../..", import.meta.url));
let bundled: Promise<string> | undefined;

/**
 * The command that starts sops-ts from its sources as they are, bundled once for this process: that starts soon, and takes no helpers
 * along to which a signal could go.
 */
export async function bundledCommand(): Promise<[string, ...string[]]> {
  bundled ??= bundle();
  return [process.execPath, await bundled];
}

async function bundle(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "sops-ts-bundle-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
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

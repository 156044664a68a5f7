import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type BuildOptions } from "esbuild";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = join(root, "examples/browser");

/**
 * The web page of `examples/browser`, as one file: style and script stand in it, and its policy allows them by their hashes and
 * nothing else. So it may be opened from a disk as well as from a server, and cannot load anything from where it came from either.
 */
export async function browserPage(): Promise<string> {
  const { version } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as { version: string };
  const template = await readFile(join(folder, "index.html"), "utf8");
  const [script, style] = await Promise.all([
    bundle("src/main.ts", {
      format: "iife",
      platform: "browser",
      alias: { "sops-ts": join(root, "src/index.ts") },
      define: { SOPS_TS_VERSION: JSON.stringify(version) },
      // Packages of clouds: they need a network, which the page has not.
      external: ["@aws-sdk/*", "@azure/*", "@grpc/*", "google-auth-library", "openpgp", "undici"],
    }),
    bundle("style.css", {}),
  ]);
  return template
    .replace("POLICY", () => policy(script, style))
    .replace("<style></style>", () => `<style>${style}</style>`)
    .replace("<script></script>", () => `<script>${script}</script>`);
}

/** What the browser lets the page do. */
function policy(script: string, style: string): string {
  return [
    "default-src 'none'",
    `script-src ${hashSource(script)}`,
    `style-src ${hashSource(style)}`,
    "img-src data:",
    "connect-src 'none'",
    "form-action 'none'",
    "base-uri 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; ");
}

function hashSource(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}

async function bundle(entry: string, options: BuildOptions): Promise<string> {
  const { outputFiles } = await build({
    absWorkingDir: folder,
    entryPoints: [entry],
    bundle: true,
    minify: true,
    write: false,
    target: "es2023",
    legalComments: "none",
    logLevel: "warning",
    ...options,
  });
  return outputFiles?.[0]?.text.trim() ?? "";
}
